"""The admin of blocked addresses, and the page on which the sender of a comment is blocked."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.admin import (
    LIST_AND_FORM,
    ActsOnEach,
    BoundedList,
    HistoryOnForm,
    OnlyOwnLookups,
    ReadOnly,
)
from common.networks import typed_address
from common.responses import SeeOther
from common.search.admin import FoldedSearch

from ..models import Comment, SenderBlock
from ..models.sender_block import BlockChanged
from ..moderation import states, word_indexes
from .block_form import BlockForm, reason_against
from .forms import MomentForm, TellsWhenSeen, seen_at_if_told
from .queue import admin_url, with_comment


class BlockViews:
    """The part of `CommentAdmin` that holds or refuses further comments of a comment's sender."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.block_sender)
        return [path("<int:pk>/block/", view, name="comments_comment_block"), *super().get_urls()]

    @with_comment
    def block_sender(self, request, comment):
        """Show the form that blocks the sender; on a POST, place the block."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        form = None
        against = reason_against(comment)
        if not against:
            form = BlockForm(
                request.POST if request.method == "POST" else None,
                comment=comment,
                request=request,
                is_staff_network=self.admin_site.is_staff_network,
            )
            if block := form.is_valid() and self._place(request, comment, form):
                self.message_user(request, _placed_message(block), messages.SUCCESS)
                return SeeOther(admin_url("moderate", comment.pk, request=request))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hold or refuse the sender’s comments"),
            "opts": self.opts,
            "comment": comment,
            "form": form,
            "against": against,
            "seen_at": request.read_at.isoformat(),
            "blocks": SenderBlock.objects.covering(comment.ip_address),
        }
        is_refused = request.method == "POST" and (against or form.errors)
        template = "admin/comments/comment/block.html"
        return TemplateResponse(request, template, context, status=422 if is_refused else 200)

    def _place(self, request, comment, form):
        """Place the block and return it; or add the error that says what has changed meanwhile."""
        typed = form.cleaned_data
        try:
            return SenderBlock.objects.place(
                comment,
                typed["network"],
                typed["action"],
                days=typed["days"],
                by=request.user,
                reason=typed["reason"],
                seen_at=seen_at_if_told(request),
            )
        except BlockChanged:
            words = _(
                "A colleague has blocked it meanwhile. Send this again to replace that block."
            )
            form.add_error(None, words)
        except ValueError:
            # Its address was deleted after this page read it.
            form.add_error(None, reason_against(Comment.objects.get(pk=comment.pk)))


def _placed_message(block):
    words = _("Comments from %s are held for a second look.")
    if block.refuses:
        words = _("Comments from %s are refused.")
    return words % block


@admin.register(SenderBlock)
class SenderBlockAdmin(
    FoldedSearch,
    TellsWhenSeen,
    ReadOnly,
    ActsOnEach,
    BoundedList,
    HistoryOnForm,
    OnlyOwnLookups,
    admin.ModelAdmin,
):
    """The list of blocked addresses, which moderators read and lift.

    The history of the comment from which a block was placed tells of the block too.
    """

    action_form = MomentForm
    actions = ["lift"]
    refusals = (BlockChanged,)
    list_display = ["network_shown", "action", "reason", "moderator", "placed_at", "until"]
    list_display += ["stopped", "comment_link"]
    fields = readonly_fields = list_display
    list_filter = ["action"]
    list_select_related = ["placed_by", "comment"]
    word_index = word_indexes.sender_blocks
    search_help_text = _("Notes and names of colleagues; or an IP address, to see what blocks it.")

    class Media:
        css = {"all": ["css/admin/moderation.css"]}

    def has_module_permission(self, request):
        return self.has_lift_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.has_lift_permission(request)

    def has_lift_permission(self, request):
        return request.user.has_perm(states.MODERATE)

    def get_queryset(self, request):
        # A block that is over is deleted by the next purge; nobody has to lift it.
        return super().get_queryset(request).in_force()

    def get_urls(self):
        find = self.admin_site.admin_view(require_POST(self.find))
        return [path("find/", find, name="comments_senderblock_find"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        # The sidebar is hidden, because the columns need its width.
        context = {"title": capfirst(self.opts.verbose_name_plural)}
        context |= {"is_nav_sidebar_enabled": False, **(extra_context or {})}
        return super().changelist_view(request, context)

    def find(self, request):
        """Answer the search form of the list: an IP address must get into no URL.

        A moderator who searches for one is led to the block that covers it. Any other search is the
        same as Django's.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.POST.get("q", "").strip()
        page = reverse("admin:comments_senderblock_changelist")
        address = typed_address(term)
        if address is None:
            return SeeOther(f"{page}?{urlencode({'q': term})}")
        block = SenderBlock.objects.covering_first(address)
        if block is None:
            self.message_user(request, _("No block covers this address."), messages.WARNING)
            return SeeOther(page)
        return SeeOther(reverse("admin:comments_senderblock_change", args=[block.pk]))

    @admin.display(description=_("address or network"), ordering="network")
    def network_shown(self, block):
        return str(block)

    @admin.display(description=_("placed by"), ordering="placed_by__username")
    def moderator(self, block):
        return block.placed_by or "–"

    @admin.display(description=_("from the comment"))
    def comment_link(self, block):
        if block.comment is None:
            return "–"
        url = admin_url("moderate", block.comment.pk)
        return format_html('<a href="{}">{}</a>', url, block.comment)

    @admin.action(description=_("Lift the block"), permissions=["lift"], location=LIST_AND_FORM)
    def lift(self, request, queryset):
        seen = seen_at_if_told(request)
        self.act_on_each(request, queryset, lambda block: block.lift(by=request.user, seen_at=seen))
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if gone := max(0, len(chosen) - len(queryset)):
            words = ngettext(
                "%d block was lifted already, or is over.",
                "%d blocks were lifted already, or are over.",
                gone,
            )
            self.message_user(request, words % gone)
        return SeeOther(reverse("admin:comments_senderblock_changelist"))

    def refusal_message(self, request, block, refusal):
        words = _(
            "A colleague has blocked %s anew meanwhile. It is not lifted: please read it first."
        )
        return words % block

    def success_message(self, count):
        return ngettext("%d block is lifted.", "%d blocks are lifted.", count) % count
