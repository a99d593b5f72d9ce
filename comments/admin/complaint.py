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
from common.search.admin import FoldedSearch

from ..models import Complaint
from ..moderation import states, word_indexes
from ..moderation.reasons import Hold
from ..moderation.states import AlreadyDecided, Moderation
from .filters import OutcomeFilter
from .labels import excerpt, state_with_decision


@admin.register(Complaint)
class ComplaintAdmin(
    FoldedSearch,
    ReadOnly,
    ActsOnEach,
    BoundedList,
    DefersInList,
    HistoryOnForm,
    OnlyOwnLookups,
    admin.ModelAdmin,
):
    """The queue of readers' reports. The moderators of comments decide about them."""

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
        words = format_html('<span class="typed">{}</span>', complaint.words or "–")
        if complaint.is_suspect:
            suspicion = Hold.HONEYPOT.label
            return format_html("{}<br>{}: {}", words, _("Held"), suspicion)
        return words

    @admin.display(description=_("comment"))
    def comment_excerpt(self, complaint):
        comment = complaint.comment
        return format_html(
            '<strong>{}</strong><br><span class="typed">{}</span><br>'
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
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
        self.act_on_each(request, queryset, lambda complaint: complaint.dismiss(by=request.user))

    @admin.action(
        description=_("Reject the comment"), permissions=["moderate"], location=LIST_AND_FORM
    )
    def reject(self, request, queryset):
        self.act_on_each(request, queryset, lambda complaint: complaint.uphold(by=request.user))

    @admin.action(
        description=_("Mark the comment as spam"), permissions=["moderate"], location=LIST_AND_FORM
    )
    def mark_as_spam(self, request, queryset):
        def act(complaint):
            complaint.uphold(Moderation.SPAM, by=request.user)

        self.act_on_each(request, queryset, act)

    def act_on_each(self, request, queryset, act):
        super().act_on_each(request, queryset.select_related("comment__article"), act)

    def refusal_message(self, complaint, refusal):
        # Decided by a colleague, or a moment ago with another report of the same comment.
        complaint.refresh_from_db()
        return _("“%(report)s” was decided already: %(state)s. Nothing was changed.") % {
            "report": complaint,
            "state": self.state(complaint),
        }

    def success_message(self, count):
        return ngettext("%d report is decided.", "%d reports are decided.", count) % count
