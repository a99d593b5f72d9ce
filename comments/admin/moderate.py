"""The moderation screen: one comment with all that is needed to decide it, then the next.

Every form works without JavaScript: a POST, then 303 to the next comment. With JavaScript,
`static/js/moderation.js` sends the same forms and fetches a part of the page only
(`is_from_script`), so that the page does not reload.
"""

from datetime import timedelta

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.responses import SeeOther

from ..models import Comment, CommentEvent, SenderBlock
from ..moderation.reasons import Hold, Reason
from ..moderation.related_comments import same_words, same_writer, thread_around
from ..moderation.states import AlreadyDecided, NothingToUndo
from ..writing import text
from .block_form import reason_against
from .forms import (
    AnswerForm,
    DecisionForm,
    EditForm,
    seen_at,
    seen_at_if_told,
    seen_complaints,
)
from .labels import nothing_to_undo_message, overtaken_message, state
from .privacy import same_address_url
from .queue import (
    Queue,
    admin_url,
    answer_to_script,
    is_from_script,
    remember_part,
    with_comment,
)
from .reports import add_complaints, complaints_context

#: The time during which the screen offers to undo a decision. Later, a new decision is needed.
UNDO_FOR = timedelta(hours=1)


class ModerationViews:
    """The part of `CommentAdmin` that shows one comment and handles decisions on it."""

    def get_urls(self):
        def screen(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"comments_comment_{name}")

        return [
            screen("queue/", self.queue, "queue"),
            screen("<int:pk>/moderate/", self.moderate, "moderate"),
            screen("<int:pk>/undo/", require_POST(self.undo), "undo"),
            *super().get_urls(),
        ]

    # --- Pages ----------------------------------------------------------------------------------

    def queue(self, request):
        """Redirect to the oldest comment of the filtered queue, or show that the queue is empty."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if url := remember_part(request):
            return SeeOther(url)
        queue = self._queue(request)
        if queue is None:
            return SeeOther(admin_url("queue"))
        if first := queue.queryset.values_list("pk", flat=True).first():
            return SeeOther(admin_url("moderate", first, request=request))
        return self._page(request, queue)

    @with_comment
    def moderate(self, request, comment):
        """Show one comment; on a POST, store the decision and go on to the next comment."""
        if request.method == "POST":
            return self._handle_decision(request, comment)
        return self.show(request, comment)

    def show(self, request, comment, *, status=200, **forms):
        """Show one comment. `forms` are sent forms with errors, to be shown again as they came."""
        return self._page(request, self._queue(request), comment, status=status, **forms)

    def _queue(self, request):
        try:
            return Queue.of(request, self)
        except IncorrectLookupParameters:
            return None

    def _page(self, request, queue, comment=None, *, status=200, **forms):
        if queue is None:
            return SeeOther(admin_url("moderate", comment.pk))
        context = {
            "queue": queue,
            **queue.numbers(request),
            "seen_at": timezone.now().isoformat(),
        }
        if comment:
            context |= self._comment_context(request, queue, comment) | forms
        if is_from_script(request):
            template = "admin/comments/comment/_comment.html"
            return answer_to_script(TemplateResponse(request, template, context, status=status))
        template = "admin/comments/comment/queue.html"
        context |= {
            **self.admin_site.each_context(request),
            "title": _("Moderation"),
            "opts": self.opts,
            "is_nav_sidebar_enabled": False,
            "last": self._last_decided(request),
        }
        return TemplateResponse(request, template, context, status=status)

    def _comment_context(self, request, queue, comment):
        """Return the context of `comment`; data from its trace is there for moderators only."""
        following, previous = queue.next_after(comment), queue.last_before(comment)
        earlier, later = thread_around(comment)
        alike, number_alike = same_words(comment)
        may_moderate = self.has_moderate_permission(request)
        add_complaints([comment], request.user)
        return {
            "name": text.highlight(comment.name, comment.hold_words),
            "text": text.highlight(comment.text, comment.hold_words),
            "state": state(comment),
            **complaints_context(comment),
            "earlier": earlier,
            "later": later,
            "same_words": alike,
            "number_alike": number_alike,
            "same_writer": same_writer(comment) if may_moderate else [],
            "same_address_url": same_address_url(comment),
            "blocked": may_moderate and _block_of(comment),
            "cannot_block": reason_against(comment),
            "as_submitted": comment.as_submitted if may_moderate else "",
            "history": comment.history(),
            "reasons": Reason.choices,
            "seen_at": request.read_at.isoformat(),
            "next_url": following and admin_url("moderate", following, request=request),
            "previous_url": previous and admin_url("moderate", previous, request=request),
            "edit_form": EditForm(initial={"text": comment.text}),
            "answer_form": AnswerForm(user=request.user),
        }

    def _last_decided(self, request):
        since = timezone.now() - UNDO_FOR
        return Comment.objects.last_decided(request.user, since)

    # --- Decisions ------------------------------------------------------------------------------

    def _handle_decision(self, request, comment):
        form = DecisionForm(request.POST)
        if not form.is_valid():
            raise BadRequest("No such decision.")
        decided, place = form.cleaned_data, comment.place_in_queue
        try:
            comment.decide(
                decided["decision"],
                by=request.user,
                seen_at=seen_at(request),
                seen_complaints=seen_complaints(request, comment),
                reason=decided["reason"],
                note=decided["note"],
            )
        except AlreadyDecided as overtaken:
            words = overtaken_message(overtaken, request.user)
            if decided["note"] and not is_from_script(request):
                # The script puts the note back into its field.
                words += " " + _("Your note was: “%s”") % decided["note"]
            return self._conflict_response(request, overtaken, words)
        queue = self._queue(request)
        if is_from_script(request):
            numbers = queue.numbers(request) if queue else {}
            return self.outcome_response(request, last=comment, **numbers)
        following = queue and queue.next_after(comment, place)
        if following:
            return SeeOther(admin_url("moderate", following, request=request))
        return SeeOther(admin_url("queue", request=request))

    @with_comment
    def undo(self, request, comment):
        """Take back this moderator's decision and show the comment again."""
        here = admin_url("moderate", comment.pk, request=request)
        try:
            comment.undo(by=request.user, seen_at=seen_at_if_told(request))
        except NothingToUndo as overtaken:
            words = nothing_to_undo_message(overtaken, request.user)
            return self._conflict_response(request, overtaken, words)
        if is_from_script(request):
            return self.outcome_response(request, last=self._last_decided(request), go_to=here)
        return SeeOther(here)

    def _conflict_response(self, request, overtaken, words):
        """Tell the moderator in `words` what has changed, and lead to the comment as it is now.

        The script gets 409 (RFC 9110, section 15.5.10) with a link and the text as it is now; a
        browser without it, 303.
        """
        here = admin_url("moderate", overtaken.comment.pk, request=request)
        if is_from_script(request):
            event, comment = overtaken.event, overtaken.comment
            text = comment.text if event and event.kind in CommentEvent.NEW_TEXT else ""
            context = {"warning": words, "comment": comment, "new_text": text, "here": here}
            return self.outcome_response(request, status=409, **context)
        self.message_user(request, words, messages.WARNING)
        return SeeOther(here)

    def outcome_response(self, request, status=200, **context):
        template = "admin/comments/comment/_outcome.html"
        context["seen_at"] = timezone.now().isoformat()
        return answer_to_script(TemplateResponse(request, template, context, status=status))


def _block_of(comment):
    """Return the block for which the comment is held, or None; no query for other comments."""
    if comment.hold != Hold.SENDER:
        return None
    return SenderBlock.objects.covering_first(comment.ip_address)
