"""The page of the admin before a deletion, which names what will be deleted, or what refuses it."""

from operator import itemgetter

from django.apps import apps
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .bounded_counts import bounded_count
from .labels import labelled

#: The most rows of one kind that are named where they refuse a deletion.
MOST = 20


class NamesWhatIsDeleted:
    """Mixin for a ModelAdmin: its page before a deletion names in words what will be deleted.

    Django lists the rows that join two models too, which have no name of their own (“Article_topics
    object (1)”), and sets the colon behind a label as in English. It loads and names all rows that
    go too, or that refuse the deletion, be they a million; here very many of them are told by their
    number. And of those that refuse, it says first that the user has no right to delete them.
    """

    delete_confirmation_max_display = 100

    def get_deleted_objects(self, objs, request):
        refusing = _related(objs, self.opts, models.PROTECT)
        if named := [each for rows in refusing for each in _first_in_words(rows, self.admin_site)]:
            return [], {}, set(), named
        dependent = [(r, bounded_count(r)) for r in _related(objs, self.opts, models.CASCADE)]
        if any(count.is_truncated for _rows, count in dependent):
            return self._in_numbers(objs, request, dependent)
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

    def _in_numbers(self, objs, request, dependent):
        """Return the same with the numbers of the rows in place of their names."""
        counts, lacking = {self.opts.verbose_name_plural: len(objs)}, set()
        for rows, count in filter(itemgetter(1), dependent):
            opts = rows.model._meta
            if not opts.auto_created:
                counts[opts.verbose_name_plural] = count
            if self.admin_site.is_registered(rows.model):
                of_model = self.admin_site.get_model_admin(rows.model)
                lacking |= set() if of_model.has_delete_permission(request) else {opts.verbose_name}
        return [_label(obj, self.admin_site) for obj in objs], counts, lacking, []


def _related(objs, opts, on_delete):
    """Yield the query of the rows of each relation to `objs` that has this `on_delete`."""
    for relation in opts.get_fields(include_hidden=True):
        if relation.auto_created and getattr(relation, "on_delete", None) is on_delete:
            model = relation.related_model
            texts = [f.name for f in model._meta.fields if isinstance(f, models.TextField)]
            rows = model._base_manager.filter(**{f"{relation.field.name}__in": objs})
            yield rows.defer(*texts).order_by()


def _first_in_words(rows, admin_site):
    found = list(rows[: MOST + 1])
    yield from (_label(row, admin_site) for row in found[:MOST])
    if len(found) > MOST:
        yield _("and others")


def _label(row, admin_site):
    opts, name = row._meta, escape(row)
    if admin_site.is_registered(type(row)):
        page = f"{admin_site.name}:{opts.app_label}_{opts.model_name}_change"
        name = format_html('<a href="{}">{}</a>', reverse(page, args=[quote(row.pk)]), row)
    return mark_safe(labelled(escape(capfirst(opts.verbose_name)), name))  # noqa: S308


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
