"""A label and what it labels, on one line."""

from django.utils.translation import gettext as _


def labelled(label, value) -> str:
    """Return `label` and `value` with a colon as the active language sets it (“Motif : autre”)."""
    return _("%(label)s: %(value)s") % {"label": label, "value": value}
