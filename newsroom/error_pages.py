"""The answers to a request that is broken, and to one in which our code failed."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render
from django.utils import translation
from django.views import defaults

from common.database_failures import failure_in

from . import unavailable
from .admin_requests import is_for_the_admin


def broken_request(request, exception):
    """Answer 400; or 413 if the body is too large (RFC 9110, section 15.5.14).

    No form is lost in either case: the browser still has it, one step back.
    """
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    language = settings.LANGUAGE_CODE
    if is_for_the_admin(request):
        language = translation.get_language_from_request(request)
    with translation.override(language):
        return render(None, "413.html", {"language": language}, status=413)


def server_error(request):
    """Answer 500; or with the page of a failure of the database, if a middleware met one."""
    failure = failure_in(sys.exception())
    return unavailable.page(request, failure) if failure else defaults.server_error(request)
