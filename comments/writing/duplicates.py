"""Comments that were sent before: by the same reader, or by many readers with the same words.

A double click must not store a comment twice. But two people may say the same (“Bravo !”), so only
a comment from the same IP address is a duplicate.
"""

from datetime import timedelta
from ipaddress import ip_address

from django.db.models import Q
from django.utils import timezone

from common.compiled_queries import compiled
from common.folding import fold
from common.keyed_hashes import keyed_hash
from common.networks import canonical

from ..models import Comment, SubmissionKey
from ..moderation.states import Moderation
from .refusal import Refused

#: The number of comments with the same words in WORDS_PERIOD, above which more of them are held.
MOST_WITH_SAME_WORDS = 5
WORDS_PERIOD = timedelta(hours=1)


def fingerprint(text) -> str:
    """Return a keyed hash that two comments share if their words are the same.

    It contains no name, no article and no address. So moderators see together the comments that
    many people, or one person with many addresses, send word for word.
    """
    return keyed_hash("comments.fingerprint", fold(text))


def submission_key(article, parent, name, text, address) -> str:
    """Return the keyed hash by which a second request with the same comment is recognised.

    The parent is part of it, since a reader may answer two comments with the same words.
    """
    there = [article.pk, parent and parent.pk, address]
    return keyed_hash("comments.submission", *there, fold(name), _spoken(text))


def find(article, name, text, address, parent=None, *, other_than=None) -> Comment | None:
    """Return the comment that the reader at `address` has just sent in the same words, or None.

    A receipt is private, and other readers may have the same address (NAT, VPN). So the comment is
    returned only while nobody else can know its words: for a few minutes, and while no moderator
    has decided it. Later, or if no address is known, raise Refused(`duplicate`), which says nothing
    but that it was sent.

    `other_than` is a comment that does not count: the one that its writer is changing.
    """
    # Before the key is looked up: a comment that is stored between these queries has both.
    was_sent = address is not None and _has_trace_of(
        article, name, text, address, parent, other_than=other_than
    )
    known = SubmissionKey.objects.live_with(submission_key(article, parent, name, text, address))
    found = None if known and known.comment == other_than else known
    is_own = found and not other_than and address is not None
    if is_own and found.comment.moderation == Moderation.PENDING:
        return found.comment
    if found or was_sent:
        raise Refused("duplicate")
    return None


def _has_trace_of(article, name, text, address, parent, *, other_than) -> bool:
    """Say whether a comment of the same reader and words is stored whose trace is still kept."""
    stored_as = ip_address(canonical(address))
    there = [article.pk, *([parent.pk] if parent else [])]
    return any(
        fold(sent_name) == fold(name) and _spoken(sent_text) == _spoken(text)
        for key, sent_name, sent_text in _sent_from(stored_as, fingerprint(text), *there)
        if not other_than or key != other_than.pk
    )


def remember(comment, parent, name, text, address):
    """Store the key of `comment`, after `find`, in place of an older one.

    Raises IntegrityError if the same comment was stored in the meantime.
    """
    key = submission_key(comment.article, parent, name, text, address)
    SubmissionKey.objects.put(key, comment)


def is_sent_by_many(words, *, other_than=None) -> bool:
    """Say whether MOST_WITH_SAME_WORDS comments of WORDS_PERIOD have the fingerprint `words`."""
    # One more, since the one that is changed does not count.
    since, most = timezone.now() - WORDS_PERIOD, MOST_WITH_SAME_WORDS + 1
    recent = set(_with_words(words, since, most=most))
    return len(recent - {other_than and other_than.pk}) >= MOST_WITH_SAME_WORDS


@compiled(keeps_plan=False)
def _sent_from(address, words, article, parent=None):
    # A comment that an earlier version has stored may have no fingerprint.
    sent = Comment.objects.filter(
        Q(fingerprint=words) | Q(fingerprint=None),
        article=article,
        parent=parent,
        trace__ip_address=address,
    )
    return sent.values_list("pk", "trace__name", "trace__text")


@compiled(keeps_plan=False)
def _with_words(words, since, *, most):
    recent = Comment.objects.filter(fingerprint=words, submitted_at__gt=since)
    return recent.values_list("pk", flat=True)[:most]


def _spoken(text):
    """Return `text` without the differences that nobody hears: those of case and of spaces."""
    return " ".join(text.split()).casefold()
