"""The house rules: what the newsroom writes in one way, in all articles of a language."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleLineField, VisibleTextField

from ..publishing.preflight.house.phrases import NUMBER, Phrase

#: The most house rules that are switched on, and the most exceptions of one: they bound the work.
MOST_IN_FORCE = 2000
MOST_EXCEPTIONS = 20
LONGEST = 100


class HouseRuleQuerySet(models.QuerySet):
    def in_force(self, language):
        """Return the rules that are switched on for `language`, a tag such as `fr-CA`."""
        spoken = language.lower().partition("-")[0]
        return self.filter(is_on=True, language__in=["", spoken])[:MOST_IN_FORCE]


class HouseRule(models.Model):
    """A house rule: what is written, what the newsroom prefers, and why."""

    class Language(models.TextChoices):
        ANY = "", _("any language")
        FRENCH = "fr", _("French")
        ENGLISH = "en", _("English")

    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, blank=True, default=Language.ANY
    )
    written = VisibleLineField(
        _("what is written"),
        max_length=LONGEST,
        help_text=_(
            "Whole words. In lower case they are also found with a capital at the beginning; with "
            "a capital, only so. # stands for a number."
        ),
    )
    preferred = VisibleLineField(_("what is preferred"), max_length=LONGEST)
    explanation = VisibleLineField(_("explanation"), max_length=200, blank=True)
    exceptions = VisibleTextField(
        _("exceptions"),
        blank=True,
        help_text=_("Phrases in which it is right after all, one on each line."),
    )
    is_on = models.BooleanField(_("switched on"), default=True)

    objects = HouseRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("house rule")
        verbose_name_plural = _("house rules")
        ordering = ["language", "written"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "written"],
                name="house_rule_once",
                violation_error_message=_("There is a rule for these words already."),
            )
        ]

    def __str__(self):
        return f"{self.written} → {self.preferred}"

    def clean(self):
        """Refuse what matches nothing or everything, or could not be put in the place of it."""
        errors = {}
        if not any(sign.isalnum() or sign == NUMBER for sign in self.written):
            errors["written"] = _("Please enter at least one word or number.")
        if self.written == self.preferred:
            errors["preferred"] = _("That is what is written already.")
        elif self.preferred.count(NUMBER) > self.written.count(NUMBER):
            errors["preferred"] = _("There are more numbers (#) than in what is written.")
        lines = list(dict.fromkeys(filter(None, map(str.strip, self.exceptions.splitlines()))))
        if len(lines) > MOST_EXCEPTIONS:
            errors["exceptions"] = _("A rule has at most %d exceptions.") % MOST_EXCEPTIONS
        elif long := next((line for line in lines if len(line) > LONGEST), None):
            errors["exceptions"] = _("“%s…” is too long for one line.") % long[:30]
        if errors:
            raise ValidationError(errors)
        self.exceptions = "\n".join(lines)

    @property
    def phrase(self) -> Phrase:
        exceptions = tuple(self.exceptions.splitlines())
        return Phrase(self.pk, self.written, self.preferred, exceptions)
