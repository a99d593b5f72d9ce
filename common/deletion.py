"""The page of the admin before a deletion, which names what will be deleted, or what refuses it."""

from functools import partial

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .bounded_counts import bounded_count
from .labels import labelled

#: The room that a request keeps for fields besides those of the rows.
OTHER_FIELDS = 50
#: The most rows of one kind that are named where they refuse a deletion.
MOST = 20


@admin.action(permissions=["delete"], description=delete_selected.short_description)
def delete_chosen(model_admin, request, rows):
    """Ask whether the chosen rows are to be deleted, as Django's action does, and delete them.

    That page has a field for each row. Of more than a request has room for, none is deleted.
    """
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - OTHER_FIELDS
    if rows.order_by()[: most + 1].count() <= most:
        return delete_selected(model_admin, request, rows)
    words = _(
        "At most %(most)s can be deleted at once, so nothing was deleted. Filter or search the "
        "list first."
    )
    most = number_format(most, force_grouping=True)
    model_admin.message_user(request, words % {"most": most}, messages.ERROR)


class NamesWhatIsDeleted:
    """Mixin for a ModelAdmin: its page before a deletion names in words what will be deleted.

    Django lists the rows that join two models too, which have no name of their own (“Article_topics
    object (1)”), and sets the colon behind a label as in English. It loads and names all rows that
    go too, or that refuse the deletion, be they a million; here very many of them are told by their
    number. And of those that refuse, it says first that the user has no right to delete them.
    """

    delete_confirmation_max_display = 100

    def get_deleted_objects(self, objs, request):
        if not all(self.has_delete_permission(request, obj) for obj in objs):
            return [], {}, {self.opts.verbose_name}, []
        refusing = _related(objs, self.opts, models.PROTECT)
        if named := [each for rows in refusing for each in self._as_seen(rows, request)]:
            return [], {}, set(), named
        going = [(rows, bounded_count(rows)) for rows in _related(objs, self.opts, models.CASCADE)]
        if any(count.is_truncated for _rows, count in going):
            return self._in_numbers(objs, request, going)
        rows, counts, lacking, protected = super().get_deleted_objects(objs, request)
        joining = [model._meta for model in apps.get_models(include_auto_created=True)]
        joining = [opts for opts in joining if opts.auto_created]
        counts = {
            name: count
            for name, count in counts.items()
            if name not in {opts.verbose_name_plural for opts in joining}
        }
        unnamed = {capfirst(opts.verbose_name) for opts in joining}
        return _in_words(rows, unnamed), counts, lacking, _in_words(protected, unnamed)

    def _as_seen(self, rows, request):
        """Yield in words the first of `rows`, those that the user may see, and that there are more.

        Of rows that the user may not see, only the kind is told.
        """
        number, seen = rows[: MOST + 1].count(), rows
        if of_model := self._admin_of(rows.model):
            may_see = partial(of_model.has_view_permission, request)
            seen = (rows & of_model.get_queryset(request)) if may_see() else rows.none()
        seen = [row for row in _without_texts(seen)[:MOST] if not of_model or may_see(row)]
        yield from map(self._label, seen)
        if number > len(seen):
            yield _("and others") if seen else capfirst(rows.model._meta.verbose_name_plural)

    def _in_numbers(self, objs, request, going):
        """Return the same with the numbers of the rows in place of their names."""
        counts, lacking = {self.opts.verbose_name_plural: len(objs)}, set()
        for rows, count in going:
            opts, of_model = rows.model._meta, self._admin_of(rows.model)
            if count and not opts.auto_created:
                counts[opts.verbose_name_plural] = count
            if count and of_model and not of_model.has_delete_permission(request):
                lacking.add(opts.verbose_name)
        return [self._label(obj) for obj in objs], counts, lacking, []

    def _admin_of(self, model):
        return self.admin_site.is_registered(model) and self.admin_site.get_model_admin(model)

    def _label(self, row):
        opts, name = row._meta, escape(row)
        if self._admin_of(type(row)):
            page = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
            name = format_html('<a href="{}">{}</a>', reverse(page, args=[quote(row.pk)]), row)
        return mark_safe(labelled(escape(capfirst(opts.verbose_name)), name))  # noqa: S308


def _related(objs, opts, on_delete):
    """Yield the query of the rows of each relation to `objs` that has this `on_delete`."""
    for relation in opts.get_fields(include_hidden=True):
        if relation.auto_created and getattr(relation, "on_delete", None) is on_delete:
            rows = relation.related_model._base_manager
            yield rows.filter(**{f"{relation.field.name}__in": objs}).order_by()


def _without_texts(rows):
    return rows.defer(*(f.name for f in rows.model._meta.fields if isinstance(f, models.TextField)))


def _in_words(rows, unnamed):
    """Return the nested list `rows` of “label: name”, without those with a label in `unnamed`."""
    found = []
    for row in rows:
        if isinstance(row, list):
            found += filter(None, [_in_words(row, unnamed)])
            continue
        label, _colon, name = row.partition(": ")
        if label not in unnamed:
            # Django has made a link of the name, and escaped it, where it has a page.
            name = name if isinstance(row, SafeString) else escape(name)
            found.append(mark_safe(labelled(escape(label), name)))  # noqa: S308
    return found
