"""The search of the admin's lists and fields, and the labels that tell namesakes apart."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from ..addresses import with_own_paths
from .index import WordIndex


class FoldedSearch:
    """Mixin for a ModelAdmin whose list, and fields that choose from it, search a `WordIndex`."""

    word_index: WordIndex

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django shows the field, and allows autocompletion, if there are any.
        self.search_fields = (*self.word_index.names, *self.word_index.texts)

    def get_search_results(self, request, queryset, search_term):
        if search_term.strip():
            # An article is found by the address that somebody copies from its page.
            typed = with_own_paths(search_term)
            queryset = self.word_index.filter(queryset, typed, in_order=True)
        return queryset, False

    def choice_label(self, row) -> str:
        """Return the name of `row` where it can be chosen: no two rows should have the same."""
        return str(row)


class LabelsChoices:
    """Mixin for a ModelAdmin or an inline: its autocomplete fields show the value by its label."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return self._labelled(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return self._labelled(super().formfield_for_manytomany(db_field, request, **kwargs))

    def _labelled(self, field):
        model = field and field.queryset is not None and field.queryset.model
        if model and self.admin_site.is_registered(model):
            admin = self.admin_site.get_model_admin(model)
            if isinstance(admin, FoldedSearch):
                field.label_from_instance = admin.choice_label
        return field


class AutocompleteView(AutocompleteJsonView):
    """Django's view, with the labels of `FoldedSearch`."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, FoldedSearch):
            result["text"] = self.model_admin.choice_label(obj)
        return result


def with_details(name, *details) -> str:
    """Return a label: the name, then the details that tell it from its namesakes."""
    return " · ".join(str(part) for part in (name, *details) if part)
