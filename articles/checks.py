"""System checks that find mistakes in a site's settings for articles."""

from django.conf import settings
from django.core.checks import Error, register


@register
def check_site_language(app_configs, **kwargs):
    spoken = [code for code, name in settings.LANGUAGES]
    if settings.LANGUAGE_CODE in spoken:
        return []
    return [
        Error(
            f"LANGUAGE_CODE is {settings.LANGUAGE_CODE!r}, which Newsroom is not translated to.",
            hint=f"Set it to one of: {', '.join(spoken)}.",
            id="articles.E001",
        )
    ]
