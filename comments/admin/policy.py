"""What holds for the comments of the whole site, as one form."""

from django.contrib import admin

from common.admin import FixedRows

from ..models import CommentPolicy


@admin.register(CommentPolicy)
class CommentPolicyAdmin(FixedRows, admin.ModelAdmin):
    """One row: its list is its form."""

    fields = ["paused", "pause_reason"]

    def changelist_view(self, request, extra_context=None):
        CommentPolicy.objects.get_or_create(pk=1)
        return self.changeform_view(request, "1", extra_context=extra_context)
