"""Template filters that every template has, without `{% load %}`."""

import json
from contextlib import suppress

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.translation import gettext

from .machine_time import moment
from .shortening import shorten

register = template.Library()


@register.filter
@stringfilter
def shortened(text, length):
    """Return `text` with at most `length` characters: Django's own filters divide emoji."""
    return shorten(text, length)


@register.filter(expects_localtime=True)
def machine_time(instant):
    """Return `instant` for the attribute `datetime`, or an empty string for None."""
    return moment(instant) if instant else ""


@register.filter
def naming_fields(entries):
    """Return `entries` of the admin's log, whose changes name fields in words that we translate.

    Django stores a field's label, such as “Job title”, and translates that when it is shown; the
    word that has a translation is the model's own, “job title”.
    """
    for entry in entries:
        with suppress(ValueError):
            acts = json.loads(entry.change_message)
            for act in acts:
                if fields := act.get("changed", {}).get("fields"):
                    act["changed"]["fields"] = [_field_name(label) for label in fields]
            entry.change_message = json.dumps(acts)
    return entries


def _field_name(label):
    name = label[:1].lower() + label[1:]
    return label if gettext(name) == name else name
