"""The answer while the database fails: a page that needs no database, with all that was typed."""

import logging
import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import QueryDict, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.log import log_response
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.writing.refusal import Refused
from common.database_failures import is_locked
from common.invisible import without_controls

from .admin_requests import is_for_the_admin

logger = logging.getLogger(__name__)

#: Seconds after which a browser or a proxy may try again (RFC 9110, section 10.2.3).
RETRY_AFTER = 10
#: A value with more characters, or with line ends, is shown in a text area.
LONGEST_LINE = 60

# Neither shown nor sent again.
_SECRET = re.compile("password|csrfmiddlewaretoken|token|secret", re.IGNORECASE)
# Sent again, but not shown: nobody has typed these.
_UNTYPED = re.compile(
    r"_.*|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|initial-.*|(.*-)?(seen_at|action)|stamp|"
    "confirmed|website|version|index|select_across|decision|grounds|reason|next|outcome"
)
_LETTER = re.compile(r"[^\W\d_]")
_LABELS = {
    "name": _("Name"),
    "comment": _("Comment"),
    "words": _("In your own words, if you like"),
    "text": _("Text"),
    "note": _("Note for colleagues"),
}

_UNKNOWN = _(
    "We can’t tell whether it was stored. Send it again in a moment; it won’t appear twice."
)
_STAFF_UNKNOWN = _(
    "We can’t tell whether it was stored. Send it again in a moment. If it is new, look first, in "
    "another window, whether it is there already."
)


@dataclass(frozen=True)
class Field:
    """A value of the form that was sent, as the page shows it."""

    name: str
    value: str

    @property
    def label(self):
        # Most fields of the admin are named as the words that they are labelled with.
        words = re.sub(r"[\W_]+", " ", self.name).lower()
        return _LABELS.get(self.name) or capfirst(gettext(words))

    @property
    def is_shown(self) -> bool:
        if self.name in _LABELS:
            # Whatever is in it was typed, such as “👍 100 %”.
            return bool(self.value)
        # A ticked box sends “on”.
        is_typed = self.value != "on" and _LETTER.search(self.value)
        return bool(is_typed) and not _UNTYPED.fullmatch(self.name)

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONGEST_LINE or "\n" in self.value


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
    post, has_files = _sent(request)
    fields = [
        Field(without_controls(name), without_controls(value))
        for name, values in post.lists()
        if not _SECRET.search(name)
        for value in values
    ]
    is_staff = is_for_the_admin(request)
    if not is_locked(error):
        words = _STAFF_UNKNOWN if is_staff else _UNKNOWN
    elif "comment" in post:
        words = Refused.MESSAGES["busy"]
    else:
        words = _("The site is very busy, so this is not stored yet. Please send it again.")
    return {
        "form": fields,
        "words": words,
        "form_id": "comment-form" if "comment" in post else "form-again",
        "action": request.get_full_path(),
        "has_files": has_files,
        "has_password": any("password" in name.lower() for name in post),
        # Forms for readers have none: their pages set no cookie.
        "csrf_token": get_token(request) if is_staff else "",
    }


def _sent(request):
    """Return the fields of the request, and whether it has files.

    Both are empty if the body cannot be read, or if the page of another site sent it: that site
    could have its own words sent from ours.
    """
    if request.headers.get("Sec-Fetch-Site") != "cross-site":
        try:
            return request.POST, bool(request.FILES)
        except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
            pass
    return QueryDict(), False
