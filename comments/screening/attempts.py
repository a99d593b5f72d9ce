"""The work of workers on comments that have a check or a report to send to Akismet.

Each attempt ends in one of four ways: an answer, a failure to be retried, a refused key (which
pauses all screening), or a comment with no trace left to send.
"""

import logging
from functools import partial

from django.utils import timezone

from ..models import AkismetStatus, Comment
from ..moderation.states import Report
from . import admin_mail
from .api import VERDICTS, AkismetUnavailable, KeyRefused, NoAnswer, ask, is_configured, payload

logger = logging.getLogger(__name__)

#: After so many failures in a row the other comments wait: the fault is Akismet's, not theirs.
MOST_FAILURES = 3


#: Maximum number of comments that one call tries.
BATCH = 200


def screen_due(comments=None, *, should_continue=lambda: True) -> int:
    """Try each due comment once (of `comments`, or of all); return how many were answered.

    Several workers may run this at the same time: each comment is claimed before it is tried, and
    the lease of a worker that dies expires. `should_continue` is called before each comment; if it
    returns False, no more comments are tried.
    """
    if not is_configured():
        return 0
    status = AkismetStatus.current()
    if status.paused_since and not _key_works_again(status):
        return 0
    due = (Comment.objects.all() if comments is None else comments).due(timezone.now())
    answered = failures = 0
    for comment in due.order_by("next_attempt_at", "pk")[:BATCH]:
        if failures >= MOST_FAILURES or not should_continue():
            break
        if not comment.claim():
            continue
        try:
            answered += _try(comment, status)
            failures = 0
        except KeyRefused as refusal:
            comment.release()
            status.record_alert(refusal.headers)
            if status.pause():
                admin_mail.key_refused()
            break
        except AkismetUnavailable as failure:
            failures += 1
            status.record_failure(failure)
            status.record_alert(failure.headers)
            comment.record_failure(failure, fields=_names(comment))
    return answered


def _try(comment, status) -> bool:
    if not (comment.needs_check or comment.report_wanted):
        comment.release()
        return False
    if not hasattr(comment, "trace"):
        comment.give_up_without_trace()
        return False
    if comment.needs_check:
        answer = ask("comment_check", **payload(comment))
        record = partial(
            comment.record_verdict, VERDICTS[answer.result], recheck_after=answer.recheck_after
        )
    else:
        report = Report(comment.report_wanted)
        operation = {Report.HAM: "submit_ham", Report.SPAM: "submit_spam"}[report]
        answer = ask(operation, **payload(comment))
        record = partial(comment.record_report, report)
    record(fields=_names(comment), **answer.data)
    status.record_answer(answer.headers)
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
        admin_mail.key_refused()
    return works


def update_usage():
    """Ask Akismet, once an hour, how much of this month's limit is used, for the health page.

    A failure here does not count as a failure of screening: the last figures stay as they are.
    """
    if not is_configured() or not AkismetStatus.current().claim_usage():
        return
    try:
        usage = ask("usage_limit").result
    except NoAnswer as failure:
        logger.info("Akismet did not say how much of its limit is used: %s", failure)
        return
    if isinstance(usage, dict):
        kept = {name: usage.get(name) for name in ("limit", "usage", "percentage", "throttled")}
        AkismetStatus.objects.filter(pk=1).update(usage=kept)
