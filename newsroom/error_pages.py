"""The answers to a request that is broken, and to one in which our code failed."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render
from django.utils import translation
from django.views import csrf, defaults

from common.database_failures import failure_in

from . import forms_again, unavailable
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


def token_refused(request, reason=""):
    """Answer 403 to a form whose token is wrong; the staff gets its own form to send again.

    The token is old after another login in the same browser, as in another tab.
    """
    if forms_again.is_own_form(request) and forms_again.is_of_staff(request):
        return forms_again.Form.in_request(request).page(request, status=403)
    return csrf.csrf_failure(request, reason)


def permission_denied(request, exception):
    """Answer 403; the staff gets its own form, to be sent without the button that is refused.

    A permission may have been taken away after the form was opened.
    """
    if forms_again.is_own_form(request) and forms_again.is_of_staff(request):
        form = forms_again.Form.in_request(request).without_buttons()
        return form.page(request, status=403, is_refused=True)
    return defaults.permission_denied(request, exception)


def server_error(request):
    """Answer 500; or with the page of a failure of the database, if a middleware met one."""
    failure = failure_in(sys.exception())
    return unavailable.page(request, failure) if failure else defaults.server_error(request)
