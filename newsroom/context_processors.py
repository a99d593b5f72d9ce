"""The template variables about the site that every page needs."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from .accent_colour import stylesheet_url


def site(request):
    """Return the site's name and address, and the variables for its header and footer."""
    return {
        "site_name": settings.SITE_NAME,
        "site_description": settings.SITE_DESCRIPTION,
        "site_url": settings.SITE_URL,
        "site_language": settings.LANGUAGE_CODE,
        "tokens_url": SimpleLazyObject(stylesheet_url),
        # The view of a page that belongs to a section replaces this.
        "current_section": None,
    }
