"""Forms of the admin that show what somebody typed, so that it can be looked at and saved."""

from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict


class WithoutErrors:
    """Mixin for a form that only shows what was typed. Saving it asks whether that is valid."""

    @property
    def errors(self):
        return ErrorDict()


class ShowsTyped(WithoutErrors):
    """Mixin for a form that shows `typed`, values that were sent before, and stores nothing."""

    typed = None

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(self.typed, files, **kwargs)


class RowsWithoutErrors:
    """Mixin for a formset of such forms."""

    errors = ()

    def non_form_errors(self):
        return ErrorList()


def with_mixin(mixin, form_class, **attributes):
    """Return the class of a form or a formset with a mixin in front."""
    return type(form_class)(form_class.__name__, (mixin, form_class), attributes)


def as_sent(typed):
    """Return the values of a `Typed` as a form takes them."""
    query = QueryDict(mutable=True)
    for name, values in typed.values.items():
        query.setlist(name, values)
    return query
