"""What reader pages have in common: one copy for everybody, in the site's language, no cookie."""

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.middleware import locale
from django.utils import translation


def is_for_the_admin(request) -> bool:
    """Say whether `request` asks for a page of the admin: all others are the same for everybody."""
    return request.path_info.startswith(settings.ADMIN_PATH)


def revalidate(get_response):
    """Let a cache keep each reader page, and ask every time whether it still is the same (ETag).

    Redirects and “not found” too: caches may keep those for as long as they like, unless told.
    """

    def middleware(request):
        response = get_response(request)
        if not is_for_the_admin(request):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


class SessionMiddleware(sessions.SessionMiddleware):
    """Write sessions in the admin only.

    Elsewhere a browser that still has a cookie of ours, good or stale, gets the very page, with
    the very headers, that everybody gets.
    """

    def process_response(self, request, response):
        if is_for_the_admin(request):
            return super().process_response(request, response)
        return response


class LocaleMiddleware(locale.LocaleMiddleware):
    """Speak the browser's language in the admin, and the site's everywhere else.

    Reader pages are one copy for everybody: were they to follow `Accept-Language`, no cache could
    keep them.
    """

    def process_request(self, request):
        if is_for_the_admin(request):
            return super().process_request(request)
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        return None

    def process_response(self, request, response):
        if is_for_the_admin(request):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response
