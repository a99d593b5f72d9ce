"""System checks of the table of unsafe settings."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from . import unsafe_settings
from .setting_problems.table import REFUSED, WARNED


@register(Tags.security, deploy=True)
def settings_are_safe(app_configs, **kwargs):
    """Return a message for each unsafe setting, as on a production site.

    The start has refused the errors already, except on a local site: there they name the settings
    that are still missing before others may reach it.
    """
    return [
        (Error if row.refused else Warning)(sentence, hint=row.advice, id=row.id)
        for rows in (REFUSED, WARNED)
        for row, sentence in unsafe_settings.unsafe(rows, settings, local=False)
    ]
