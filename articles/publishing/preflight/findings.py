"""Findings, and the rules that they come from, with the message of each for editors."""

from dataclasses import dataclass
from enum import Enum, auto

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Severity(Enum):
    BLOCKS_SAVING = auto()
    BLOCKS_PUBLISHING = auto()
    #: It blocks or warns as the newsroom has set it: see `levels`.
    ADVISES = auto()


class PublishingError(ValidationError):
    """The error for an action that would break the rule `code`; its message is for editors."""


@dataclass(frozen=True)
class Rule:
    severity: Severity
    #: The form field where an editor can correct it, or None.
    field: str | None
    words: str


@dataclass(frozen=True)
class Finding:
    """One breach of the rule `code`."""

    code: str
    #: The values for the placeholders in the rule's `words`.
    params: dict | tuple

    @property
    def severity(self) -> Severity:
        return RULES[self.code].severity

    @property
    def field(self) -> str | None:
        return RULES[self.code].field

    @property
    def error(self) -> ValidationError:
        """The error that forms show and `press` raises; its message is translated when shown."""
        blocks_saving = self.severity == Severity.BLOCKS_SAVING
        kind = ValidationError if blocks_saving else PublishingError
        return kind(RULES[self.code].words, code=self.code, params=self.params)


def finding(code, *args, **params) -> Finding:
    return Finding(code, args or params)


def refuse_any(found):
    """Raise a ValidationError with all findings by field, if there are any."""
    errors = {}
    for each in found:
        errors.setdefault(each.field, []).append(each.error)
    if errors:
        raise ValidationError(errors)


def refuse_first(found):
    """Raise the error of the first finding, if there is one."""
    for each in found:
        raise each.error


def format_moment(moment) -> str:
    """Return `moment` as a local date and time in words, for messages to editors."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _saving(field, words):
    return Rule(Severity.BLOCKS_SAVING, field, words)


def _publishing(field, words):
    return Rule(Severity.BLOCKS_PUBLISHING, field, words)


def _advice(field, words):
    return Rule(Severity.ADVISES, field, words)


_PUBLIC_BEFORE_EMBARGO = _(
    "This article has been public since %(start)s, so no embargo can hold it back. Withdraw it "
    "first."
)

_RIGHTS = _("The right to publish these pictures has ended, on the day named: %(names)s.")

RULES = {
    # --- Saving
    "image_alt": _saving("alt", _("Please say what the picture shows, or that it only decorates.")),
    "lead_alt": _saving("lead_alt", _("Please say what the lead image shows.")),
    "body_alt": _saving("body", _("Please give an alternative text to: %s.")),
    "scheduled_before_embargo": _saving(
        "embargo_until",
        _("An edition is scheduled for %(start)s, before that embargo. Move it first."),
    ),
    "public_before_embargo": _saving("embargo_until", _PUBLIC_BEFORE_EMBARGO),
    "series_missing": _saving("series", _("A part has a number only in a series: choose one.")),
    "part_taken": _saving(
        "series_part",
        _("“%(headline)s” is part %(part)s of this series already. The next number is %(next)s."),
    ),
    "part_taken_by_draft": _saving(
        "series_part",
        _(
            "An article that is not public is part %(part)s of this series already. The next "
            "number is %(next)s."
        ),
    ),
    "address_taken": _saving("slug", _("This address is used by the site itself.")),
    # --- Pressing
    "incomplete": _publishing(
        "body", _("Before publishing, please give the article: %(missing)s.")
    ),
    "embargo": _publishing(
        "publish_at", _("The embargo lasts until %(until)s; no edition can be visible before.")
    ),
    "embargo_on_public": _publishing("embargo_until", _PUBLIC_BEFORE_EMBARGO),
    "lead_rights": _publishing("lead_image", _RIGHTS),
    "body_rights": _publishing("body", _RIGHTS),
    "past": _publishing(
        "publish_at",
        _("Readers have already seen a later edition, so none can begin at that time."),
    ),
    "past_date": _publishing("publish_at", _("That moment has gone by.")),
    "undatable": _publishing(
        "publish_at",
        _("The archive goes from %(first)s to %(last)s, so nothing can be published at that time."),
    ),
    "instant": _publishing(
        "publish_at", _("Another edition of this article begins at exactly that time.")
    ),
    "order": _publishing("publish_until", _("The end must come after the beginning.")),
    "overlap": _publishing(
        "publish_until",
        _("Another edition of this article is public at that time (from %(start)s)."),
    ),
    "uncorrectable": _publishing(
        "correction_kind",
        _("No edition begins before, so there is nothing that this could correct."),
    ),
    "correction_text": _publishing("correction_text", _("Please tell readers what changes.")),
    "correction_kind": _publishing("correction_kind", _("Please choose what your words are.")),
    # --- What the newsroom decides: see `levels`
    "house": _advice(
        None, _("“%(found)s” is “%(preferred)s” by the rules of the house. %(explanation)s")
    ),
    "byline": _advice(None, _("Nobody is named in the byline.")),
    "standfirst": _advice("standfirst", _("There is no standfirst.")),
    "credit": _advice("lead_credit", _("The lead picture has no credit.")),
    "body_credit": _advice("body", _("Pictures have no credit in the library: %(names)s.")),
    "headline_length": _advice(
        "headline",
        _("The headline has %(length)s characters: above %(limit)s, search engines cut it."),
    ),
    "description_length": _advice(
        "standfirst",
        _(
            "The standfirst has %(length)s characters: above %(limit)s, lists and search engines "
            "cut it."
        ),
    ),
    "empty_heading": _advice("body", _("A heading is empty.")),
    "subheading_first": _advice(
        "body", _("“%(words)s” is a subheading, and no heading comes before it.")
    ),
    "heading_last": _advice("body", _("Nothing follows the heading “%(words)s”.")),
    "vague_link": _advice(
        "body", _("The words of the link “%(words)s” do not say where it leads.")
    ),
    "link_dead": _advice("body", _("The link “%(words)s” leads to no page of this site.")),
    "link_not_public": _advice(
        "body", _("The link “%(words)s” leads to an article that is not public.")
    ),
    "link_moved": _advice(
        "body", _("The link “%(words)s” leads to a former address; it is now %(path)s.")
    ),
    "doubled_word": _advice(None, _("A word is doubled: “%(words)s”.")),
    "two_spellings": _advice(
        None, _("“%(word)s” is spelled “%(usual)s” elsewhere in this article.")
    ),
    # --- Moving, rescheduling, cancelling and withdrawing
    "move": _publishing(None, _("An article in stage “%(origin)s” cannot go to “%(target)s”.")),
    "say_why": _publishing(
        "move_note", _("Please say in a note why you send back the work of %(name)s.")
    ),
    "handed_over": _publishing(
        "with_whom",
        _("A colleague has handed this article over since: it is with %(name)s, due: %(due)s."),
    ),
    "not_at_work": _publishing("with_whom", _("%(name)s cannot be given an article.")),
    "begun": _publishing(
        None, _("This edition is already public; it can be replaced or withdrawn, not moved.")
    ),
    "moved": _publishing(
        None, _("Somebody else has moved this edition since: it begins on %(start)s.")
    ),
    "corrected": _publishing(
        None,
        _(
            "Edition %(number)s is scheduled too, and says what it corrects in this one. Take that "
            "one back first."
        ),
    ),
    # --- Takedowns
    "suppressed": _publishing(None, _("This edition is taken down already.")),
    "reason_missing": _publishing("reason", _("Please give the legal reason.")),
    "passage_short": _publishing(
        "passage", _("Please paste words: signs alone can’t be looked for.")
    ),
    "passage_repeated": _publishing(
        "reason", _("The reason and the words in place of the passage must not repeat the passage.")
    ),
    "passage_absent": _publishing(
        "passage",
        _(
            "This article has no such passage, in no edition and no stored copy. Paste the "
            "headline, the standfirst and the text each by itself."
        ),
    ),
    "headline_repeated": _publishing(
        "reason", _("The reason and the notice must not repeat what is taken down.")
    ),
    "nothing": _publishing(None, _("No edition of this article is public or scheduled.")),
}
