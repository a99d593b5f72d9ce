"""Views in which the newsroom edits a comment, answers it or features it."""

from django.db import transaction
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.responses import SeeOther

from ..moderation.states import AlreadyDecided, AlreadyEdited, Moderation
from ..writing.refusal import Refused
from .forms import AnswerForm, EditForm, seen_at, seen_complaints
from .labels import edited_message, overtaken_message
from .queue import admin_url, with_comment


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
                form.add_error("text", edited_message(overtaken, request.user))
        if form.errors:
            return self.show(request, comment, status=422, edit_form=form)
        self.message_user(request, _("The text is changed; readers are told that it was edited."))
        return SeeOther(admin_url("moderate", comment.pk, request=request))

    @with_comment
    def answer(self, request, comment):
        """Publish an answer to the comment. If the comment is not public yet, approve it first.

        Raise PermissionDenied where the person may not answer, or may not approve the comment.
        """
        form = AnswerForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(request, comment, status=422, answer_form=form)
        try:
            with transaction.atomic():
                if comment.moderation != Moderation.APPROVED:
                    comment.approve(
                        by=request.user,
                        seen_at=seen_at(request),
                        seen_complaints=seen_complaints(request, comment),
                    )
                comment.answer(form.cleaned_data["text"], by=request.user, name=form.sign())
        except AlreadyDecided as overtaken:
            form.add_error(None, overtaken_message(overtaken, request.user))
            return self.show(request, overtaken.comment, status=409, answer_form=form)
        except Refused as refusal:
            # A colleague, or the comment's writer, has just taken the comment off the site.
            form.add_error(None, refusal.message)
            comment.refresh_from_db()
            return self.show(request, comment, status=409, answer_form=form)
        self.message_user(request, _("Your answer is public."))
        return SeeOther(admin_url("moderate", comment.pk, request=request))

    @with_comment
    def feature(self, request, comment):
        write = comment.feature if "featured" in request.POST else comment.unfeature
        write(by=request.user)
        return SeeOther(admin_url("moderate", comment.pk, request=request))
