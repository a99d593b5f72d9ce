"""The reasons for which a comment is rejected, held or reported by a reader, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """The reasons to reject a comment, in words that are also shown to its writer."""

    OFF_TOPIC = "off_topic", _("not about the article")
    INSULT = "insult", _("insulting")
    ILLEGAL = "illegal", _("possibly against the law")
    PERSONAL = "personal", _("gives away somebody’s personal data")
    ADVERT = "advert", _("advertising")
    OTHER = "other", _("against our comment rules")


class Hold(models.TextChoices):
    """The reasons for a second look at a comment.

    A held comment is stored, screened and decided like any other.
    """

    HONEYPOT = "honeypot", _("filled in a field that people do not see")
    NAME = "name", _("uses a name of the newsroom, or one that looks like it")
    RULE = "rule", _("matches a rule of the newsroom")
    SENDER = "sender", _("comes from a connection whose comments are held for some days")
    FLOOD = "flood", _("one of very many at once on this article")
    REPEATED = "repeated", _("one of many with the same words")
    UNCHECKED = "unchecked", _("takes too long to be compared with all rules of the newsroom")


class Grounds(models.TextChoices):
    """The reasons that a reader may give for the report of a comment."""

    ILLEGAL = "illegal", _("It is against the law")
    ABUSE = "abuse", _("It insults or threatens somebody")
    OTHER = "other", _("Something else")
