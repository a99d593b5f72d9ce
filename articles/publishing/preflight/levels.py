"""The rules of preflight that a newsroom may set, by role: each blocks, warns, is shown, or is off.

Rules of integrity (an embargo, the order of editions, the rights in a picture) always block, and
are not here. What is shown stands beside the text while somebody writes; a warning is asked about
once too when a person publishes. An import is no person: it is told what is found, and nothing
stops it.
"""

from django.utils.translation import gettext_lazy as _

from ...models.rule_level import Level, RuleLevel
from . import advice
from .house import breaches
from .located import first
from .prepared import Prepared

#: The most findings of one rule: nobody reads more.
MOST = 20

#: The names of the rules, by their codes, and the level of each until the newsroom changes it.
NAMES = {
    "house": _("House rules"),
    "doubled_word": _("Doubled words"),
    "dead_link": _("Links of our own that lead nowhere"),
    "byline": _("Byline"),
    "credit": _("Credits of pictures"),
    "standfirst": _("Standfirst"),
    "headline_length": _("Length of the headline"),
    "description_length": _("Length of the standfirst"),
    "heading_order": _("Order of headings"),
    "vague_link": _("Words of links"),
    "two_spellings": _("One name, one spelling"),
}
_ASKED = ("house", "doubled_word")
DEFAULTS = {code: Level.WARNS if code in _ASKED else Level.SHOWS for code in NAMES}


def found_in(content, codes=None, *, has_byline=None) -> dict[str, list]:
    """Return the findings in `content` by rule, in the order of the rules.

    Without `codes`, those of all rules, be they off or not. `has_byline` is given where the byline
    of `content` is still in a form.
    """
    prepared = Prepared(content, has_byline=has_byline)
    return {
        code: breaches.of_article(content)
        if code == "house"
        else first(advice.RULES[code](prepared), MOST)
        for code in NAMES
        if codes is None or code in codes
    }


def blocking(article, by, **known) -> list:
    """Return the findings that keep `by` from publishing `article`; none for an import."""
    return _found(article, by, [Level.BLOCKS], **known)


def warnings(article, by, **known) -> list:
    """Return the findings that `by` is asked about before `article` is published."""
    return _found(article, by, [Level.WARNS], **known)


def worth_a_look(article, by, **known) -> list:
    """Return the findings that `by` sees beside the text, and that do not keep from publishing.

    An article that is only begun needs no advice on what it lacks.
    """
    is_begun = not article.body.strip()
    return _found(article, by, [Level.WARNS] if is_begun else [Level.WARNS, Level.SHOWS], **known)


def _found(article, by, wanted, **known):
    if by is None:
        return []
    levels = RuleLevel.objects.by_code(by, DEFAULTS)
    codes = [code for code, level in levels.items() if level in wanted]
    found = found_in(article, codes, **known).values() if codes else ()
    return [each for of_rule in found for each in of_rule]
