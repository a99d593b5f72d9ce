"""The admin of a moderator's own mail preference."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.mail.own_preference import OwnMailPreference

from ..models import NotificationPreference
from ..moderation import states


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(OwnMailPreference):
    sent_to = _("Messages go to %s. They hold what is needed to decide; only you, here, decide.")

    def may_be_mailed(self, user):
        return user.has_perm(states.MODERATE)
