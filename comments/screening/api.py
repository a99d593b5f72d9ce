"""Akismet: what it is sent, how it is asked, and what its answers mean. Nothing else imports it.

The reader never waits for it: workers come here with comments that are due (`due.screen_due`).
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
    """Nothing that can be used came back; `headers` has those of Akismet's own that did."""

    def __init__(self, *args, headers):
        super().__init__(*args)
        self.headers = headers


class AkismetUnavailable(NoAnswer):
    """No usable answer: time-out, broken connection, 3xx, 4xx, 5xx, an odd or oversized body."""


class KeyRefused(NoAnswer):
    """Akismet says that the key, or its site, is invalid."""


# --- What is sent -----------------------------------------------------------------------------

#: Each field that may leave this site (https://akismet.com/developers/comment-check/), and where it
#: comes from. The privacy page is made from these names, so that it cannot promise less.
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
    """Return what Akismet is sent about `comment`, as submitted; empty fields are left out."""
    return {name: value for name, read in FIELDS.items() if (value := read(comment))}


# --- How it is asked --------------------------------------------------------------------------


@dataclass
class Answer:
    """What came back: the package's result, our measure of it, and Akismet's own headers."""

    result: object
    milliseconds: int
    headers: dict = field(default_factory=dict)

    @property
    def data(self) -> dict:
        return {"milliseconds": self.milliseconds, "headers": self.headers}

    @property
    def recheck_after(self) -> timedelta | None:
        """Return how long Akismet needs to make up its mind, if it is not done.

        A number of seconds; then the same check with `recheck_reason` is due
        (https://akismet.com/developers/comment-check/).
        """
        seconds = self.headers.get("x-akismet-recheck-after", "").strip()
        # Nine digits are thirty years; no number of more can be meant.
        if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 10):
            return None
        return timedelta(seconds=int(seconds)) or None


def ask(operation: str, **fields) -> Answer:
    """Call `operation` of the akismet package's client once.

    Raises KeyRefused, or AkismetUnavailable for anything else that is not a clean answer. Neither
    says the key: the package's own errors do, so their text goes nowhere.
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
        # What is no JSON, where some is expected, is a ValueError.
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
    """Return a line for the history that cannot hold the key."""
    if settings.AKISMET_API_KEY:
        text = text.replace(settings.AKISMET_API_KEY, "…")
    return " ".join(text.split())[:200]


VERDICTS = {
    akismet.CheckResponse.HAM: Screening.HAM,
    akismet.CheckResponse.SPAM: Screening.SPAM,
    akismet.CheckResponse.DISCARD: Screening.DISCARD,
}


# --- What workers do --------------------------------------------------------------------------


def is_on() -> bool:
    """Say whether this site asks Akismet at all."""
    return bool(settings.AKISMET_API_KEY)
