"""The admin of readers' reports (`Complaint`)."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import (
    LIST_AND_FORM,
    ActsOnEach,
    BoundedList,
    DefersInList,
    HistoryOnForm,
    OnlyOwnLookups,
    ReadOnly,
)
from common.bounded_counts import COUNT_LIMIT
from common.search.admin import FoldedSearch

from ..models import Complaint
from ..moderation import states, word_indexes
from ..moderation.states import AlreadyDecided, Moderation
from .filters import OutcomeFilter
from .forms import SeenForm, TellsWhenSeen, reason_given, seen_at_if_told, without_unseen
from .labels import excerpt, overtaken_message, state_with_decision


@admin.register(Complaint)
class ComplaintAdmin(
    FoldedSearch,
    TellsWhenSeen,
    ReadOnly,
    ActsOnEach,
    DefersInList,
    BoundedList,
    HistoryOnForm,
    OnlyOwnLookups,
    admin.ModelAdmin,
):
    """The register of readers' reports. Moderators meet open ones in their queue of comments."""

    action_form = SeenForm
    actions = ["dismiss", "reject", "mark_as_spam"]
    list_display = ["grounds", "reader_words", "comment_excerpt", "submitted_at", "state"]
    fields = readonly_fields = list_display
    list_filter = [OutcomeFilter, "grounds"]
    list_defer = ["comment__article__body"]
    list_select_related = ["comment__article", "decided_by"]
    ordering = ["submitted_at", "pk"]
    refusals = (AlreadyDecided,)
    word_index = word_indexes.complaints

    class Media:
        css = {"all": ["css/admin/moderation.css"]}

    def has_module_permission(self, request):
        return self.has_moderate_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_moderate_permission(self, request):
        return request.user.has_perm(states.MODERATE)

    def get_view_on_site_url(self, obj=None):
        return obj.comment.get_absolute_url() if obj and obj.comment.is_public else None

    # --- Columns and fields ---------------------------------------------------------------------

    @admin.display(description=_("in the reader’s words"))
    def reader_words(self, complaint):
        words = format_html('<span class="typed" dir="auto">{}</span>', complaint.words or "–")
        if complaint.suspicion:
            return format_html("{}<br>{}", words, complaint.suspicion)
        return words

    @admin.display(description=_("comment"))
    def comment_excerpt(self, complaint):
        comment = complaint.comment
        return format_html(
            '<strong dir="auto">{}</strong><br><span class="typed" dir="auto">{}</span><br>'
            '<a href="{}">{}</a> · <a href="{}" dir="auto">{}</a>',
            comment.name,
            excerpt(comment),
            reverse("admin:comments_comment_change", args=[comment.pk]),
            _("Open the comment"),
            comment.article.path,
            comment.article.headline,
        )

    @admin.display(description=_("outcome"), ordering="outcome")
    def state(self, complaint):
        return state_with_decision(complaint, complaint.get_outcome_display())

    # --- Actions of a moderator -----------------------------------------------------------------

    @admin.action(
        description=_("Dismiss: the comment stays"),
        permissions=["moderate"],
        location=LIST_AND_FORM,
    )
    def dismiss(self, request, queryset):
        queryset = without_unseen(request, queryset)[:COUNT_LIMIT]
        chosen = list(queryset.values_list("pk", flat=True))
        seen = seen_at_if_told(request)

        def dismiss(complaint):
            complaint.dismiss(by=request.user, along_with=chosen, seen_at=seen)

        self.act_on_each(request, queryset, dismiss)

    @admin.action(
        description=_("Reject the comment"), permissions=["moderate"], location=LIST_AND_FORM
    )
    def reject(self, request, queryset):
        self._uphold_each(request, queryset, Moderation.REJECTED)

    @admin.action(
        description=_("Mark the comment as spam"), permissions=["moderate"], location=LIST_AND_FORM
    )
    def mark_as_spam(self, request, queryset):
        self._uphold_each(request, queryset, Moderation.SPAM)

    def _uphold_each(self, request, queryset, target):
        reason, seen = reason_given(request), seen_at_if_told(request)
        queryset = without_unseen(request, queryset)[:COUNT_LIMIT]

        def uphold(complaint):
            complaint.uphold(target, by=request.user, reason=reason, seen_at=seen)

        self.act_on_each(request, queryset, uphold)

    def act_on_each(self, request, queryset, act):
        super().act_on_each(request, queryset.select_related("comment__article"), act)

    def refusal_message(self, request, complaint, refusal):
        # Decided by a colleague, or a moment ago with another report of the same comment.
        complaint.refresh_from_db()
        if refusal.comment.is_withdrawn or complaint.outcome == Complaint.Outcome.OPEN:
            return overtaken_message(refusal, request.user)
        values = {"report": complaint, "state": complaint.get_outcome_display()}
        if complaint.decided_by == request.user:
            return _("You have already decided “%(report)s”: %(state)s.") % values
        values["state"] = self.state(complaint)
        return _("“%(report)s” was decided already: %(state)s. Nothing was changed.") % values

    def success_message(self, count):
        return ngettext("%d report is decided.", "%d reports are decided.", count) % count
