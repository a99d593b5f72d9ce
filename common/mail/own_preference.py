"""The page of the admin on which a person chooses how often to be mailed."""

from django.contrib import admin

from ..admin import NoAddNoDelete


class OwnMailPreference(NoAddNoDelete, admin.ModelAdmin):
    """The preference of the person who is signed in. The list page is its form."""

    fields = ["frequency", "language"]
    change_form_template = "admin/mail_preference.html"
    #: What the page says of the messages; %s is the mail address.
    sent_to = ""

    def may_be_mailed(self, user) -> bool:
        raise NotImplementedError

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user=request.user)

    def has_module_permission(self, request):
        return self.may_be_mailed(request.user)

    def has_view_permission(self, request, obj=None):
        return self.may_be_mailed(request.user)

    has_change_permission = has_view_permission

    def save_model(self, request, obj, form, change):
        stored = self.model.objects.get(pk=obj.pk)
        stored.choose(obj.frequency, obj.language)

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        self.model.objects.ensure()
        own, _created = self.model.objects.get_or_create(user=request.user)
        email = request.user.email
        context = {
            "title": self.opts.verbose_name_plural.capitalize(),
            "subtitle": None,
            "sent_to": email and self.sent_to % email,
            "show_save_and_continue": False,
            **(extra_context or {}),
        }
        return self.changeform_view(request, str(own.pk), extra_context=context)
