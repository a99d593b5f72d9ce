"""The admin of a moderator's own mail preference."""

from django.contrib import admin

from common.admin import NoAddNoDelete

from ..models import NotificationPreference
from ..moderation import states


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(NoAddNoDelete, admin.ModelAdmin):
    """The preference of the moderator who is signed in. The list page is its form."""

    fields = ["frequency", "language"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user=request.user)

    def has_module_permission(self, request):
        return request.user.has_perm(states.MODERATE)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(states.MODERATE)

    has_change_permission = has_view_permission

    def save_model(self, request, obj, form, change):
        stored = NotificationPreference.objects.get(pk=obj.pk)
        stored.choose(obj.frequency, obj.language)

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        NotificationPreference.objects.ensure()
        own, _created = NotificationPreference.objects.get_or_create(user=request.user)
        context = {
            "title": self.opts.verbose_name_plural.capitalize(),
            "subtitle": None,
            "mailed_to": request.user.email,
            "show_save_and_continue": False,
            **(extra_context or {}),
        }
        return self.changeform_view(request, str(own.pk), extra_context=context)
