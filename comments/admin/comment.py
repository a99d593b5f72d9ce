"""The admin of comments: the list, the page of one comment, and the actions on both."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Article
from common.admin import (
    LIST_AND_FORM,
    ActsOnEach,
    BoundedList,
    HistoryOnForm,
    OnlyOwnLookups,
    ReadOnly,
)
from common.bounded_counts import COUNT_LIMIT
from common.csv_download import DownloadsCsv
from common.labels import labelled
from common.search.admin import FoldedSearch

from ..models import Comment
from ..models.comment_queryset import QUEUE_ORDER
from ..moderation import states, word_indexes
from ..moderation.states import Moderation, NothingKept, Overtaken
from .filters import (
    ArticleFilter,
    QueueFilter,
    RareFilter,
    SameAddressFilter,
    SpamFilter,
    VerdictFilter,
    WordsFilter,
)
from .forms import (
    SeenForm,
    TellsWhenSeen,
    reason_given,
    seen_at,
    seen_complaints,
    without_unseen,
)
from .labels import excerpt, overtaken_message, state
from .moderate import ModerationViews
from .privacy import PrivacyActions
from .reports import CommentList, add_complaints, render_complaints
from .sender_block import BlockViews
from .staff_actions import StaffActionViews


@admin.register(Comment)
class CommentAdmin(
    FoldedSearch,
    TellsWhenSeen,
    ReadOnly,
    ActsOnEach,
    DownloadsCsv,
    BoundedList,
    HistoryOnForm,
    OnlyOwnLookups,
    ModerationViews,
    StaffActionViews,
    BlockViews,
    PrivacyActions,
    admin.ModelAdmin,
):
    action_form = SeenForm
    actions = ["approve", "reject", "mark_as_spam", "screen_again", "export", "erase"]
    actions_selection_counter = True
    #: The parameters of the address at which the list is all comments, and not the queue.
    whole_list = {QueueFilter.parameter_name: "all"}
    list_display = ["excerpt", "verdict", "article_link", "submitted_at", "state"]
    csv_columns = [
        *("name", "text", "article", "submitted_at", "screening", "hold"),
        *("moderation", "decided_by", "decided_at"),
    ]
    list_filter = [
        *(QueueFilter, SpamFilter, ("screening", VerdictFilter), ("hold", RareFilter)),
        "submitted_at",
        *(ArticleFilter, WordsFilter, SameAddressFilter),
    ]
    word_index = word_indexes.comments
    ordering = ["submitted_at", "pk"]
    sortable_by = ["submitted_at"]
    refusals = (Overtaken, NothingKept)
    fields = readonly_fields = [
        *("article_link", "name", "rendered_text", "open_reports", "as_submitted", "submitted_at"),
        *("verdict", "why_held", "state", "reason", "traces"),
    ]

    class Media:
        css = {"all": ["css/admin/moderation.css"]}

    def get_ordering(self, request):
        return QUEUE_ORDER if QueueFilter.is_queue(request) else self.ordering

    def get_changelist(self, request, **kwargs):
        return CommentList

    def get_queryset(self, request):
        # No join: SQLite would begin the join with the articles, and then sort all the rows.
        article = Prefetch("article", Article.objects.defer("body"))
        return super().get_queryset(request).prefetch_related(article, "decided_by")

    def get_object(self, request, object_id, from_field=None):
        if comment := super().get_object(request, object_id, from_field):
            add_complaints([comment], request.user)
        return comment

    def has_moderate_permission(self, request):
        return request.user.has_perm(states.MODERATE)

    def has_csv_permission(self, request):
        # A file outlives the retention here, so it is for those who answer for comments.
        return super().has_csv_permission(request) and self.has_moderate_permission(request)

    def get_fields(self, request, obj=None):
        # The privacy page promises that only moderators see the traces.
        hidden = set() if self.has_moderate_permission(request) else {"traces", "as_submitted"}
        if not (obj and obj.edited_at):
            hidden.add("as_submitted")
        if not (obj and obj.reason):
            hidden.add("reason")
        if not getattr(obj, "shown_complaints", None):
            hidden.add("open_reports")
        return [name for name in self.fields if name not in hidden]

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.is_public else None

    def changelist_view(self, request, extra_context=None):
        # The sidebar is hidden, because the texts need its width.
        context = {"title": _("Comments"), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    # --- Columns and fields ---------------------------------------------------------------------

    @admin.display(description=_("comment"))
    def excerpt(self, comment):
        return format_html(
            '<strong dir="auto">{}</strong><br><span class="typed" dir="auto">{}</span>{}',
            comment.name,
            excerpt(comment),
            render_complaints(comment, is_in_link=True),
        )

    @admin.display(description=_("readers’ reports"))
    def open_reports(self, comment):
        return render_complaints(comment)

    @admin.display(description=_("article"), ordering="article__headline")
    def article_link(self, comment):
        return format_html(
            '<a href="{}" dir="auto">{}</a>', comment.article.path, comment.article.headline
        )

    @admin.display(description=_("comment"))
    def rendered_text(self, comment):
        lang = comment.article.language
        return format_html(
            '<div class="comment-shown" lang="{}" dir="auto">{}</div>',
            lang,
            mark_safe(comment.html),  # noqa: S308
        )

    @admin.display(description=_("screening"), ordering="screening")
    def verdict(self, comment):
        words = comment.get_screening_display()
        if comment.hold:
            return format_html("{}<br>{}", words, labelled(_("Held"), comment.why_held))
        return words

    @admin.display(description=_("why held"))
    def why_held(self, comment):
        return comment.why_held or "–"

    @admin.display(description=_("moderation"), ordering="moderation")
    def state(self, comment):
        return state(comment)

    @admin.display(description=_("as submitted"))
    def as_submitted(self, comment):
        return comment.as_submitted or _("Deleted; it is kept no longer.")

    @admin.display(description=_("traces"))
    def traces(self, comment):
        trace = getattr(comment, "trace", None)
        if trace is None:
            return _("Deleted; it is kept no longer.")
        kept = [trace.ip_address, trace.user_agent, trace.referrer]
        return " · ".join(value for value in kept if value)

    # --- Actions of a moderator -----------------------------------------------------------------

    @admin.action(description=_("Approve"), permissions=["moderate"], location=LIST_AND_FORM)
    def approve(self, request, queryset):
        self._decide_all(request, queryset, Moderation.APPROVED)

    @admin.action(description=_("Reject"), permissions=["moderate"], location=LIST_AND_FORM)
    def reject(self, request, queryset):
        self._decide_all(request, queryset, Moderation.REJECTED)

    @admin.action(description=_("Mark as spam"), permissions=["moderate"], location=LIST_AND_FORM)
    def mark_as_spam(self, request, queryset):
        self._decide_all(request, queryset, Moderation.SPAM)

    @admin.action(description=_("Screen again"), permissions=["moderate"], location=LIST_AND_FORM)
    def screen_again(self, request, queryset):
        def again(comment):
            comment.screen_again(by=request.user)

        self.act_on_each(request, self.selected_comments(request, queryset), again)

    def _decide_all(self, request, queryset, target):
        seen, reason = seen_at(request), reason_given(request)

        def decide(comment):
            reports = seen_complaints(request, comment)
            comment.decide(
                target, by=request.user, seen_at=seen, seen_complaints=reports, reason=reason
            )

        self.act_on_each(request, self.selected_comments(request, queryset), decide)

    def selected_comments(self, request, queryset):
        """Return the comments that the moderator ticked, at most COUNT_LIMIT of them.

        A ticked comment stays in the result even if the list's filters no longer match it, because
        a colleague has decided it in the meantime. With "select all" the filtered list is returned,
        without the comments that came in after the moderator saw it.
        """
        if request.POST.get("select_across") != "1":
            chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
            queryset = self.get_queryset(request).filter(pk__in=chosen)
        return without_unseen(request, queryset)[:COUNT_LIMIT]

    def refusal_message(self, request, comment, refusal):
        if isinstance(refusal, NothingKept):
            return _("“%s” cannot be screened again: its traces are deleted.") % comment
        return overtaken_message(refusal, request.user)

    def success_message(self, count):
        return ngettext("%d comment is done.", "%d comments are done.", count) % count
