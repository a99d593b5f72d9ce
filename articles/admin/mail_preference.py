"""The admin of a person's own choice: how often to be mailed about articles."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.mail.own_preference import OwnMailPreference

from ..models import ArticleMailPreference
from ..publishing import who_may


@admin.register(ArticleMailPreference)
class ArticleMailPreferenceAdmin(OwnMailPreference):
    sent_to = _("Messages go to %s. They tell what happened; you act only here.")

    def may_be_mailed(self, user):
        return who_may.may_see(user)
