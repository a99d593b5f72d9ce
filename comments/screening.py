"""Akismet: what it is sent, how it is asked, and what its answers mean. Nothing else imports it.

The reader never waits for it: workers come here with comments that are due (`work_off`). Each try
ends in one of four ways, all written on the comment: an answer, a failure to be repeated, a key
that is refused (which pauses everything), or nothing left to send.
"""

import logging
import time
from dataclasses import dataclass, field
from functools import partial

import akismet
import httpx
from django.conf import settings
from django.core.mail import mail_admins
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import AkismetStatus, Comment
from .moderation import Report, Screening
from .transport import Transport

logger = logging.getLogger(__name__)

#: After so many failures in a row the rest waits: the service is down, not the comment odd.
MOST_FAILURES = 3
#: Comments that one call takes on at the most.
BATCH = 200


class AkismetUnavailable(Exception):
    """No usable answer: time-out, broken connection, 3xx, 4xx, 5xx, an odd or oversized body."""


class KeyRefused(Exception):
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
    """Return what Akismet is sent about `comment`, as it was submitted; empty fields stay home."""
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


def ask(operation: str, **fields) -> Answer:
    """Call `operation` of the akismet package's client once.

    Raises KeyRefused, or AkismetUnavailable for anything else that is not a clean answer. Neither
    says the key: the package's own errors do, so their text goes nowhere.
    """
    transport = Transport()
    config = akismet.Config(key=settings.AKISMET_API_KEY, url=settings.SITE_URL)
    started = time.monotonic()
    with httpx.Client(
        transport=transport, headers={"User-Agent": f"Newsroom/0.1 | {akismet.USER_AGENT}"}
    ) as http_client:
        client = akismet.SyncClient(config=config, http_client=http_client)
        try:
            result = getattr(client, operation)(**fields)
        except akismet.APIKeyError:
            raise KeyRefused from None
        except (akismet.AkismetError, httpx.HTTPError) as error:
            cause = error.__cause__ or error
            raise AkismetUnavailable(_safe(type(cause).__name__, str(cause))) from None
    if problem := transport.headers.get("x-akismet-error"):
        raise AkismetUnavailable(_safe("X-akismet-error", problem))
    return Answer(result, round(1000 * (time.monotonic() - started)), transport.headers)


def _safe(kind, text):
    """Return a line for the history that cannot hold the key."""
    if settings.AKISMET_API_KEY:
        text = text.replace(settings.AKISMET_API_KEY, "…")
    return f"{kind}: {' '.join(text.split())[:200]}"


VERDICTS = {
    akismet.CheckResponse.HAM: Screening.HAM,
    akismet.CheckResponse.SPAM: Screening.SPAM,
    akismet.CheckResponse.DISCARD: Screening.DISCARD,
}


# --- What workers do --------------------------------------------------------------------------


def is_on() -> bool:
    """Say whether this site asks Akismet at all."""
    return bool(settings.AKISMET_API_KEY)


def work_off(comments=None, *, go_on=lambda: True) -> int:
    """Try each due comment (of `comments`) once; return how many tries ended with an answer.

    Any number of workers may run this at once: each comment is claimed before it is tried, and a
    worker that dies leaves a lease that runs out. `go_on` is asked between two comments.
    """
    if not is_on():
        return 0
    status = AkismetStatus.current()
    if status.paused_since and not _key_works_again(status):
        return 0
    due = (Comment.objects.all() if comments is None else comments).due(timezone.now())
    answered = failures = 0
    for comment in due.order_by("next_attempt_at", "pk")[:BATCH]:
        if failures >= MOST_FAILURES or not go_on():
            break
        if not comment.claim():
            continue
        try:
            answered += _try(comment, status)
            failures = 0
        except KeyRefused:
            comment.release()
            if status.pause():
                _alert()
            break
        except AkismetUnavailable as failure:
            failures += 1
            status.failed(failure)
            comment.record_failure(failure, fields=_names(comment))
    return answered


def _try(comment, status) -> bool:
    if not (comment.awaits_check or comment.report_wanted):
        comment.release()
        return False
    if not hasattr(comment, "trace"):
        comment.record_no_trace()
        return False
    if comment.awaits_check:
        answer = ask("comment_check", **payload(comment))
        record = partial(comment.record_verdict, VERDICTS[answer.result])
    else:
        report = Report(comment.report_wanted)
        operation = {Report.HAM: "submit_ham", Report.SPAM: "submit_spam"}[report]
        answer = ask(operation, **payload(comment))
        record = partial(comment.record_report, report)
    record(fields=_names(comment), **answer.data)
    status.answered()
    return True


def _names(comment):
    return sorted(payload(comment))


def _key_works_again(status) -> bool:
    is_new = status.has_another_key
    if not status.claim_probe():
        return False
    try:
        works = ask("verify_key").result
    except KeyRefused:
        works = False
    except AkismetUnavailable:
        return False
    if works:
        logger.warning("Akismet takes the key again; the waiting comments follow.")
        status.resume()
    elif is_new:
        _alert()
    return works


def _alert():
    """Tell the people in charge, once for each key that is refused."""
    logger.error("Akismet refused the key of %s; screening is paused.", settings.SITE_URL)
    subject = _("Akismet refuses the key")
    words = _(
        "Akismet refuses AKISMET_API_KEY for %(site)s. Comments are kept and wait for their "
        "screening; moderators see them marked as not screened. Please check the key. It is "
        "tried again by itself, and what waits is then screened."
    )
    try:
        mail_admins(subject, words % {"site": settings.SITE_URL})
    except OSError:
        # Every SMTP error is one too. The desk shows the pause as well; the worker has to go on.
        logger.exception("The refused key could not be mailed to ADMINS.")
