"""The reasons that people read: of a rejection, and of a comment's being held."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a comment was rejected, in words that its writer is shown too."""

    OFF_TOPIC = "off_topic", _("not about the article")
    INSULT = "insult", _("insulting")
    ILLEGAL = "illegal", _("possibly against the law")
    PERSONAL = "personal", _("gives away somebody’s personal data")
    ADVERT = "advert", _("advertising")
    OTHER = "other", _("against our comment rules")


class Hold(models.TextChoices):
    """Why a comment deserves a second look. It is stored, screened and decided like any other."""

    HONEYPOT = "honeypot", _("filled in a field that people do not see")
    NAME = "name", _("uses the name of an author or of the site")
    RULE = "rule", _("matches a rule of the newsroom")
    FLOOD = "flood", _("one of very many at once on this article")
