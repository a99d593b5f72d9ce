"""The admin of public names: each person's own, and all of them for administrators."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from common.admin import LeavesOutBrokenValues
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch, LabelsChoices

from ..models import PublicName
from ..moderation import states, word_indexes


@admin.register(PublicName)
class PublicNameAdmin(
    FoldedSearch, LabelsChoices, NamesWhatIsDeleted, LeavesOutBrokenValues, admin.ModelAdmin
):
    """A person who may answer readers has one public name, and changes only that one."""

    list_display = ["name", "user"]
    list_select_related = ["user"]
    word_index = word_indexes.public_names
    autocomplete_fields = ["user"]

    def get_queryset(self, request):
        names = super().get_queryset(request)
        return names if self._may_change_all(request) else names.filter(user=request.user)

    def get_fields(self, request, obj=None):
        return ["user", "name"] if self._may_change_all(request) else ["name"]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        is_own = obj is None or obj.user_id == request.user.pk
        return self._may_change_all(request) or (self._may_answer(request) and is_own)

    def has_add_permission(self, request):
        return super().has_add_permission(request) or self._may_answer(request)

    def add_view(self, request, form_url="", extra_context=None):
        """Show the form of the person's own name in place of a second one."""
        own = PublicName.objects.filter(user=request.user.pk).first()
        if own and not self._may_change_all(request):
            return HttpResponseRedirect(reverse("admin:comments_publicname_change", args=[own.pk]))
        return super().add_view(request, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        # A person has one public name, so there is no other to add.
        context = {"show_save_and_add_another": self._may_change_all(request)}
        return super().changeform_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def save_model(self, request, obj, form, change):
        if obj.user_id is None:
            obj.user = request.user
        super().save_model(request, obj, form, change)

    def _may_change_all(self, request):
        return super().has_change_permission(request)

    @staticmethod
    def _may_answer(request):
        return request.user.has_perm(states.ANSWER)
