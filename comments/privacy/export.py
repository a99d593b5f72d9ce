"""All that is kept about a comment, for its writer."""

from django.conf import settings

from common.permissions import require

from ..models import CommentEvent
from ..moderation.states import MODERATE, Moderation


def kept_about(comment) -> dict:
    """Return all that is kept about a comment, for its writer: its text, trace and history.

    No name of anybody in the newsroom. Nor, while it waits for a person, what Akismet thinks:
    spam would be rewritten until that changes.
    """
    trace = getattr(comment, "trace", None)
    is_decided = comment.moderation != Moderation.PENDING
    kept = {
        "site": settings.SITE_URL,
        "article": settings.SITE_URL + comment.article.path,
        "in_reply_to": comment.parent_id,
        **_values(comment, "id", "name", "text", "submitted_at", "moderation", "reason"),
        **_values(comment, "decided_at", "edited_at", "featured_at", "erased_at"),
        "trace": trace and _values(trace, "ip_address", "user_agent", "referrer", "name", "text"),
    }
    fields = ["at", "kind", "origin", "target", "reason"]
    if is_decided:
        kept |= _values(comment, "screening", "hold", "hold_detail", "hold_rule", "reported")
        fields += ["note", "data"]
    else:
        fields.remove("target")
    kept["history"] = [_values(event, *fields) for event in comment.events.all()]
    return kept


def export_for(comments, *, by) -> list[dict]:
    """Return what is kept about each, for a person who asks the newsroom; each history says so."""
    require(by, MODERATE)
    comments = comments.select_related("article", "trace").prefetch_related("events")
    kept = [kept_about(comment) for comment in comments]
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, kind=CommentEvent.Kind.EXPORTED, by=by)
        for comment in comments
    )
    return kept


def _values(row, *names):
    return {name: getattr(row, name) for name in names}
