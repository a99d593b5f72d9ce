"""The newsroom's own rules for new comments, applied before Akismet is asked."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.compiled_queries import compiled
from common.text_fields import VisibleLineField, VisibleTextField

from ..writing.links import links_in
from ..writing.pattern_index import Budget
from ..writing.rule_matching import (
    LONGEST_PATTERN,
    MOST_PATTERNS,
    MOST_PATTERNS_IN_FORCE,
    find_first,
)
from ..writing.rule_words import words_of_pattern


class RuleQuerySet(models.QuerySet):
    def in_force(self):
        """Return the rules that are switched on, those that refuse before those that hold."""
        return self.filter(is_on=True).order_by("-action", "name")


class CommentRule(models.Model):
    """A rule: the words or links it looks for, and whether it holds or refuses a comment."""

    class Kind(models.TextChoices):
        WORDS = "words", _("words in the comment or the name")
        NAMES = "names", _("words in the name")
        LINKS = "links", _("number of links")

    class Action(models.TextChoices):
        HOLD = "hold", _("hold for a second look")
        REFUSE = "refuse", _("refuse, and tell its writer why")

    name = VisibleLineField(
        _("name"), max_length=80, unique=True, help_text=_("What moderators see as the reason.")
    )
    kind = models.CharField(_("looks for"), max_length=5, choices=Kind.choices, default=Kind.WORDS)
    patterns = VisibleTextField(
        _("words"),
        blank=True,
        help_text=_(
            "One on each line; case and accents do not matter. A star stands for any letters of a "
            "word (*coin*); several words are looked for in a row (buy now). Emoji and other "
            "symbols ($$$) are found wherever they are, an emoji in every skin tone. So are words "
            "in scripts without spaces, such as Chinese, Japanese or Thai. Punctuation is ignored."
        ),
    )
    most_links = models.PositiveSmallIntegerField(
        _("links allowed"), default=2, help_text=_("A comment with more of them matches.")
    )
    action = models.CharField(
        _("action"), max_length=6, choices=Action.choices, default=Action.HOLD
    )
    message = VisibleLineField(
        _("words for the reader"),
        max_length=200,
        blank=True,
        help_text=_("Shown with what was found, if the comment is refused."),
    )
    # A new rule is off, so that the newsroom can try it before it applies to readers.
    is_on = models.BooleanField(_("switched on"), default=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment rule")
        verbose_name_plural = _("comment rules")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        """Validate the patterns, and put each of them once, on a line of its own."""
        if self.kind == self.Kind.LINKS:
            return
        lines = list(dict.fromkeys(filter(None, map(str.strip, self.patterns.splitlines()))))
        errors = []
        if not lines:
            errors.append(_("Please enter at least one word."))
        if len(lines) > MOST_PATTERNS:
            errors.append(_("A rule has at most %d lines.") % MOST_PATTERNS)
        elif self.is_on and len(lines) > MOST_PATTERNS_IN_FORCE - self._others_in_force():
            errors.append(
                _("All rules that are switched on have at most %d lines together.")
                % MOST_PATTERNS_IN_FORCE
            )
        for line in lines:
            if len(line) > LONGEST_PATTERN:
                errors.append(_("“%s…” is too long for one line.") % line[:30])
            elif not words_of_pattern(line):
                errors.append(_("“%s” would match any word.") % line)
        if errors:
            raise ValidationError({"patterns": errors})
        self.patterns = "\n".join(lines)

    def _others_in_force(self):
        """Return the number of lines of the other rules that are switched on."""
        others = CommentRule.objects.in_force().exclude(pk=self.pk)
        return sum(len(lines.splitlines()) for lines in others.values_list("patterns", flat=True))

    @staticmethod
    def first_match(name, text, budget):
        """Return the first of the rules in force that a comment matches, and its matches, as typed.

        All words are looked for in one pass. The rule is None if none matches. If `budget` is spent
        before the end, a rule that matches may have been missed.
        """
        rules = _in_force()
        number, found = _find_first(rules, name, text, budget)
        # The rules about links are no part of that pass: they cost one look at the text.
        for rule in rules[:number]:
            if rule.kind == CommentRule.Kind.LINKS and (links := rule.excess_links(text)):
                return rule, links
        return (None, []) if number is None else (rules[number], found)

    def found_in(self, name, text, budget=None) -> list[str]:
        """Return the words or links that the rule matches, as typed; an empty list if none."""
        if self.kind == self.Kind.LINKS:
            return self.excess_links(text)
        return _find_first([self], name, text, budget or Budget())[1]

    def excess_links(self, text) -> list[str]:
        """Return the links in `text` if there are more than the rule allows, or an empty list."""
        links = links_in(text)
        return links if len(links) > self.most_links else []

    def explain(self, found) -> str:
        """Return the message for a reader whose comment is refused for the matches `found`."""
        if self.kind == self.Kind.LINKS:
            words = ngettext(
                "A comment may have at most %(most)d link; this one has %(links)d.",
                "A comment may have at most %(most)d links; this one has %(links)d.",
                self.most_links,
            )
            reason = words % {"most": self.most_links, "links": len(found)}
        else:
            words = ", ".join(_("“%s”") % word for word in found[:5])
            reason = _("It was not taken because of: %s.") % words
        return f"{self.message} {reason}".strip()


@compiled
def _in_force():
    return CommentRule.objects.in_force()


def _find_first(rules, name, text, budget):
    """Look for the words of `rules` in a comment; return the result of `find_first`."""
    kinds = CommentRule.Kind
    return find_first(
        [
            (_patterns(rules, {kinds.WORDS, kinds.NAMES}), name),
            (_patterns(rules, {kinds.WORDS}), text),
        ],
        budget,
    )


def _patterns(rules, kinds):
    """Return the patterns of each rule in order; none for those that are not of these `kinds`."""
    return tuple(rule.patterns if rule.kind in kinds else "" for rule in rules)
