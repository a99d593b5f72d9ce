"""Mixins and a filter that several admins share: read-only rows, long lists, histories, files."""

import logging
import re
from types import MethodType

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .bounded_counts import BoundedPaginator
from .storage import StorageFailed

logger = logging.getLogger(__name__)

#: The refusal of a file that the storage has no room for.
NO_ROOM = _(
    "The file could not be stored: the folder of files is full or cannot be written to. Nothing "
    "was saved, and the other fields are kept. Please tell those who run the site, then choose "
    "the file again."
)

#: The key of a row, as Django's forms and our own links send it.
ROW_KEY = re.compile(r"[0-9]{1,18}")

#: For an action that is offered both on the list and on the page of one row.
LIST_AND_FORM = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class LeavesOutBrokenValues:
    """Mixin for a ModelAdmin: its empty form ignores values of the address that no field can show.

    Django fills the form from the address as it is, and fails where a field that chooses a row gets
    no key.
    """

    def get_changeform_initial_data(self, request):
        values = super().get_changeform_initial_data(request)
        fields = self.get_form(request).base_fields if values else {}
        return {name: value for name, value in values.items() if _can_show(fields.get(name), value)}


def _can_show(field, value) -> bool:
    keys = value if isinstance(value, list) else [value]
    return not isinstance(field, forms.ModelChoiceField) or all(map(ROW_KEY.fullmatch, keys))


class NoAddNoDelete:
    """Mixin for a ModelAdmin whose users neither add nor delete rows."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class NamesListFields:
    """Mixin for a ModelAdmin with `list_editable`: each field in the list has a name.

    Django gives these fields no label (WCAG 2.2, success criterion 4.1.2).
    """

    def get_changelist_formset(self, request, **kwargs):
        formset = super().get_changelist_formset(request, **kwargs)
        for field in formset.form.base_fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)
        return formset


class ReadOnly(NoAddNoDelete):
    """Mixin for a ModelAdmin whose form changes nothing. Actions, for instance, may change rows."""

    def has_change_permission(self, request, obj=None):
        return False


class ActsOnEach:
    """A ModelAdmin whose actions take their rows one by one, since each may be refused by itself.

    A subclass names the exceptions that are refusals, and gives the words for them and for success.
    """

    refusals = ()

    def act_on_each(self, request, rows, act):
        """Call `act` with each row, and tell the user how many are done, and why others are not."""
        done = 0
        for row in rows:
            try:
                act(row)
                done += 1
            except self.refusals as refusal:
                self.message_user(
                    request, self.refusal_message(request, row, refusal), messages.WARNING
                )
        if done:
            self.message_user(request, self.success_message(done), messages.SUCCESS)

    def refusal_message(self, request, row, refusal):
        raise NotImplementedError

    def success_message(self, count):
        raise NotImplementedError


class KeepsFormWithoutRoom:
    """Mixin for a ModelAdmin with files: where one cannot be stored, its field says so.

    The transaction is rolled back, and the form is shown again with all that was typed.
    """

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StorageFailed as error:
            logger.error("A file could not be stored: %s", error)
            request.has_no_room = True
            for file in request.FILES.values():
                file.seek(0)
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if not getattr(request, "has_no_room", False):
            return form

        class WithoutRoom(form):
            def clean(self):
                cleaned = super().clean()
                for name in set(self.files).intersection(self.fields):
                    self.add_error(name, NO_ROOM)
                return cleaned

        return WithoutRoom


class BoundedList:
    """Mixin for a ModelAdmin with millions of rows. Its list is fast: no query counts all rows."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # They would count the rows of each choice of a filter.
    list_per_page = 50

    def get_changelist(self, request, **kwargs):
        return BoundedChangeList


class BoundedChangeList(ChangeList):
    """The list of a ModelAdmin whose `sortable_by` names the columns that an index sorts.

    Django leaves out the links to the others, and still sorts by any whose number is in an address.
    """

    def get_ordering_field(self, field_name):
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None


class DeferringChangeList(BoundedChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows.defer(*self.model_admin.list_defer)


class DefersInList:
    """Mixin for a ModelAdmin whose rows have long columns that its list does not show.

    The list does not load the columns in `list_defer`. The form loads all columns.
    """

    list_defer = ()

    def get_changelist(self, request, **kwargs):
        return DeferringChangeList


class HistoryOnForm:
    """Mixin for a ModelAdmin whose form shows the history of its row, under `#history-title`.

    Django's history page would be empty: it lists the saved forms of the admin only. So its address
    leads to the form.
    """

    def history_view(self, request, object_id, extra_context=None):
        route = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        form = reverse(route, args=[quote(object_id)], current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{form}#history-title")


class OnlyOwnLookups:
    """Mixin for a ModelAdmin that accepts no lookup but those of its own filters.

    Django accepts any lookup on any column of the model. With them, a user who may see the list
    could find out hidden values letter by letter, or make the database match patterns for minutes.
    """

    LOOKUPS = ("exact", "id__exact", "isnull", "gte", "lt")

    def lookup_allowed(self, lookup, value, request):
        allowed = set()
        for name in [*self.get_list_filter(request), self.date_hierarchy]:
            if isinstance(name, tuple):
                # A column with the class of its filter.
                name, _class = name
            if isinstance(name, str):
                allowed |= {f"{name}__{last}" for last in self.LOOKUPS}
            elif name:
                allowed.add(name.parameter_name)
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        columns = {field.name for field in self.opts.get_fields()}
        # Django itself reports a parameter that is neither a lookup nor a column.
        return lookup in allowed or ("__" not in lookup and lookup not in columns)


class ChoiceFilter(admin.SimpleListFilter):
    """A filter by a column with choices. The list first shows the rows with one of the choices.

    A subclass names the column (`parameter_name`) and that first choice (`default`), which may be
    shown under another label. The user can select another choice, or all rows.
    """

    default = None
    default_label = None

    def lookups(self, request, model_admin):
        others = [choice for choice in type(self.default).choices if choice[0] != self.default]
        return [*others, ("all", _("All"))]

    def choices(self, changelist):
        first = {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": self.default_label or self.default.label,
        }
        return [first, *list(super().choices(changelist))[1:]]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(**{self.parameter_name: self.value() or self.default})


def yes_or_no(name, description):
    """Return a column for `list_display` that shows the boolean `name` as a word.

    Django shows an icon whose text alternative is “True” or “False” in every language.
    """

    @admin.display(description=description, ordering=name)
    def column(self, row):
        return gettext("Yes") if getattr(row, name) else gettext("No")

    return column


class YesOrNoInWords:
    """Mixin for a ModelAdmin: a form in which a user may change nothing says yes or no in words."""

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        words = {
            field.name: MethodType(yes_or_no(field.name, field.verbose_name), self)
            for field in self.opts.fields
            if isinstance(field, models.BooleanField)
        }
        return [
            (title, {**options, "fields": [words.get(name, name) for name in options["fields"]]})
            for title, options in fieldsets
        ]
