"""Readers' reports on the screens of moderators: a comment is shown with all its open reports."""

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string

from common.admin import BoundedChangeList

from ..models import Complaint
from ..moderation import states

#: The most reports shown with one comment; their number is told, and the register has all of them.
MOST_SHOWN = 50


def add_complaints(comments, user):
    """Give each reported comment its open reports as `shown_complaints`, by one query for all.

    Only a `user` who may moderate sees reports.
    """
    reported = [comment for comment in comments if comment.complained_at]
    if not (reported and user.has_perm(states.MODERATE)):
        return
    shown = Complaint.objects.awaiting_decision()[:MOST_SHOWN]
    prefetch_related_objects(reported, Prefetch("complaints", shown, to_attr="shown_complaints"))


def complaints_context(comment) -> dict:
    """Return the context of the template `_reports.html`: the reports of `add_complaints`."""
    shown = getattr(comment, "shown_complaints", [])
    number = len(shown)
    if number == MOST_SHOWN:
        number = comment.complaints.awaiting_decision().bounded_count()
    return {"comment": comment, "complaints": shown, "number_of_complaints": number}


def render_complaints(comment, *, is_in_link=False):
    """Return the open reports as HTML, for a list or a form; empty if there are none to show.

    `is_in_link` says that the HTML becomes a part of a link, which can hold no other link.
    """
    context = complaints_context(comment) | {"is_in_link": is_in_link}
    if not context["complaints"]:
        return ""
    return render_to_string("admin/comments/comment/_reports_in_form.html", context)


class CommentList(BoundedChangeList):
    """The list of comments. A reported comment is one row, with all its open reports."""

    def get_results(self, request):
        super().get_results(request)
        add_complaints(self.result_list, request.user)
