"""The forms in which passwords are typed: Django's own, with limits on attempts."""

from contextlib import suppress

from django.contrib.admin import forms as admin_forms
from django.contrib.auth import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import PasswordInput
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from . import hashing, limits, mail
from .try_later import TryLater

#: Characters of the longest password. A longer one is refused before it is hashed.
LONGEST_PASSWORD = 1024


class BoundedPasswords:
    """Mixin for a form: it takes no password longer than LONGEST_PASSWORD."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, PasswordInput):
                # Not `maxlength` in the page: a browser would cut a pasted password silently.
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))


class LoginForm(BoundedPasswords, admin_forms.AdminAuthenticationForm):
    """The login form. It counts each attempt before the password is hashed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.validators.append(MaxLengthValidator(username.max_length))

    def clean(self):
        username = self.cleaned_data.get("username")
        if username is None or not self.cleaned_data.get("password"):
            return self.cleaned_data
        attempt = limits.guess(self.request, username)
        try:
            attempt.check()
            with hashing.turns.turn():
                return self._try(attempt, username)
        except hashing.Busy:
            raise
        except TryLater as refusal:
            way_out = _("If you cannot wait, set a new password by mail.")
            message = f"{refusal.message} {way_out}"
            raise TryLater(message, seconds=refusal.seconds) from None

    def _try(self, attempt, username):
        reached = attempt.reserve()
        try:
            cleaned = super().clean()
        except ValidationError:
            if limits.GUESSES_OF_ACCOUNT in reached:
                mail.warn_owner.enqueue(username)
            raise
        attempt.take_back()
        return cleaned


class PasswordResetRequestForm(forms.PasswordResetForm):
    """The form of a forgotten password. It finds no account: a worker does."""

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_email(self):
        limits.reset_request(self.request).reserve()
        return self.cleaned_data["email"]

    def save(self, **kwargs):
        """Ask a worker to mail the links, unless this mail address has got enough of them.

        In both cases the answer is the same: the owner of that mailbox has links that still work.
        """
        email = self.cleaned_data["email"]
        with suppress(TryLater):
            limits.reset_mail(email).reserve()
            mail.send_reset_links.enqueue(email, get_language())


class HashedWhileCleaned(BoundedPasswords):
    """Mixin for a form that sets a password: it hashes while errors can still be shown."""

    typed_in = "new_password1"

    def validate_password_for_user(self, user, *args, **kwargs):
        super().validate_password_for_user(user, *args, **kwargs)
        if not self.errors and self._sets_password():
            try:
                user.set_password(self.cleaned_data[self.typed_in])
            except TryLater as error:
                self.add_error(self.typed_in, error)

    def set_password_and_save(self, user, *args, commit=True, **kwargs):
        if not self._sets_password():
            return super().set_password_and_save(user, *args, commit=commit, **kwargs)
        if commit:
            user.save()
        return user

    def _sets_password(self):
        # Only forms that can also disable passwords have this value.
        return self.cleaned_data.get("set_usable_password", True)


class NewPasswordForm(HashedWhileCleaned, forms.SetPasswordForm):
    """The form behind the link in the mail."""


class PasswordChangeForm(HashedWhileCleaned, admin_forms.AdminPasswordChangeForm):
    """The form of somebody who is logged in. A wrong old password counts as a guess."""

    @sensitive_variables("old_password")
    def clean_old_password(self):
        with hashing.turns.turn():
            attempt = limits.guess_in_session(self.user)
            attempt.reserve()
            old_password = super().clean_old_password()
            attempt.take_back()
        return old_password


class _UsablePasswordInWords:
    """Mixin for a form that can leave an account without a password; it says what that means.

    Django's own words name services that this site does not use. A part is in English only.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if choice := self.fields.get("usable_password"):
            choice.label = _("Logs in with a password")
            choice.help_text = _("Without a password, nobody can log in to this account.")


class UserPasswordForm(_UsablePasswordInWords, HashedWhileCleaned, forms.AdminPasswordChangeForm):
    """The form of an administrator who sets a colleague's password."""

    typed_in = "password1"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if choice := self.fields.get("usable_password"):
            # Django's script looks for this name, and shows the warning when it applies.
            choice.help_text += format_html(
                '<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
                _("The password that the account has now will be lost."),
            )


class UserCreationForm(_UsablePasswordInWords, HashedWhileCleaned, forms.AdminUserCreationForm):
    """The form of an administrator who adds an account."""

    typed_in = "password1"
