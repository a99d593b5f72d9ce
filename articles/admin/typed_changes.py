"""What a text that somebody typed would change, field by field, in words."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from ..text.blocks import as_written
from ..text.cleaner import clean
from ..text.differences import blocks, text_differences
from .choices import ChosenByName, ManyChosenByName, typed_name
from .typed_forms import as_sent


@dataclass(frozen=True)
class Changed:
    """A field that a text would change: its name, its label, and both values in words."""

    name: str
    label: str
    old: str
    new: str

    @property
    def marked(self) -> SafeString:
        """The new words, with marks where they differ; of a body, the paragraphs that differ."""
        if self.name != "body":
            return text_differences(self.old, self.new)
        try:
            pairs = blocks(self.old, self.new)
        except ValidationError as error:
            return escape(" ".join(error.messages))
        return mark_safe("".join(pair.marked for pair in pairs if not pair.is_same))  # noqa: S308


def changes_of(model_admin, request, article, typed) -> list[Changed]:
    """Return what would change if `typed` were saved as it is.

    What only others have changed since the form was shown is no change of its writer.
    """
    data, base = as_sent(typed), typed.base
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, article))
    form_class = model_admin.get_form(request, article, change=bool(article), fields=fields)
    form = form_class(data, instance=article)
    found = []
    for name in form.changed_data:
        bound = form[name]
        widget = bound.field.widget
        if bound.is_hidden or widget.value_omitted_from_data(data, {}, bound.html_name):
            continue
        shown = base.get(name, base.get(f"{name}_id", bound.initial))
        if name == "body":
            old = bound.initial or ""
            new = as_written(_cleaned(bound.data), old)
            shown = as_written(shown, old) if isinstance(shown, str) else ""
        else:
            old, new, shown = (
                _in_words(bound.field, each) for each in (bound.initial, bound.data, shown)
            )
        if new not in (old, shown):
            found.append(Changed(name, capfirst(bound.label), old, new))
    for formset_class, inline in model_admin.get_formsets_with_inlines(request, article):
        if not inline.has_change_permission(request, article):
            continue
        prefix = formset_class.get_default_prefix()
        if f"{prefix}-TOTAL_FORMS" not in data:
            continue
        rows = inline.get_queryset(request)
        formset = formset_class(data, instance=article, prefix=prefix, queryset=rows)
        if formset.has_changed():
            label = capfirst(formset.model._meta.verbose_name_plural)
            found.append(Changed(prefix, label, *_rows_in_words(formset)))
    return found


def _cleaned(body):
    """Return the body as it would be stored; one that can’t be stored (too long), as it is."""
    try:
        return clean(body or "")
    except ValidationError:
        return body


def _in_words(field, value) -> str:
    """Return a value of a form's field, stored or typed, as a person would read it."""
    value, names = field.prepare_value(value), []
    if isinstance(field, ChosenByName) and typed_name(value):
        return typed_name(value)
    if isinstance(field, ManyChosenByName) and isinstance(value, list):
        names = list(filter(None, map(typed_name, value)))
        value = [each for each in value if not typed_name(each)]
    # What is typed may be no such thing: then it is shown as it was typed.
    with suppress(ValidationError, TypeError, ValueError):
        value = field.to_python(value)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (list, tuple, QuerySet)):
        return ", ".join([*(str(each) for each in value if each), *names])
    value = "" if value is None else value
    # The choices of a field of objects are all its objects: they name themselves.
    if isinstance(field, ModelChoiceField):
        return str(value)
    choices = getattr(field, "choices", ())
    return str(dict(flatten_choices(choices)).get(value, value))


def _rows_in_words(formset):
    """Return the rows of a formset in words: as they are stored, and as they are in the form."""
    stored = ", ".join(str(row) for row in formset.get_queryset())
    typed = []
    for form in formset.forms:
        fields = [form[name] for name in form.fields if name not in ("id", "position", "DELETE")]
        shown = [bound for bound in fields if not bound.is_hidden]
        if form["DELETE"].data if "DELETE" in form.fields else False:
            continue
        typed.append(" · ".join(filter(None, (_in_words(b.field, b.data) for b in shown))))
    return stored, ", ".join(filter(None, typed))
