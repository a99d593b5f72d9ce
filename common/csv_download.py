"""What a list of the admin shows, as a CSV file: the same rows and the same order, on all pages."""

from itertools import batched

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from .spreadsheet_cells import BYTE_ORDER_MARK, lines

#: The most rows of a file. Its last line says so where there are more.
MOST_ROWS = 100_000
#: The rows that are read at once, by the same few queries whatever their number is.
CHUNK = 500


class DownloadsCsv:
    """Mixin for a ModelAdmin whose list can be downloaded.

    The rows are those of Django's `ChangeList`, so filters, search, order and permission cannot be
    other than on the screen. The keys of all rows are read first, and the rows later in chunks:
    no query stays open while a slow browser takes the file.
    """

    #: The columns of the file, named as in `list_display`, which they are if None.
    csv_columns = None

    def has_csv_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        view = self.admin_site.admin_view(require_safe(self.download_csv))
        return [path("csv/", view, name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"has_csv_permission": self.has_csv_permission(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def download_csv(self, request):
        """Send the list that the parameters of the address choose."""
        if not self.has_csv_permission(request):
            raise PermissionDenied
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            # As the list itself leads to the rows without parameters.
            route = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(route)}?{ERROR_FLAG}=1")
        rows = changelist.queryset.select_related(None).prefetch_related(None)
        keys = list(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
        columns = self.csv_columns or self.get_list_display(request)
        name = slugify(self.opts.verbose_name_plural)
        return StreamingHttpResponse(
            _encoded(
                self._csv_parts(changelist, keys, columns),
                translation.get_language(),
                timezone.get_current_timezone(),
            ),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": content_disposition_header(
                    True, f"{name}-{timezone.localdate():%Y-%m-%d}.csv"
                )
            },
        )

    def csv_rows(self, changelist, keys):
        """Return the rows with these keys that are still in the list, in its order."""
        return changelist.queryset.filter(pk__in=keys)

    def _csv_parts(self, changelist, keys, columns):
        """Yield the rows of the file by parts: the heading, the chunks, and what is left out."""
        yield [[self._csv_label(name) for name in columns]]
        for chunk in batched(keys[:MOST_ROWS], CHUNK):
            rows = self.csv_rows(changelist, chunk)
            yield [[self._csv_value(name, row) for name in columns] for row in rows]
        if len(keys) > MOST_ROWS:
            words = gettext("The list goes on: a file has its first %(number)s rows.")
            yield [[words % {"number": number_format(MOST_ROWS, force_grouping=True)}]]

    def _csv_label(self, name):
        label = capfirst(str(label_for_field(name, self.model, self)))
        moments = {f.name for f in self.opts.fields if isinstance(f, models.DateTimeField)}
        return f"{label} ({timezone.get_current_timezone()})" if name in moments else label

    def _csv_value(self, name, row):
        try:
            field, _attribute, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return None
        return dict(field.flatchoices).get(value, value) if field and field.choices else value


def _encoded(parts, language, zone):
    """Yield the text of each part, made in the language and the time zone of the request.

    A server asks for a part when the request has been answered, and perhaps in another thread.
    """
    before = BYTE_ORDER_MARK
    while True:
        with translation.override(language), timezone.override(zone):
            part = next(parts, None)
            text = lines(part or [])
        if part is None:
            return
        yield before + text
        before = ""
