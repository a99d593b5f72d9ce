from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.middleware import locale
from django.utils import translation


def revalidate(get_response):
    """Let a cache keep each reader page, and ask every time whether it still is the same (ETag).

    Redirects and “not found” too: caches may keep those for as long as they like, unless told.
    """

    def middleware(request):
        response = get_response(request)
        if not request.path_info.startswith("/admin/"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


class SessionMiddleware(sessions.SessionMiddleware):
    """Write sessions in the admin only.

    Elsewhere a browser that still has a cookie of ours, good or stale, gets the very page, with
    the very headers, that everybody gets.
    """

    def process_response(self, request, response):
        if request.path_info.startswith("/admin/"):
            return super().process_response(request, response)
        return response


class LocaleMiddleware(locale.LocaleMiddleware):
    """Speak the browser's language in the admin, and the site's everywhere else.

    Reader pages are one copy for everybody: were they to follow `Accept-Language`, no cache could
    keep them.
    """

    def process_request(self, request):
        if request.path_info.startswith("/admin/"):
            return super().process_request(request)
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        return None

    def process_response(self, request, response):
        if request.path_info.startswith("/admin/"):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response
