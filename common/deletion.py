"""The page of the admin before a deletion, which names what will be deleted."""

from django.apps import apps
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from .labels import labelled


class NamesWhatIsDeleted:
    """Mixin for a ModelAdmin: its page before a deletion names in words what will be deleted.

    Django lists the rows that join two models too, which have no name of their own (“Article_topics
    object (1)”), and sets the colon behind a label as in English.
    """

    def get_deleted_objects(self, objs, request):
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
