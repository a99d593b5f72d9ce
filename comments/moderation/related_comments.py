"""The context of a comment, for the moderator who decides about it."""

from ..models import Trace
from .states import Moderation

#: Maximum number of comments shown from the thread, on each side, from the same writer, with the
#: same words.
NEIGHBOURS = 2
SAME_WRITER = 20
SAME_WORDS = 20


def thread_around(comment) -> tuple[list, list]:
    """Return the public comments just before and just after `comment`, with the same parent."""
    level = type(comment).objects.filter(
        article_id=comment.article_id, parent_id=comment.parent_id, moderation=Moderation.APPROVED
    )
    return list(level.before(comment)[:NEIGHBOURS])[::-1], list(level.after(comment)[:NEIGHBOURS])


def same_writer(comment) -> list:
    """Return other comments from the same IP address, newest first; none if no address is kept."""
    if comment.ip_address is None:
        return []
    traces = (
        Trace.objects.filter(ip_address=comment.ip_address)
        .exclude(comment=comment.pk)
        .select_related("comment__article")
        .defer("comment__article__body")
        .order_by("-comment_id")[:SAME_WRITER]
    )
    return [trace.comment for trace in traces]


def same_words(comment) -> tuple[list, int]:
    """Return other undecided comments with the same words, and their number (bounded)."""
    others = type(comment).objects.with_same_words(comment).exclude(pk=comment.pk)
    others = others.filter(moderation=Moderation.PENDING).order_by("submitted_at", "pk")
    shown = others.select_related("article").defer("article__body")[:SAME_WORDS]
    return list(shown), others.bounded_count()
