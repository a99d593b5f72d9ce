"""What holds for the comments of the whole site, as one form."""

from django.contrib import admin

from ..models import CommentPolicy


@admin.register(CommentPolicy)
class CommentPolicyAdmin(admin.ModelAdmin):
    """One row: its list is its form."""

    fields = ["paused", "pause_reason"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        CommentPolicy.objects.get_or_create(pk=1)
        return self.changeform_view(request, "1", extra_context=extra_context)
