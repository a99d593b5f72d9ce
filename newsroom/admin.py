"""The admin of accounts: Django's own, with our forms for passwords."""

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import User

from .accounts.forms import UserCreationForm, UserPasswordForm

admin.site.unregister(User)


@admin.register(User)
class UserAdmin(auth.UserAdmin):
    add_form = UserCreationForm
    change_password_form = UserPasswordForm
