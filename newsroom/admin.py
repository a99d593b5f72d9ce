"""The admin of accounts and groups: our search, forms for passwords, and permissions in words."""

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django_tasks_db.models import DBTaskResult

from common.admin import YesOrNoInWords, yes_or_no
from common.deletion import NamesWhatIsDeleted
from common.labels import labelled
from common.search.admin import FoldedSearch, with_details

from .accounts import word_indexes
from .accounts.forms import UserCreationForm, UserPasswordForm

# The health page tells how the worker does; a list of its tasks tells nobody in a newsroom more.
for model in (User, Group, DBTaskResult):
    admin.site.unregister(model)


class PermissionField(forms.ModelMultipleChoiceField):
    """A choice among permissions on what the admin shows, in the language of the person."""

    def __init__(self, queryset, **kwargs):
        shown = filter(admin.site.is_registered, apps.get_models())
        types = [ContentType.objects.get_for_model(model).pk for model in shown]
        super().__init__(queryset.filter(content_type__in=types), **kwargs)

    def label_from_instance(self, permission):
        acts = {
            "add": pgettext("permission", "add"),
            "change": pgettext("permission", "change"),
            "delete": pgettext("permission", "delete"),
            "view": pgettext("permission", "view"),
        }
        act, _underscore, model = permission.codename.partition("_")
        is_own = model != permission.content_type.model or act not in acts
        words = gettext(permission.name) if is_own else acts[act]
        return labelled(capfirst(permission.content_type.name), words)


class ChoosesPermissions(NamesWhatIsDeleted):
    """Mixin for a ModelAdmin with permissions, which Django stores and shows in English."""

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.related_model is Permission:
            kwargs["form_class"] = PermissionField
        return super().formfield_for_manytomany(db_field, request=request, **kwargs)


@admin.register(User)
class UserAdmin(FoldedSearch, ChoosesPermissions, YesOrNoInWords, auth.UserAdmin):
    word_index = word_indexes.users
    add_form = UserCreationForm
    change_password_form = UserPasswordForm
    list_display = ["username", "email", "first_name", "last_name", "on_staff"]

    on_staff = yes_or_no("is_staff", User._meta.get_field("is_staff").verbose_name)

    def choice_label(self, user):
        return with_details(user.get_username(), user.get_full_name())


@admin.register(Group)
class GroupAdmin(FoldedSearch, ChoosesPermissions, auth.GroupAdmin):
    word_index = word_indexes.groups
