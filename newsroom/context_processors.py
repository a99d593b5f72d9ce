"""What every page needs to know of the site."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from articles.models import Page, Section

from .accent_colour import stylesheet_url


def site(request):
    """Give every template the site's name and what stands in its head and foot."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "site_language": settings.LANGUAGE_CODE,
        "tokens_url": SimpleLazyObject(stylesheet_url),
        "nav_sections": SimpleLazyObject(lambda: list(Section.objects.all())),
        # A view of something in a section says which.
        "current_section": None,
        "footer_pages": SimpleLazyObject(lambda: list(Page.objects.filter(in_footer=True))),
    }
