"""The query of a search, parsed from the text that a reader typed."""

import re
from dataclasses import dataclass

from common.folding import fold
from common.search.typed import phrases

from .words import LANGUAGES, stem, stems

#: The most words of a query; the rest is ignored.
MAX_WORDS = 16

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
        """Parse any text that a reader typed (see `common.search.typed`)."""
        quoted, loose = phrases(typed)
        rare = [phrase for phrase in loose if not _is_common(phrase)]
        found, left = {}, MAX_WORDS
        for words, joined, _typed in [
            *quoted,
            *(rare if rare or any(phrase.words for phrase in quoted) else loose),
        ]:
            if words[:left]:
                found[words[:left]] = joined if len(words) <= left else ()
                left -= len(words[:left])
        return cls(tuple(found), tuple(found.values()))

    def __bool__(self):
        return bool(self.phrases)

    def stems(self) -> frozenset[str]:
        """Return each token that may be in a result, to mark its words there."""
        every = {word for phrase in (*self.phrases, *self.joined) for word in phrase}
        return frozenset("".join(stems(word, of)) for word in every for of in LANGUAGES)

    def by_language(self) -> list[tuple[tuple[tuple[str, ...], ...], ...]]:
        """Return the tokens of each phrase and of its joined forms, for each language.

        Editions may be in a language without a stemmer (""). Languages that give the same tokens
        share one version, so that nothing is looked up twice.
        """
        versions = (
            tuple(
                (
                    tuple(token for word in phrase for token in stems(word, language)),
                    *((stem(word, language),) for word in joined),
                )
                for phrase, joined in zip(self.phrases, self.joined, strict=True)
            )
            for language in (*LANGUAGES, "")
        )
        return list(dict.fromkeys(versions))


def _is_common(phrase):
    return len(phrase.words) == 1 and bool(_COMMON.fullmatch(fold(phrase.words[0])))
