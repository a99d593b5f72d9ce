"""HTML that follows from plain values alone: it is made once for each set of values, and kept.

A template that is shown so sees the values and nothing else: no request, no variables of the site,
no object that reads the database. So what is kept is never old: other values have another place.
"""

from functools import lru_cache

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: How many pieces a process keeps: those used last. Each has one or two kilobytes.
KEPT = 2048


def html_of(template, /, **values) -> SafeString:
    """Return the HTML of `template` with these values, each of them hashable.

    The text direction, dates and words are those of the active language.
    """
    return _made(template, get_language(), **values)


def fields_of(form, template, *names) -> SafeString:
    """Return the HTML of `template`, which shows the fields of `form` that have these `names`.

    Where all of them are empty, and as they should be, it is made once for each language and for
    each set of choices: most forms are shown so.
    """
    fields = [form[name] for name in names]
    if any(field.value() or field.errors for field in fields):
        return render_to_string(template, {"form": form})
    choices = tuple(
        (field.name, tuple((str(value), str(label)) for value, label in field.field.choices))
        for field in fields
        if hasattr(field.field, "choices")
    )
    return _empty_fields(type(form), template, choices, get_language())


@lru_cache
def _empty_fields(form_class, template, choices, language):
    form = form_class()
    for name, of_field in choices:
        form.fields[name].choices = of_field
    return render_to_string(template, {"form": form})


# Typed, because a text that is safe already equals the same text that is to be escaped.
@lru_cache(maxsize=KEPT, typed=True)
def _made(template, language, /, **values):
    return render_to_string(template, values)


@receiver(setting_changed)
def _forget(**kwargs):
    # Only a test changes a setting, such as the time zone.
    _made.cache_clear()
    _empty_fields.cache_clear()
