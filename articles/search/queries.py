"""The query of a search, parsed from the text that a reader typed."""

import re
from dataclasses import dataclass

from common.folding import fold
from common.search.words import compounds, words

from .words import LANGUAGES, stem

#: The most characters and words of a query; the rest is ignored.
MAX_QUERY_LENGTH = 300
MAX_WORDS = 16

_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')
# What is typed without a space between, or a number with spaces between its groups of digits.
_PART = re.compile(r"(?<!\S)[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9])\S*|\S+")

#: Very common words. They count only within a phrase, or if the query has no other words.
_COMMON = re.compile(
    "a|au|aux|ce|ces|dans|de|des|du|elle|en|est|et|il|la|le|les|ou|par|pas|pour|que|qui|sa|se|ses|"
    "son|sur|un|une|an|and|are|as|at|be|by|for|from|in|is|it|of|on|or|that|the|this|to|was|with"
)


@dataclass(frozen=True)
class Query:
    """The phrases that an edition must all contain; most are of one word.

    In place of a phrase, an edition may contain one of its joined forms: “covid19” for “covid-19”.
    """

    phrases: tuple[tuple[str, ...], ...]
    #: The joined forms of each phrase.
    joined: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, typed: str):
        """Parse any text that a reader typed; characters that are not part of a word are spaces.

        Quotation marks make a phrase, and so do words without a space between (covid-19,
        lemonde.fr) and the groups of digits of a number.
        """
        typed = typed[:MAX_QUERY_LENGTH]
        quoted = [_phrase(part) for part in _QUOTED.findall(typed)]
        loose = [_phrase(part) for part in _PART.findall(_QUOTED.sub(" ", typed))]
        rare = [part for part in loose if not _is_common(part)]
        found, left = {}, MAX_WORDS
        for part, joined in [*quoted, *(rare if rare or any(p for p, _ in quoted) else loose)]:
            if part[:left]:
                found[part[:left]] = joined if len(part) <= left else ()
                left -= len(part[:left])
        return cls(tuple(found), tuple(found.values()))

    def __bool__(self):
        return bool(self.phrases)

    def stems(self) -> set[str]:
        """Return each token that may be in a result, to mark its words there."""
        every = {word for phrase in (*self.phrases, *self.joined) for word in phrase}
        return {stem(word, language) for word in every for language in LANGUAGES}

    def by_language(self) -> list[tuple[tuple[tuple[str, ...], ...], ...]]:
        """Return the tokens of each phrase and of its joined forms, for each language.

        Editions may be in a language without a stemmer (""). Languages that give the same tokens
        share one version, so that nothing is looked up twice.
        """
        versions = (
            tuple(
                (
                    tuple(stem(word, language) for word in phrase),
                    *((stem(word, language),) for word in joined),
                )
                for phrase, joined in zip(self.phrases, self.joined, strict=True)
            )
            for language in (*LANGUAGES, "")
        )
        return list(dict.fromkeys(versions))


def _phrase(part):
    """Return the words of `part`, and its joined forms if all of it is one compound."""
    found = words(part)
    if not found:
        return (), ()
    whole = [c for c in compounds(part) if c.start <= found[0].start and c.end >= found[-1].end]
    return tuple(word.text for word in found), tuple(compound.text for compound in whole)


def _is_common(part):
    phrase, _joined = part
    return len(phrase) == 1 and bool(_COMMON.fullmatch(fold(phrase[0])))
