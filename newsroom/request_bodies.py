"""The limits for the bodies of requests."""

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import UnreadablePostError

from .admin_requests import is_for_the_admin
from .error_pages import broken_request


class BodyLimitMiddleware:
    """Refuses a body that is too large, before anything reads it (status 413).

    Anybody may send LARGEST_BODY, which stays in memory. Only a person who is logged in as staff
    may send LARGEST_ADMIN_BODY, and only to the admin. Django reads no more bytes than
    Content-Length says, and none where it is missing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _length(request) > settings.LARGEST_BODY and _length(request) > _limit(request):
            raise RequestDataTooBig("The body is too large.")
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Answer 400 where the connection ended inside the body: that is no error of ours."""
        if isinstance(exception, UnreadablePostError):
            return broken_request(request, BadRequest("The body ends too early."))
        return None


def _length(request):
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request):
    if is_for_the_admin(request) and request.user.is_active and request.user.is_staff:
        return settings.LARGEST_ADMIN_BODY
    return settings.LARGEST_BODY
