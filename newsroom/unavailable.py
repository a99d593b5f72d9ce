"""The answer while the database fails: a page that needs no database, with all that was typed."""

import logging

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _

from comments.writing.refusal import Refused
from common.database_failures import is_locked

from . import forms_again
from .admin_requests import is_for_the_admin

logger = logging.getLogger(__name__)

#: Seconds after which a browser or a proxy may try again (RFC 9110, section 10.2.3).
RETRY_AFTER = 10
_UNKNOWN = _(
    "We can’t tell whether it was stored. Send it again in a moment; it won’t appear twice."
)
_STAFF_UNKNOWN = _(
    "We can’t tell whether it was stored. Send it again in a moment. If it is new, look first, in "
    "another window, whether it is there already."
)


def page(request, error) -> HttpResponse:
    """Return the answer to a request that failed with the operational `error` of the database."""
    context = {"form": None, "site_name": settings.SITE_NAME}
    if request.method == "POST":
        context |= _form_again(request, error)
    response = HttpResponse(
        # Without the request no context processor runs, and none can ask the database.
        render_to_string("unavailable.html", context),
        status=503,
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )
    # At the level of an error, each request would be mailed while the database is away. The path
    # may be that of a private page, so it is not logged.
    log_response(
        "The database failed: %s",
        error,
        response=response,
        request=None,
        logger=logger,
        level="warning",
    )
    return response


def _form_again(request, error):
    post, has_files = forms_again.sent(request)
    is_staff = is_for_the_admin(request)
    if not is_locked(error):
        words = _STAFF_UNKNOWN if is_staff else _UNKNOWN
    elif "comment" in post:
        words = Refused.MESSAGES["busy"]
    else:
        words = _("The site is very busy, so this is not stored yet. Please send it again.")
    return {
        "form": forms_again.fields_of(post),
        "words": words,
        "form_id": "comment-form" if "comment" in post else "form-again",
        "action": request.get_full_path(),
        "has_files": has_files,
        "has_password": any("password" in name.lower() for name in post),
        # Forms for readers have none: their pages set no cookie.
        "csrf_token": get_token(request) if is_staff else "",
    }
