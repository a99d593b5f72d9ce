from datetime import UTC, datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.options import ActionLocation
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import moderation
from ..models import Comment, CommentEvent
from ..moderation import AlreadyDecided, ChangedByWriter, Moderation

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class SeenForm(ActionForm):
    """Remembers when the page was shown, so that a decision made since then is not run over."""

    seen_at = forms.CharField(
        label="",
        required=False,
        widget=forms.HiddenInput,
        initial=lambda: timezone.now().isoformat(),
    )


def seen_at(request):
    """Return when the moderator's page was shown; for an odd value long ago, before any decision.

    So a page that does not say when it was shown can decide, but never run over a decision.
    """
    for name in ("seen_at", f"{ActionLocation.CHANGE_FORM.value}-seen_at"):
        try:
            moment = datetime.fromisoformat(request.POST[name])
        except (KeyError, ValueError):
            continue
        if timezone.is_aware(moment):
            return moment
    return datetime.min.replace(tzinfo=UTC)


class QueueFilter(admin.SimpleListFilter):
    """The queues of a moderator. What awaits a decision is shown first."""

    title = _("moderation")
    parameter_name = "moderation"

    def lookups(self, request, model_admin):
        return [
            *(choice for choice in Moderation.choices if choice[0] != Moderation.PENDING),
            ("all", _("All")),
        ]

    def choices(self, changelist):
        pending = {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": Moderation.PENDING.label,
        }
        return [pending, *list(super().choices(changelist))[1:]]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(moderation=self.value() or Moderation.PENDING)


class EventInline(admin.TabularInline):
    model = CommentEvent
    fields = readonly_fields = ["at", "by", "kind", "change", "note", "details"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("history")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission

    @admin.display(description=_("change"))
    def change(self, event):
        labels = dict([*moderation.Screening.choices, *moderation.Moderation.choices])
        words = [str(labels.get(value, value)) for value in (event.origin, event.target) if value]
        return " → ".join(words)

    @admin.display(description=_("details"))
    def details(self, event):
        data = dict(event.data)
        lines = [", ".join(data.pop("fields", []))]
        lines += [f"{name}: {value}" for name, value in data.pop("headers", {}).items()]
        if milliseconds := data.pop("milliseconds", None):
            lines.append(f"{milliseconds} ms")
        return "; ".join(line for line in lines if line)


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    action_form = SeenForm
    actions = ["approve", "reject", "mark_as_spam", "screen_again"]
    actions_selection_counter = True
    list_display = ["excerpt", "verdict", "on", "submitted_at", "state"]
    list_filter = [QueueFilter, "screening", "hold", "submitted_at"]
    list_select_related = ["article", "decided_by"]
    list_per_page = 50
    search_fields = ["name", "text", "article__headline"]
    ordering = ["submitted_at", "pk"]
    show_full_result_count = False
    inlines = [EventInline]
    fields = readonly_fields = [
        *("on", "name", "shown", "submitted_at", "verdict", "why_held", "state", "traces"),
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_moderate_permission(self, request):
        return request.user.has_perm(moderation.MODERATE)

    def get_fields(self, request, obj=None):
        # The privacy page promises the traces to moderators only.
        hidden = set() if self.has_moderate_permission(request) else {"traces"}
        return [name for name in self.fields if name not in hidden]

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.moderation == Moderation.APPROVED else None

    # --- What a moderator reads -----------------------------------------------------------------

    @admin.display(description=_("comment"))
    def excerpt(self, comment):
        text = comment.text if len(comment.text) <= 400 else f"{comment.text[:400]}…"
        return format_html(
            '<strong>{}</strong><br><span class="typed">{}</span>', comment.name, text
        )

    @admin.display(description=_("article"), ordering="article__headline")
    def on(self, comment):
        return format_html('<a href="{}">{}</a>', comment.article.path, comment.article.headline)

    @admin.display(description=_("comment"))
    def shown(self, comment):
        lang = comment.article.language
        return format_html(
            '<div class="comment-shown" lang="{}">{}</div>',
            lang,
            mark_safe(comment.html),  # noqa: S308
        )

    @admin.display(description=_("screening"), ordering="screening")
    def verdict(self, comment):
        words = comment.get_screening_display()
        if comment.hold:
            return format_html("{}<br>{}: {}", words, _("Held"), comment.why_held)
        return words

    @admin.display(description=_("why held"))
    def why_held(self, comment):
        return comment.why_held or "–"

    @admin.display(description=_("moderation"), ordering="moderation")
    def state(self, comment):
        words = comment.get_moderation_display()
        if not comment.decided_at:
            return words
        return _("%(state)s by %(who)s, %(when)s") % {
            "state": words,
            "who": comment.decided_by or "–",
            "when": date_format(timezone.localtime(comment.decided_at), "SHORT_DATETIME_FORMAT"),
        }

    @admin.display(description=_("traces"))
    def traces(self, comment):
        trace = getattr(comment, "trace", None)
        if trace is None:
            return _("Deleted, as the retention period has ended.")
        kept = [trace.ip_address, trace.user_agent, trace.referrer]
        return " · ".join(value for value in kept if value)

    # --- What a moderator does ------------------------------------------------------------------

    @admin.action(description=_("Approve"), permissions=["moderate"], location=EVERYWHERE)
    def approve(self, request, queryset):
        self._decide(request, queryset, Moderation.APPROVED)

    @admin.action(description=_("Reject"), permissions=["moderate"], location=EVERYWHERE)
    def reject(self, request, queryset):
        self._decide(request, queryset, Moderation.REJECTED)

    @admin.action(description=_("Mark as spam"), permissions=["moderate"], location=EVERYWHERE)
    def mark_as_spam(self, request, queryset):
        self._decide(request, queryset, Moderation.SPAM)

    @admin.action(description=_("Screen again"), permissions=["moderate"], location=EVERYWHERE)
    def screen_again(self, request, queryset):
        def again(comment):
            comment.screen_again(by=request.user)

        self._each(request, queryset, again)

    def _decide(self, request, queryset, target):
        moment = seen_at(request)

        def decide(comment):
            comment.decide(target, by=request.user, seen_at=moment)

        self._each(request, queryset, decide)

    def _each(self, request, queryset, act):
        """Do `act` to each comment, and say what was done and what a colleague did before."""
        done = 0
        if request.POST.get("select_across") != "1":
            # The queue no longer holds what a colleague has decided since, but it was ticked.
            ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
            queryset = self.get_queryset(request).filter(pk__in=ticked)
        for comment in queryset.select_related("article"):
            try:
                act(comment)
                done += 1
            except ChangedByWriter as overtaken:
                words = _("“%s” was changed or withdrawn by its writer. Nothing was decided.")
                self.message_user(request, words % overtaken.comment, messages.WARNING)
            except AlreadyDecided as overtaken:
                self._say_who_was_first(request, overtaken.comment)
        if done:
            words = ngettext("%d comment is done.", "%d comments are done.", done) % done
            self.message_user(request, words, messages.SUCCESS)

    def _say_who_was_first(self, request, comment):
        self.message_user(
            request,
            _("“%(comment)s” was decided already: %(state)s. Nothing was changed.")
            % {"comment": comment, "state": self.state(comment)},
            messages.WARNING,
        )
