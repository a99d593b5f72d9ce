"""What a comment passes before it is stored, cheapest first; and the storing.

Nothing here asks another machine. A *refused* comment goes back to its writer with the reason and
every typed word; a *held* one is stored like any other, with the rule that wants a second look.
"""

import ipaddress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.models import Author
from common.folding import fold

from .. import tasks
from ..models import Comment, CommentEvent, CommentPolicy, CommentRule, Counter, Trace
from ..moderation.reasons import Hold
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


def check_rate(address, what=""):
    """Count this act of `address`, and raise Refused(`rate`) where there were too many.

    An address has one limit, and the network that it is in a wider one: a provider hands a
    household a whole /64 of IPv6, and a spammer rents a /24 of IPv4.
    """
    start = _period_start(settings.COMMENTS_RATE_PERIOD)
    kind = f"post:{what}:" if what else "post:"
    limits = [
        (f"{kind}{_hashed(address)}", settings.COMMENTS_RATE_LIMIT),
        (f"{kind}net:{_hashed(_network(address))}", settings.COMMENTS_NETWORK_LIMIT),
    ]
    for name, limit in limits:
        if not Counter.objects.add(name, start, limit=limit):
            raise Refused("rate")


def _network(address):
    """Return the /24 (IPv4) or /64 (IPv6) that `address` is in; None for none."""
    if address is None:
        return None
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def _hashed(address):
    # The address itself is not kept: this is a keyed hash of it.
    return salted_hmac("comments.rate", address or "", algorithm="sha256").hexdigest()


def _period_start(period):
    """Return when the period of this moment began."""
    seconds = period.total_seconds()
    return datetime.fromtimestamp(timezone.now().timestamp() // seconds * seconds, UTC)


def _is_flooded(article) -> bool:
    """Count this comment on `article`, and say whether too many came in this minute."""
    name, start = f"post:on:{article.pk}", _period_start(timedelta(minutes=1))
    return not Counter.objects.add(name, start, limit=settings.COMMENTS_FLOOD_LIMIT)


# --- Has it come before? ----------------------------------------------------------------------


def fingerprint(article, name, comment, parent=None) -> str:
    """Return what is the same for two comments that say the same, by the same name, there.

    Two answers may say the same of two comments.
    """
    there = [str(article.pk), *([f"re:{parent.pk}"] if parent else [])]
    same = "\0".join([*there, fold(name), " ".join(comment.split()).casefold()])
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


def hold_for(name, comment, honeypot) -> dict[str, str]:
    """Return the columns that say which rule holds a comment and what it matched; empty for none.

    Raises Refused(`rule`) where a rule of the newsroom's own refuses it.
    """
    rule, found = check_rules(name, comment)
    held = {"hold": "", "hold_detail": "", "hold_rule": ""}
    if honeypot:
        # A browser that fills in forms by itself trips it too: a reason to look, not to refuse.
        return held | {"hold": Hold.HONEYPOT}
    folded = fold(name)
    for taken in [settings.SITE_NAME, *Author.objects.values_list("name", flat=True)]:
        if fold(taken) == folded:
            return held | {"hold": Hold.NAME, "hold_detail": taken}
    if rule:
        return {"hold": Hold.RULE, "hold_detail": found, "hold_rule": rule.name}
    return held


def check_rules(name, comment) -> tuple[CommentRule | None, str]:
    """Return the newsroom's rule that holds a comment, and what it found, one on each line.

    Raises Refused(`rule`) where one refuses it. All that refuse come before all that hold.
    """
    for rule in CommentRule.objects.in_force():
        if found := rule.found_in(name, comment):
            if rule.action == CommentRule.Action.REFUSE:
                raise Refused("rule", rule.explain(found), rule=rule.name)
            return rule, as_detail(found)
    return None, ""


def as_detail(found) -> str:
    """Return as many of the words `found` as `hold_detail` has room for, one on each line."""
    room = Comment._meta.get_field("hold_detail").max_length
    lines = []
    for word in found:
        if len(word) <= room:
            lines.append(word)
            room -= len(word) + 1
    return "\n".join(lines)


# --- Storing ----------------------------------------------------------------------------------


def admit(article, sender, *, name, comment, honeypot="", parent=None) -> Comment:
    """Store the comment with its trace and call a worker; return it, or its earlier twin.

    One transaction: either all of it is there, its screening included, or nothing is. Raises
    Refused(`rate`, `duplicate`, `rule`, `flood`, or `unanswerable` where `parent` is no longer
    published); what it has counted until then stays counted.
    """
    if parent and not parent.is_public:
        raise Refused("unanswerable")
    try:
        with transaction.atomic():
            try:
                check_rate(sender.address)
                if twin := _sent_before(article, name, comment, sender.address, parent):
                    return twin
                return _store(article, sender, name, comment, honeypot, parent)
            except Refused as refusal:
                refused = refusal
    except IntegrityError:
        # The twin was being stored in parallel; the database let one of them through.
        if twin := _sent_before(article, name, comment, sender.address, parent):
            return twin
        raise
    raise refused


def _store(article, sender, name, comment, honeypot, parent):
    held = hold_for(name, comment, honeypot)
    if _is_flooded(article):
        if settings.COMMENTS_FLOOD_ACTION == "refuse":
            raise Refused("flood")
        held["hold"] = held["hold"] or Hold.FLOOD
    stored = Comment.objects.create(
        article=article,
        parent=parent,
        name=name,
        text=comment,
        fingerprint=fingerprint(article, name, comment, parent),
        **held,
        next_attempt_at=timezone.now(),
    )
    Trace.objects.keep(stored, sender)
    CommentEvent.objects.log(stored, CommentEvent.Kind.SUBMITTED, note=held["hold"])
    tasks.screen.enqueue(stored.pk)
    return stored


def count_refusal(refusal):
    """Count a refusal by its rule and day. Nothing of the comment itself is kept."""
    Counter.objects.count_today(f"refused:{refusal.counted_as}")
