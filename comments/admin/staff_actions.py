"""Views in which the newsroom edits a comment, answers it or features it.

The answer to our own script is a part of the page: the comment with the form and its errors, or a
message and a link to the comment as it is now. A browser without it gets whole pages.
"""

from django.contrib import messages
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.responses import SeeOther

from ..moderation.states import AlreadyEdited, Moderation, Overtaken
from ..writing.refusal import Refused
from .forms import AnswerForm, EditForm, seen_at, seen_at_if_told, seen_complaints
from .labels import overtaken_message
from .queue import admin_url, is_from_script, with_comment


class StaffActionViews:
    """The part of `CommentAdmin` that handles edits, answers and featuring."""

    def get_urls(self):
        def screen(route, view, name):
            wrapped = self.admin_site.admin_view(require_POST(view))
            return path(route, wrapped, name=f"comments_comment_{name}")

        return [
            screen("<int:pk>/edit/", self.edit, "edit"),
            screen("<int:pk>/answer/", self.answer, "answer"),
            screen("<int:pk>/feature/", self.feature, "feature"),
            *super().get_urls(),
        ]

    @with_comment
    def edit(self, request, comment):
        form = EditForm(request.POST)
        if form.is_valid():
            typed = form.cleaned_data
            try:
                comment.edit(
                    typed["text"], by=request.user, seen_at=seen_at(request), note=typed["note"]
                )
            except AlreadyEdited as overtaken:
                comment = overtaken.comment
                outcome = _("Your text is not saved.")
                if comment.text:
                    outcome += " " + _("The text is now: %s") % comment.text
                form.add_error("text", overtaken_message(overtaken, request.user, outcome))
        if form.errors:
            return self.show(request, comment, status=422, edit_form=form)
        words = _("The text is changed; readers are told that it was edited.")
        return self._back_to(request, comment, words)

    @with_comment
    def answer(self, request, comment):
        """Publish an answer to the comment. If the comment is not public yet, approve it first.

        Raise PermissionDenied where the person may not answer, or may not approve the comment.
        """
        form = AnswerForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(request, comment, status=422, answer_form=form)
        typed, moment = form.cleaned_data["text"], seen_at(request)
        try:
            with transaction.atomic():
                if comment.moderation != Moderation.APPROVED:
                    comment.approve(
                        by=request.user,
                        seen_at=moment,
                        seen_complaints=seen_complaints(request, comment),
                    )
                comment.answer(typed, by=request.user, name=form.sign(), seen_at=moment)
        except Overtaken as overtaken:
            outcome = _("Your answer is not published.")
            form.add_error(None, overtaken_message(overtaken, request.user, outcome))
            return self.show(request, overtaken.comment, status=409, answer_form=form)
        except Refused as refusal:
            # A colleague, or the comment's writer, has just taken the comment off the site.
            form.add_error(None, refusal.message)
            comment.refresh_from_db()
            return self.show(request, comment, status=409, answer_form=form)
        return self._back_to(request, comment, _("Your answer is public."))

    @with_comment
    def feature(self, request, comment):
        if "featured" in request.POST:
            try:
                comment.feature(by=request.user, seen_at=seen_at_if_told(request))
                if comment.featured_at is None:
                    # It is no longer public.
                    raise Overtaken(comment)
            except Overtaken as overtaken:
                words = overtaken_message(overtaken, request.user, _("It is not featured."))
                return self._back_to(request, comment, words, messages.WARNING)
        else:
            comment.unfeature(by=request.user)
        return self._back_to(request, comment)

    def _back_to(self, request, comment, words="", level=messages.SUCCESS):
        """Lead to the comment as it is now, with `words` for the person if there are any."""
        here = admin_url("moderate", comment.pk, request=request)
        if is_from_script(request):
            done = {"done": words, "done_level": messages.DEFAULT_TAGS[level], "go_to": here}
            return self.outcome_response(request, **done)
        if words:
            self.message_user(request, words, level)
        return SeeOther(here)
