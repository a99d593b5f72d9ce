"""Calls to Akismet: the fields sent, the request, and the meaning of the answers.

No other module imports the `akismet` package. A reader never waits for Akismet: only workers call
it, for comments that are due (`attempts.screen_due`), and the command `check_akismet`.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

import akismet
import httpx
from django.conf import settings

from ..moderation.states import Screening
from .transport import Transport

logger = logging.getLogger(__name__)


class NoAnswer(Exception):
    """No usable answer came back; `headers` has the `x-akismet-…` headers that did."""

    def __init__(self, *args, headers):
        super().__init__(*args)
        self.headers = headers


class AkismetUnavailable(NoAnswer):
    """A time-out, a broken connection, a 3xx, 4xx or 5xx, or an unexpected or too long body."""


class KeyRefused(NoAnswer):
    """Akismet says that the key is invalid, or is not valid for this site."""


# --- Fields sent ------------------------------------------------------------------------------

#: Each field that may be sent to Akismet (https://akismet.com/developers/comment-check/), with the
#: function that reads it. The privacy page is made from these names, so it lists all of them.
FIELDS = {
    "user_ip": lambda comment: comment.trace.ip_address or "0.0.0.0",  # noqa: S104
    "user_agent": lambda comment: comment.trace.user_agent,
    "referrer": lambda comment: comment.trace.referrer,
    "permalink": lambda comment: settings.SITE_URL + comment.article.path,
    "comment_type": lambda comment: "reply" if comment.parent_id else "comment",
    "comment_author": lambda comment: comment.trace.name,
    "comment_content": lambda comment: comment.trace.text,
    "comment_date_gmt": lambda comment: comment.submitted_at.isoformat(timespec="seconds"),
    "comment_post_modified_gmt": lambda comment: comment.article.first_published_at.isoformat(
        timespec="seconds"
    ),
    "blog_lang": lambda comment: comment.article.language,
    "blog_charset": lambda comment: "UTF-8",
    "recheck_reason": lambda comment: "recheck" if comment.was_screened_before else "",
    "is_test": lambda comment: "1" if settings.AKISMET_IS_TEST else "",
}


def payload(comment) -> dict[str, str]:
    """Return the fields to send about `comment`, as submitted; empty fields are left out."""
    return {name: value for name, read in FIELDS.items() if (value := read(comment))}


# --- The request ------------------------------------------------------------------------------


@dataclass
class Answer:
    """The package's `result`, the duration that we measured, and the `x-akismet-…` headers."""

    result: object
    milliseconds: int
    headers: dict = field(default_factory=dict)

    @property
    def data(self) -> dict:
        return {"milliseconds": self.milliseconds, "headers": self.headers}

    @property
    def recheck_after(self) -> timedelta | None:
        """Return how long to wait before asking again, or None if Akismet's verdict is final.

        The header gives a number of seconds; after it, the same check is due again with
        `recheck_reason` (https://akismet.com/developers/comment-check/).
        """
        seconds = self.headers.get("x-akismet-recheck-after", "").strip()
        # Nine digits of seconds are thirty years; a longer number is an error.
        if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 10):
            return None
        return timedelta(seconds=int(seconds)) or None


def ask(operation: str, **fields) -> Answer:
    """Call `operation` of the akismet package's client once.

    Raises KeyRefused, or AkismetUnavailable for anything else that is not a clean answer. Neither
    contains the key. The text of the package's own errors does, so the key is removed from it.
    """
    transport = Transport()
    config = akismet.Config(key=settings.AKISMET_API_KEY, url=settings.SITE_URL)
    started = time.monotonic()
    with httpx.Client(
        transport=transport,
        headers={"User-Agent": f"Newsroom/{settings.VERSION} | {akismet.USER_AGENT}"},
    ) as http_client:
        client = akismet.SyncClient(config=config, http_client=http_client)
        try:
            result = getattr(client, operation)(**fields)
        except akismet.APIKeyError:
            raise KeyRefused(headers=_headers(transport)) from None
        # A body that should be JSON and is not raises ValueError.
        except (akismet.AkismetError, httpx.HTTPError, ValueError) as error:
            cause = error.__cause__ or error
            words = f"{type(cause).__name__}: {_safe(str(cause))}"
            raise AkismetUnavailable(words, headers=_headers(transport)) from None
    headers = _headers(transport)
    if problem := headers.get("x-akismet-error"):
        raise AkismetUnavailable(f"X-akismet-error: {problem}", headers=headers)
    return Answer(result, round(1000 * (time.monotonic() - started)), headers)


def _headers(transport):
    return {name: _safe(value) for name, value in transport.headers.items()}


def _safe(text):
    """Return `text` as one line of at most 200 characters, without the key, for the history."""
    if settings.AKISMET_API_KEY:
        text = text.replace(settings.AKISMET_API_KEY, "…")
    return " ".join(text.split())[:200]


VERDICTS = {
    akismet.CheckResponse.HAM: Screening.HAM,
    akismet.CheckResponse.SPAM: Screening.SPAM,
    akismet.CheckResponse.DISCARD: Screening.DISCARD,
}


# --- Whether Akismet is used ------------------------------------------------------------------


def is_configured() -> bool:
    """Say whether this site uses Akismet, which is so if a key is set."""
    return bool(settings.AKISMET_API_KEY)
