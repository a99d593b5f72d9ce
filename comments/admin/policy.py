"""The admin of the comment policy, which applies to the whole site."""

from django.contrib import admin

from common.admin import NoAddNoDelete, YesOrNoInWords

from ..models import CommentPolicy


@admin.register(CommentPolicy)
class CommentPolicyAdmin(NoAddNoDelete, YesOrNoInWords, admin.ModelAdmin):
    """The policy is one row. The list page is its form."""

    fields = ["paused", "pause_reason"]

    def changelist_view(self, request, extra_context=None):
        CommentPolicy.objects.get_or_create(pk=1)
        return self.changeform_view(request, "1", extra_context=extra_context)
