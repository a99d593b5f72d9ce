"""The name under which readers know a person of the newsroom."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..writing.text import normalise_line


class PublicName(models.Model):
    """The name with which a person signs answers to readers.

    It is asked for, and never made from the account: a login name is half of what is needed to log
    in, and a first name and surname in an account were never meant for readers.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="public_name",
    )
    name = models.CharField(
        _("public name"),
        max_length=80,
        unique=True,
        help_text=_("Readers see it with each answer. It must not be a login name."),
        error_messages={"unique": _("Somebody else in the newsroom has this public name.")},
    )

    class Meta:
        verbose_name = _("public name")
        verbose_name_plural = _("public names")

    def __str__(self):
        return self.name

    def clean(self):
        """Normalise the name; refuse one that is a login name or a mail address."""
        self.name = normalise_line(self.name)
        if not self.name:
            raise ValidationError({"name": self._meta.get_field("name").error_messages["blank"]})
        if is_login_name(self.name):
            raise ValidationError({"name": _("This is a login name, which readers must not know.")})


def is_login_name(name) -> bool:
    """Say whether `name` is the login name or the mail address of any account."""
    accounts = get_user_model().objects
    return "@" in name or accounts.filter(username=name).exists()
