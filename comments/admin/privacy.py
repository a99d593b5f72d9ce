"""Actions for a person who asks the newsroom to export or erase the data kept about them."""

import re
import uuid

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import LIST_AND_FORM

from ..privacy import export

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

    def get_search_results(self, request, queryset, search_term):
        """Search as Django does, but also for a receipt, and for an IP address in kept traces.

        A moderator's search for a receipt or an IP address ignores the filters of the list.
        """
        everywhere = self.get_queryset(request).order_by(*queryset.query.order_by)
        if self.has_moderate_permission(request):
            if found := UUID.search(search_term.lower()):
                return everywhere.filter(receipt=uuid.UUID(found[0])), False
            if _is_ip_address(address := search_term.strip()):
                return everywhere.filter(trace__ip_address=address), False
        return super().get_search_results(request, queryset, search_term)

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
            comment.erase(by=request.user)
        words = ngettext("%d comment is erased.", "%d comments are erased.", len(comments))
        self.message_user(request, words % len(comments), messages.SUCCESS)
        return None


def _is_ip_address(text) -> bool:
    try:
        validate_ipv46_address(text)
    except ValidationError:
        return False
    return True
