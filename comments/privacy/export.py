"""The export of the data kept about a comment, for its writer."""

from django.conf import settings

from common.permissions import require_permission

from ..models import CommentEvent
from ..moderation.reasons import Hold
from ..moderation.states import MODERATE, Moderation

#: Events that tell of another reader: the privacy page promises that only moderators see a report.
OF_OTHER_READERS = {
    CommentEvent.Kind.COMPLAINED,
    CommentEvent.Kind.DISMISSED,
    CommentEvent.Kind.REOPENED,
}


def kept_about(comment) -> dict:
    """Return the data kept about a comment, for its writer: its text, trace and history.

    Beside each code that the software uses are its `labels`, in words.

    The privacy page names the data that are left out, with the reasons: the notes that colleagues
    write for each other, the reports of other readers, and every name of the newsroom. While the
    comment waits for a person, Akismet's verdict is left out too: a spammer would rewrite the
    comment until the verdict changes.
    """
    trace = getattr(comment, "trace", None)
    is_decided = comment.moderation != Moderation.PENDING
    labels = ["moderation", "reason"]
    kept = {
        "site": settings.SITE_URL,
        "article": settings.SITE_URL + comment.article.path,
        "in_reply_to": comment.parent_id,
        **_values(comment, "id", "name", "text", "submitted_at", "moderation", "reason"),
        **_values(comment, "decided_at", "edited_at", "featured_at", "erased_at"),
        "trace": trace and _values(trace, "ip_address", "user_agent", "referrer", "name", "text"),
        "blocks": [
            _values(block, "network", "action", "placed_at", "until")
            for block in comment.blocks.all()
        ],
        # Nobody can read them, so they are only named: see `writing.duplicates`.
        "keyed_hashes": [
            *(["words"] if comment.fingerprint else []),
            *(["address, name and words"] if hasattr(comment, "submission_key") else []),
        ],
    }
    fields = ["at", "kind", "reason"]
    if is_decided:
        kept |= _values(comment, "screening", "hold", "hold_detail", "hold_rule", "reported")
        if comment.hold == Hold.NAME:
            # The name that the writer has used is that of a person in the newsroom.
            del kept["hold_detail"]
        fields += ["origin", "target", "data"]
        labels += ["screening", "hold", "reported"]
    kept["labels"] = {name: str(getattr(comment, f"get_{name}_display")()) for name in labels}
    kept["history"] = [
        _values(event, *fields) | {"labels": _labels(event, is_decided)}
        for event in comment.events.all()
        if event.kind not in OF_OTHER_READERS
    ]
    return kept


def export_for(comments, *, by) -> list[dict]:
    """Return the data kept about each comment, for a person who asks; log it in each history."""
    require_permission(by, MODERATE)
    comments = comments.select_related("article", "trace", "submission_key").defer("article__body")
    comments = comments.prefetch_related("events", "blocks")
    kept = [kept_about(comment) for comment in comments]
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, kind=CommentEvent.Kind.EXPORTED, by=by)
        for comment in comments
    )
    return kept


def _labels(event, is_decided):
    """Return the words for the codes in a row of the history."""
    labels = {"kind": str(event.get_kind_display()), "reason": str(event.get_reason_display())}
    if is_decided:
        labels |= {"origin": str(event.origin_label), "target": str(event.target_label)}
    return labels


def _values(row, *names):
    return {name: getattr(row, name) for name in names}
