"""How often people of the newsroom are mailed about the articles that concern them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.mail.preferences import Frequency, MailPreference, MailPreferenceQuerySet

from ..publishing.handover import colleagues


class ArticleMailQuerySet(MailPreferenceQuerySet):
    def people(self):
        """Return those at work who may write.

        Superusers, and people who only read, get mail if they choose so themselves.
        """
        return colleagues().filter(is_superuser=False)


class ArticleMailPreference(MailPreference):
    """A person's choice."""

    frequency = models.CharField(
        _("mail about articles"),
        max_length=8,
        choices=Frequency.choices,
        default=Frequency.NEVER,
        help_text=_(
            "What is given to you or handed in for your decision, what was decided about your own "
            "articles, and notes that ask you."
        ),
    )

    objects = ArticleMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about articles")
        verbose_name_plural = _("mail about articles")
