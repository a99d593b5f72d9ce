"""The checks that a comment must pass before it is stored, cheapest first; and the storing.

The order is: the size of the body (Django), the stamp and the origin (`provenance`), the rate
(`rate_limits`), then whether comments are open. Only then is the text looked at: its form, the
honeypot, the blocks of senders and the rules, and whether it was sent before.

Nothing here calls a remote service. A *refused* comment goes back to its writer with the reason and
every typed word. A *held* comment is stored like any other, with the rule that marked it for a
second look.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import page_notes

from .. import tasks
from ..models import (
    Comment,
    CommentEvent,
    CommentPolicy,
    CommentRule,
    Counter,
    SenderBlock,
    Trace,
)
from ..models.counter import memory
from ..moderation.reasons import Hold
from . import duplicates, rate_limits
from .pattern_index import Budget
from .refusal import Refused
from .reserved_names import find_imitated

# --- Are comments open on this article? --------------------------------------------------------


def check_open(article):
    """Raise Refused unless the site, the section and `article` accept comments now."""
    policy = CommentPolicy.current()
    if policy.paused:
        raise Refused("paused", policy.pause_reason)
    if not article.comments_open:
        raise Refused("closed")
    if not article.section.comments_open:
        raise Refused("section")
    if days := settings.COMMENTS_CLOSE_AFTER_DAYS:
        closes_at = article.first_published_at + timedelta(days=days)
        if closes_at <= timezone.now():
            raise Refused("old")
        page_notes.ends_at(closes_at)


# --- Blocks and rules that hold or refuse a comment --------------------------------------------


def check_sender(*addresses) -> SenderBlock | None:
    """Return the block that holds comments from one of `addresses`, or None.

    Raises Refused(`sender`) if a block refuses them; the refusal is counted in the block.
    """
    block = SenderBlock.objects.covering_first(*addresses)
    if block and block.refuses:
        block.count_stopped()
        raise Refused("sender")
    return block


def apply_rules(name, text, honeypot) -> dict[str, str]:
    """Return the columns that name the rule that holds the comment, and the words it matched.

    All are empty strings if no rule holds it. Raises Refused(`rule`) if a rule of the newsroom
    refuses it.
    """
    budget = Budget()
    rule, found = check_newsroom_rules(name, text, budget)
    held = {"hold": "", "hold_detail": "", "hold_rule": ""}
    if honeypot:
        # A browser's autofill may fill in the honeypot too, so the comment is held and not refused.
        return held | {"hold": Hold.HONEYPOT}
    if imitated := find_imitated(name):
        return held | {"hold": Hold.NAME, "hold_detail": imitated}
    if rule:
        return {"hold": Hold.RULE, "hold_detail": found, "hold_rule": rule.name}
    return held | {"hold": Hold.UNCHECKED} if budget.is_spent else held


def check_newsroom_rules(name, text, budget) -> tuple[CommentRule | None, str]:
    """Return the newsroom's rule that holds the comment, and the words it found, one on each line.

    Returns (None, "") if no rule matches. Raises Refused(`rule`) if a rule refuses the comment; the
    rules that refuse are tried before those that hold.
    """
    rule, found = CommentRule.first_match(name, text, budget)
    if rule and rule.action == CommentRule.Action.REFUSE:
        raise Refused("rule", rule.explain(found), rule=rule.name)
    return rule, fit_hold_detail(found)


def fit_hold_detail(found) -> str:
    """Return the words `found`, one on each line; leave out those too long for `hold_detail`."""
    room = Comment._meta.get_field("hold_detail").max_length
    lines = []
    for word in found:
        if len(word) <= room:
            lines.append(word)
            room -= len(word) + 1
    return "\n".join(lines)


# --- Storing ----------------------------------------------------------------------------------


def admit(article, sender, *, name, text, honeypot="", parent=None, is_counted=False) -> Comment:
    """Store the comment with its trace, and enqueue its screening; return the comment.

    The request is counted first, unless the caller has counted it (`is_counted`, by `check_rate`)
    before it looked at the text. Then the blocks of senders and the rules are applied, outside of
    any transaction. If its writer has just sent the same comment, return that one and store
    nothing. In one transaction the comment, its trace, its history and the task that screens it are
    stored.

    Raises Refused(`rate`, `sender`, `duplicate`, `rule`, `flood`, or `unanswerable` if `parent` is
    no longer published); the counters keep the requests counted before the refusal.
    """
    if parent and not parent.is_public:
        raise Refused("unanswerable")
    if not is_counted:
        rate_limits.check_rate(sender.address)
    # Before the transaction: a comment that is compared with many rules must not keep others from
    # writing meanwhile.
    block = check_sender(sender.address)
    held = apply_rules(name, text, honeypot)
    if block:
        held["hold"] = held["hold"] or Hold.SENDER
    try:
        with transaction.atomic():
            try:
                if duplicate := duplicates.find(article, name, text, sender.address, parent):
                    return duplicate
                stored = _store(article, sender, name, text, held, parent)
            except Refused as refusal:
                stored, refused = None, refusal
    except IntegrityError:
        # The same comment was being stored in parallel; the unique key let only one in.
        if duplicate := duplicates.find(article, name, text, sender.address, parent):
            return duplicate
        raise
    if block:
        # After the transaction: an erasure locks the comment first, and then the blocks.
        block.count_stopped()
    if stored is None:
        raise refused
    return stored


def _store(article, sender, name, text, held, parent):
    if rate_limits.is_flooded(article):
        if settings.COMMENTS_FLOOD_ACTION == "refuse":
            raise Refused("flood")
        held["hold"] = held["hold"] or Hold.FLOOD
    words = duplicates.fingerprint(text)
    if duplicates.is_sent_by_many(words):
        held["hold"] = held["hold"] or Hold.REPEATED
    stored = Comment.objects.create(
        article=article,
        parent=parent,
        name=name,
        text=text,
        fingerprint=words,
        **held,
        next_attempt_at=timezone.now(),
    )
    Trace.objects.store_for(stored, sender)
    duplicates.remember(stored, parent, name, text, sender.address)
    CommentEvent.objects.log(stored, CommentEvent.Kind.SUBMITTED, note=held["hold"])
    tasks.screen.enqueue(stored.pk)
    return stored


def count_refusal(refusal):
    """Count a refusal by its rule and day. No part of the comment itself is stored.

    A refusal that may come in any number is counted in memory, and written once a minute. All
    others come after the rate limit.
    """
    counts = memory if refusal.code in Refused.BEFORE_THE_TEXT else Counter.objects
    counts.count_today(f"refused:{refusal.counter_name}")
