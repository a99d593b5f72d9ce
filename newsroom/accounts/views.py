"""The pages of a forgotten password: Django's own, with our forms."""

from django.contrib.auth import views
from django.utils.decorators import method_decorator

from . import known_places
from .forms import NewPasswordForm, PasswordResetRequestForm
from .try_later import answers_try_later


@method_decorator(answers_try_later, name="dispatch")
class PasswordResetView(views.PasswordResetView):
    form_class = PasswordResetRequestForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}


@method_decorator(answers_try_later, name="dispatch")
class PasswordResetConfirmView(views.PasswordResetConfirmView):
    form_class = NewPasswordForm

    def form_valid(self, form):
        """Set the password, and let its owner log in here, however many guesses others make."""
        response = super().form_valid(form)
        known_places.remember(self.request, response, form.user.get_username())
        return response
