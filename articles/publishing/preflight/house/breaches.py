"""The breaches of house rules in an article, each with its place and what mends it."""

import html
import re
from collections.abc import Iterator

from ....models.house_rule import HouseRule
from ....text.markup import TAG, plain_text
from ..located import Located, Occurrences, first
from ..prepared import LINES
from .phrases import SPARED, index_of

#: The most breaches that are reported of one article: nobody reads more.
MOST = 200

_SPARED = re.compile(r"<(/?)(?:blockquote|pre|code)\b")


def of_article(content) -> list[Located]:
    """Return the breaches in `content`, an article or an edition, in the order of its fields.

    What is quoted is spared, also in a block, since it is somebody else's; so is code.
    """
    rules = {rule.pk: rule for rule in HouseRule.objects.in_force(content.language)}
    if not rules:
        return []
    index = index_of(tuple(rule.phrase for rule in rules.values()))
    texts = [(name, getattr(content, name), getattr(content, name)) for name in LINES]
    texts.append(("body", plain_text(content.body), plain_text(_without_spared(content.body))))
    found = (
        breach
        for name, text, searched in texts
        for breach in _breaches(index, rules, name, text, searched, content.language)
    )
    return first(found, MOST)


def _breaches(index, rules, name, text, searched, language) -> Iterator[Located]:
    occurrences = Occurrences(text)
    for match in index.matches(searched, language):
        count = occurrences.before(match.found, match.start)
        explanation = rules[match.key].explanation
        params = {"found": match.found, "preferred": match.preferred, "explanation": explanation}
        yield Located("house", params, name, match.found, count, match.preferred)


def _without_spared(body):
    """Return `body` with as many other signs in the place of each text that is spared."""
    parts, depth = re.split(f"({TAG.pattern})", body), 0
    for place, part in enumerate(parts):
        if place % 2:
            if found := _SPARED.match(part):
                depth += -1 if found[1] else 1
        elif depth > 0:
            parts[place] = SPARED * len(html.unescape(part))
    return "".join(parts)
