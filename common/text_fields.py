"""Fields of models for words that people read: without the characters that nobody sees.

A field cleans at every way into the database: forms, imports, scripts. Migrations know it as
Django's own field.
"""

from django import forms
from django.db import models

from .invisible import visible, visible_line, without_controls


class ShowsTyped:
    """Mixin for the field of a form: what was typed is shown again, if HTML allows it."""

    def prepare_value(self, value):
        value = super().prepare_value(value)
        return without_controls(value) if isinstance(value, str) else value


class VisibleFormField(forms.CharField):
    """The field of a form: characters that nobody sees do not count, and are no text."""

    def __init__(self, *, cleaned=visible, **kwargs):
        self.cleaned = cleaned
        super().__init__(**kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return self.cleaned(value) if value else value

    def widget_attrs(self, widget):
        # The words decide the direction of the field, as they do on the page.
        return {**super().widget_attrs(widget), "dir": "auto"}


class _VisibleField(models.Field):
    """The part that both fields share; `cleaned` is the function that cleans a string."""

    def to_python(self, value):
        value = super().to_python(value)
        return self.cleaned(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.cleaned(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return self.cleaned(value) if isinstance(value, str) else value

    def formfield(self, **kwargs):
        if self.choices is not None:
            return super().formfield(**kwargs)
        cleaned = type(self).cleaned
        return super().formfield(**{"form_class": VisibleFormField, "cleaned": cleaned, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs


class VisibleLineField(_VisibleField, models.CharField):
    """Words on one line, such as a headline or a name."""

    cleaned = staticmethod(visible_line)


class VisibleTextField(_VisibleField, models.TextField):
    """Words on one line or more; line separators of every kind are line feeds."""

    cleaned = staticmethod(visible)
