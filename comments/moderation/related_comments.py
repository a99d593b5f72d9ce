"""What stands around a comment, for the moderator who decides about it."""

from ..models import Trace
from .states import Moderation

#: How many comments of the thread are shown on each side, and how many of the same writer.
NEIGHBOURS = 2
SAME_WRITER = 20


def thread_around(comment) -> tuple[list, list]:
    """Return the public comments just before and just after it, among those on its level."""
    level = type(comment).objects.filter(
        article_id=comment.article_id, parent_id=comment.parent_id, moderation=Moderation.APPROVED
    )
    return list(level.before(comment)[:NEIGHBOURS])[::-1], list(level.after(comment)[:NEIGHBOURS])


def same_writer(comment) -> list:
    """Return other comments from the same address, newest first, while its trace is kept."""
    if comment.address is None:
        return []
    traces = (
        Trace.objects.filter(ip_address=comment.address)
        .exclude(comment=comment.pk)
        .select_related("comment__article")
        .order_by("-comment")[:SAME_WRITER]
    )
    return [trace.comment for trace in traces]
