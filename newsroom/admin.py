"""The admin of accounts and groups: Django's own, with our search and our forms for passwords."""

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, User

from common.search.admin import FoldedSearch, with_details

from .accounts import word_indexes
from .accounts.forms import UserCreationForm, UserPasswordForm

admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(FoldedSearch, auth.UserAdmin):
    word_index = word_indexes.users
    add_form = UserCreationForm
    change_password_form = UserPasswordForm

    def choice_label(self, user):
        return with_details(user.get_username(), user.get_full_name())


@admin.register(Group)
class GroupAdmin(FoldedSearch, auth.GroupAdmin):
    word_index = word_indexes.groups
