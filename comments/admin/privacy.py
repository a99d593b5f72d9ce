"""Actions for a person who asks the newsroom to export or erase the data kept about them."""

import re
import uuid

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.admin import LIST_AND_FORM
from common.networks import typed_address
from common.responses import SeeOther
from common.search import upkeep

from ..models import Comment, SenderBlock
from ..privacy import export
from .filters import QueueFilter, SameAddressFilter
from .queue import admin_url

#: The fields of the search form that are no filter of the list.
OF_THE_FORM = ("csrfmiddlewaretoken", "q", "_queue")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PrivacyActions:
    """The part of `CommentAdmin` that finds a person's comments, exports and erases them.

    A moderator sees all this data already and can take any comment off the site, so these actions
    need no permission of their own. The history of each comment names the moderator.
    """

    search_help_text = _(
        "Names, texts and headlines; or the address of a comment’s private page, or an IP address: "
        "these find comments in every state."
    )

    def get_urls(self):
        find = self.admin_site.admin_view(require_POST(self.find))
        return [path("find/", find, name="comments_comment_find"), *super().get_urls()]

    def find(self, request):
        """Answer the search form of the list and of the queue, which is sent as a POST.

        An IP address, and the address of a private page, must get into no URL: a log or a browser's
        history would keep it. A moderator who searches for one is led to comments by their keys,
        and the filters of the list are ignored. Any other search is the same as Django's.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.POST.get("q", "").strip()
        receipt = UUID.search(term.lower())
        address = typed_address(term)
        if receipt or address:
            return self._find_in_private(request, receipt and receipt[0], address)
        filters = {name: values for name, values in request.POST.lists() if name not in OF_THE_FORM}
        page = admin_url("queue" if "_queue" in request.POST else "changelist")
        return SeeOther(f"{page}?{urlencode({**filters, 'q': term}, doseq=True)}")

    def _find_in_private(self, request, receipt, address):
        """Lead to the comment of a private page, or to the comments from an IP address."""
        comments = Comment.objects.none()
        if self.has_moderate_permission(request):
            found = {"receipt": uuid.UUID(receipt)} if receipt else {"trace__ip_address": address}
            comments = self.get_queryset(request).filter(**found).order_by("-pk")
        comment = comments.only("pk").first()
        if comment is None:
            self.message_user(request, _("No comment is found by this."), messages.WARNING)
            return SeeOther(admin_url("changelist"))
        if receipt:
            return SeeOther(admin_url("change", comment.pk))
        return SeeOther(same_address_url(comment))

    @admin.action(
        description=_("Export what is kept"), permissions=["moderate"], location=LIST_AND_FORM
    )
    def export(self, request, queryset):
        kept = export.export_for(self.selected_comments(request, queryset), by=request.user)
        response = JsonResponse(
            kept, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        response.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
        return response

    @admin.action(description=_("Erase…"), permissions=["moderate"], location=LIST_AND_FORM)
    def erase(self, request, queryset):
        comments = self.selected_comments(request, queryset)
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Erase for good?"),
                "opts": self.opts,
                "comments": comments,
                "is_nav_sidebar_enabled": False,
            }
            return TemplateResponse(request, "admin/comments/comment/erase.html", context)
        for comment in comments:
            comment.erase(by=request.user, is_one_of_many=True)
        upkeep.forget_deleted(Comment, SenderBlock)
        words = ngettext("%d comment is erased.", "%d comments are erased.", len(comments))
        self.message_user(request, words % len(comments), messages.SUCCESS)
        return None


def same_address_url(comment) -> str:
    """Return the URL of the list of all comments from the IP address of `comment`."""
    chosen = {QueueFilter.parameter_name: "all", SameAddressFilter.parameter_name: comment.pk}
    return f"{admin_url('changelist')}?{urlencode(chosen)}"
