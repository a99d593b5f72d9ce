"""The query of a search, parsed from the text that a reader typed."""

import re
from dataclasses import dataclass

from common.folding import fold

from .words import LANGUAGES, stem, words

#: The most characters and words of a query; the rest is ignored.
MAX_QUERY_LENGTH = 300
MAX_WORDS = 16

_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')


#: Very common words. They count only within a phrase, or if the query has no other words.
_COMMON = re.compile(
    "a|au|aux|ce|ces|dans|de|des|du|elle|en|est|et|il|la|le|les|ou|par|pas|pour|que|qui|sa|se|ses|"
    "son|sur|un|une|an|and|are|as|at|be|by|for|from|in|is|it|of|on|or|that|the|this|to|was|with"
)


@dataclass(frozen=True)
class Query:
    """The phrases that an edition must all contain; most are of one word."""

    phrases: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, typed: str):
        """Parse any text that a reader typed; characters that are not part of a word are spaces.

        Quotation marks make a phrase, and so do words without a space between (covid-19,
        lemonde.fr).
        """
        typed = typed[:MAX_QUERY_LENGTH]
        quoted = [[m[0] for m in words(part)] for part in _QUOTED.findall(typed)]
        # Split at spaces first: `words` then removes elisions (l’élection) from each part.
        loose = [[m[0] for m in words(part)] for part in _QUOTED.sub(" ", typed).split()]
        rare = [part for part in loose if not (len(part) == 1 and _COMMON.fullmatch(fold(part[0])))]
        phrases, left = [], MAX_WORDS
        for part in [*quoted, *(rare if rare or any(quoted) else loose)]:
            if part[:left]:
                phrases.append(tuple(part[:left]))
                left -= len(part[:left])
        return cls(tuple(dict.fromkeys(phrases)))

    def __bool__(self):
        return bool(self.phrases)

    def stems(self) -> set[str]:
        """Return each token that may be in a result, to mark its words there."""
        every = {word for phrase in self.phrases for word in phrase}
        return {stem(word, language) for word in every for language in LANGUAGES}

    def by_language(self) -> list[tuple[tuple[str, ...], ...]]:
        """Return the phrases as tokens, for each language that an edition may be in.

        Languages that give the same tokens share one version, so that nothing is looked up twice.
        """
        versions = (
            tuple(tuple(stem(word, language) for word in phrase) for phrase in self.phrases)
            for language in LANGUAGES
        )
        return list(dict.fromkeys(versions))
