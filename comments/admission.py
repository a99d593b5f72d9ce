"""What a comment passes before it is stored, cheapest first; and the storing.

Nothing here asks another machine. A *refused* comment goes back to its writer with the reason and
every typed word; a *held* one is stored like any other, with the rule that wants a second look.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.models import Author

from . import tasks, text
from .models import Comment, CommentEvent, CommentPolicy, Counter, Trace
from .moderation import Hold
from .refusal import Refused

# --- Is anybody to comment here, and now? ----------------------------------------------------


def check_open(article):
    """Raise Refused unless `article` takes comments and the site does."""
    policy = CommentPolicy.current()
    if policy.paused:
        raise Refused("paused", policy.pause_reason)
    if not article.comments_open:
        raise Refused("closed")
    if not article.section.comments_open:
        raise Refused("section")
    days = settings.COMMENTS_CLOSE_AFTER_DAYS
    if days and article.first_published_at <= timezone.now() - timedelta(days=days):
        raise Refused("old")


# --- Not too often -----------------------------------------------------------------------------


def check_rate(address, what="post"):
    """Count this act of `address`, and raise Refused(`rate`) where there were too many."""
    period = settings.COMMENTS_RATE_PERIOD.total_seconds()
    start = datetime.fromtimestamp(timezone.now().timestamp() // period * period, UTC)
    # The address itself is not kept: this is a keyed hash of it.
    key = salted_hmac("comments.rate", address or "", algorithm="sha256").hexdigest()
    name = f"post:{key}" if what == "post" else f"post:{what}:{key}"
    if not Counter.objects.add(name, start, limit=settings.COMMENTS_RATE_LIMIT):
        raise Refused("rate")


# --- Has it come before? ----------------------------------------------------------------------


def fingerprint(article, name, comment, parent=None) -> str:
    """Return what is the same for two comments that say the same, by the same name, there.

    Two answers may say the same of two comments.
    """
    there = [str(article.pk), *([f"re:{parent.pk}"] if parent else [])]
    same = "\0".join([*there, text.fold(name), " ".join(comment.split())])
    return salted_hmac("comments.fingerprint", same, algorithm="sha256").hexdigest()


def _sent_before(article, name, comment, address, parent=None) -> Comment | None:
    """Return the comment that is this one sent twice; Refused(`duplicate`) if it is a stranger's.

    Only who sent it from the same address is led to its receipt, which is private.
    """
    found = (
        Comment.objects.select_related("trace")
        .filter(fingerprint=fingerprint(article, name, comment, parent))
        .first()
    )
    if found and (address is None or found.address != address):
        raise Refused("duplicate")
    return found


# --- Does it deserve a second look? -----------------------------------------------------------


def hold_for(name, honeypot) -> tuple[str, str]:
    """Return the rule that holds a comment of `name`, with what it matched; ("", "") for none."""
    if honeypot:
        # A browser that fills in forms by itself trips it too: a reason to look, not to refuse.
        return Hold.HONEYPOT, ""
    folded = text.fold(name)
    for taken in [settings.SITE_NAME, *Author.objects.values_list("name", flat=True)]:
        if text.fold(taken) == folded:
            return Hold.NAME, taken
    return "", ""


# --- Storing ----------------------------------------------------------------------------------


def admit(article, sender, *, name, comment, honeypot="", parent=None) -> Comment:
    """Store the comment with its trace and call a worker; return it, or its earlier twin.

    One transaction: either all of it is there, its screening included, or nothing is. Raises
    Refused(`rate`, `duplicate`, or `unanswerable` where `parent` is no longer published).
    """
    if parent and not parent.is_public:
        raise Refused("unanswerable")
    try:
        with transaction.atomic():
            check_rate(sender.address)
            if twin := _sent_before(article, name, comment, sender.address, parent):
                return twin
            return _store(article, sender, name, comment, honeypot, parent)
    except IntegrityError:
        # The twin was being stored in parallel; the database let one of them through.
        if twin := _sent_before(article, name, comment, sender.address, parent):
            return twin
        raise


def _store(article, sender, name, comment, honeypot, parent):
    rule, detail = hold_for(name, honeypot)
    stored = Comment.objects.create(
        article=article,
        parent=parent,
        name=name,
        text=comment,
        fingerprint=fingerprint(article, name, comment, parent),
        hold=rule,
        hold_detail=detail,
        next_attempt_at=timezone.now(),
    )
    Trace.objects.keep(stored, sender)
    CommentEvent.objects.create(comment=stored, kind=CommentEvent.Kind.SUBMITTED, note=rule)
    tasks.screen.enqueue(stored.pk)
    return stored


def revise(comment, sender, *, name, text):
    """Let its writer change a comment that nobody has decided about, and call a worker again.

    It passes the same rules as a new one. Raises Refused(`late` or `duplicate`).
    """
    held = comment.hold if comment.hold == Hold.HONEYPOT else ""
    rule, detail = hold_for(name, held)
    same = fingerprint(comment.article, name, text, comment.parent)
    try:
        with transaction.atomic():
            comment.revise(
                sender, name=name, text=text, fingerprint=same, hold=rule, hold_detail=detail
            )
            tasks.screen.enqueue(comment.pk)
    except IntegrityError:
        raise Refused("duplicate") from None


def count_refusal(code):
    """Count a refusal by its rule and day. Nothing of the comment itself is kept."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    Counter.objects.add(f"refused:{code}", today)
