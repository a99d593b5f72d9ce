"""Middleware for reader pages, and for the failures of the database.

A reader page is one copy for everybody, in the site's language, without cookies.
"""

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.middleware import http, locale
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from common.database_failures import failure_in
from common.statement_limits import statements_limited

from . import unavailable
from .admin_requests import is_for_the_admin

#: For caches that pass over `no-cache` where an answer has a `Surrogate-Control`, and do not read
#: that, as Varnish does as it comes: by this date (RFC 9111, section 5.3) they keep nothing.
LONG_AGO = "Sat, 01 Jan 2000 00:00:00 GMT"


def revalidate(get_response):
    """Let caches store reader pages, and make them ask each time whether a page changed (ETag).

    Redirects and “not found” pages get the headers too: without these, caches may serve them for as
    long as they like.
    """

    def middleware(request):
        response = get_response(request)
        if not is_for_the_admin(request):
            response.headers.setdefault("Cache-Control", "no-cache")
            if response.headers["Cache-Control"] == "no-cache":
                response.headers["Expires"] = LONG_AGO
        return response

    return middleware


def limit_statements(get_response):
    """End statements for readers that take too long; the staff may merge ten thousand articles."""

    def middleware(request):
        for_staff = is_for_the_admin(request)
        with statements_limited(None if for_staff else settings.READERS_STATEMENT_SECONDS):
            return get_response(request)

    return middleware


class DatabaseFailures:
    """Answer a view that the database failed with a page that needs none and keeps the typed text.

    Other errors are left alone: they are faults of the code, and are logged as such.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        failure = failure_in(exception)
        return unavailable.page(request, failure) if failure else None


class ConditionalGetMiddleware(http.ConditionalGetMiddleware):
    """Answer HEAD with the headers that GET has, the ETag too (RFC 9110, section 9.3.2)."""

    def process_response(self, request, response):
        method = request.method
        request.method = "GET" if method == "HEAD" else method
        try:
            return super().process_response(request, response)
        finally:
            request.method = method


class SessionMiddleware(sessions.SessionMiddleware):
    """Write sessions in the admin only.

    On other pages a browser with a cookie of ours, valid or stale, gets the same page and the same
    headers as everybody.
    """

    def process_request(self, request):
        super().process_request(request)
        if not is_for_the_admin(request):
            # Django would set another one in place of one that is malformed.
            request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)

    def process_response(self, request, response):
        if not is_for_the_admin(request):
            return response
        try:
            return super().process_response(request, response)
        except SessionInterrupted as error:
            if failure := failure_in(error):
                return unavailable.page(request, failure)
            raise


def _is_american(request) -> bool:
    """Say whether the browser's first English is American, or of no country.

    A program that names no language is like that too, but no browser of another language.
    """
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    english = [code for code, _quality in accepted if code.split("-")[0] == "en"]
    return english[0] in ("en", "en-us") if english else not accepted


class LocaleMiddleware(locale.LocaleMiddleware):
    """Use the browser's language in the admin, and the site's language on all other pages.

    If reader pages followed `Accept-Language`, a cache could not keep one copy for everybody.
    """

    def process_request(self, request):
        if is_for_the_admin(request):
            super().process_request(request)
            if translation.get_language() == "en" and not _is_american(request):
                # The same words, but Django's dates in this language are not American.
                translation.activate("en-gb")
                request.LANGUAGE_CODE = "en-gb"
            return None
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        return None

    def process_response(self, request, response):
        if is_for_the_admin(request):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response
