"""A form field for a moment, typed in one line, and its widget, which says what it understood."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.widgets import Script
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext_lazy as _

from .moment_text import choice_in_words, in_short, in_words, text_of
from .moments import MAX_LENGTH, TwoSuchTimes, read


def read_now(text):
    """Return the moment that `text` means now, in the current time zone."""
    return read(text, now=timezone.now(), zone=get_current_timezone())


def answer(text) -> dict:
    """Return what is said about `text`: the moment in words, or an error, or two moments to choose.

    `short` is the moment for a button, `text` what the field should hold, and `local` what the
    browser's own field for a date and a time takes.
    """
    if not text.strip():
        return {}
    try:
        moment = read_now(text)
    except TwoSuchTimes as refusal:
        choices = [{"text": text_of(m), "words": choice_in_words(m)} for m in refusal.moments]
        return {"error": refusal.messages[0], "choices": choices}
    except ValidationError as refusal:
        return {"error": refusal.messages[0]}
    local = f"{localtime(moment):%Y-%m-%dT%H:%M}"
    words = {"words": in_words(moment), "short": in_short(moment)}
    return {**words, "text": text_of(moment), "local": local}


def answer_view(request):
    """Answer what the moment typed as `text` is understood as, while a person types."""
    return JsonResponse(answer(request.GET.get("text", "")[: MAX_LENGTH + 1]))


class MomentInput(forms.TextInput):
    """A line of text, and under it the moment that it means.

    Where the clock shows the time twice, the widget offers both to choose from. A choice holds for
    the text for which it was offered, which is sent with it.
    """

    template_name = "admin/widgets/moment.html"

    def __init__(self, attrs=None):
        plain = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        super().__init__({"class": "moment-text", **plain, **(attrs or {})})

    class Media:
        css = {"all": ["css/admin/fields.css"]}
        js = [Script("js/writing/fields.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):
        # Not by the renderer of forms, which knows the templates of apps only.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        return {**context, "answer": answer(context["widget"]["value"] or "")}

    def value_from_datadict(self, data, files, name):
        text = data.get(name)
        is_chosen = data.get(f"{name}_chosen") and data.get(f"{name}_chosen_for") == text
        return data[f"{name}_chosen"] if is_chosen else text


class MomentField(forms.Field):
    """A moment: its text is read as `common.moments` says, and shown as text that it reads back."""

    widget = MomentInput
    default_error_messages = {"required": _("Please write a date and a time.")}

    def prepare_value(self, value):
        return text_of(value) if isinstance(value, datetime) else value

    def to_python(self, value):
        if value is None or isinstance(value, str):
            text = (value or "").strip()
            return read_now(text) if text else None
        return value


#: For `formfield_overrides` of a ModelAdmin.
TYPED_MOMENTS = {models.DateTimeField: {"form_class": MomentField, "widget": MomentInput}}
