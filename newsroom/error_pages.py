"""The page that answers a broken request."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render
from django.utils import translation
from django.views import defaults

from .middleware import is_for_the_admin


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
