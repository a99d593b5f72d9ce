"""robots.txt (RFC 9309): the paths that no crawler need fetch, and the sitemaps."""

from django.db import DatabaseError
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import sitemaps
from common import page_notes


@require_safe
def robots(request):
    try:
        has_news = sitemaps.has_news()
    except DatabaseError:
        # While it can't be read, crawlers take the whole site for forbidden (section 2.3.1.4).
        has_news = False
        page_notes.is_passing()
    return render(request, "robots.txt", {"has_news": has_news}, "text/plain; charset=utf-8")
