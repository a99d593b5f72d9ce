"""The rules of preflight that a newsroom may set: each blocks, warns or is off, by role.

Rules of integrity (an embargo, the order of editions, the rights in a picture) always block, and
are not here. A warning is shown while somebody writes, and asked about once when a person
publishes. An import is no person: it is told what is found, and nothing stops it.
"""

from django.utils.translation import gettext_lazy as _

from ...models.rule_level import Level, RuleLevel
from .house import breaches

#: The names of the rules, by their codes, and the level of each until the newsroom changes it.
NAMES = {"house": _("House rules")}
DEFAULTS = {"house": Level.WARNS}


def found_in(content) -> list:
    """Return all findings of these rules in `content`, be they off or not."""
    return breaches.of_article(content)


def blocking(article, by) -> list:
    """Return the findings that keep `by` from publishing `article`; none for an import."""
    return _found(article, by, Level.BLOCKS)


def warnings(article, by) -> list:
    """Return the findings that `by` is asked about before `article` is published."""
    return _found(article, by, Level.WARNS)


def _found(article, by, level):
    if by is None:
        return []
    levels = RuleLevel.objects.by_code(by, DEFAULTS)
    if level not in levels.values():
        return []
    return [each for each in found_in(article) if levels[each.code] == level]
