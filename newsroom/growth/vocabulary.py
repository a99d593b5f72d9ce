"""The words of a large site in one language: headlines, bodies, comments and names.

All come from the texts of the demo. The same random generator gives the same words, so what is made
of a number can be made again.
"""

import random
import re
from functools import cached_property, lru_cache
from itertools import islice

from articles.text import cleaner
from articles.text.markup import plain_text
from newsroom.demo.texts import texts

#: The number of different bodies and comments: a large site has each several times, the bodies with
#: a word of their own.
BODIES, COMMENTS = 3000, 6000
#: The fewest words of a body.
BODY_WORDS = 45
#: The fewest and the most words of the sentences that are taken.
SHORTEST, LONGEST = 5, 30
#: The texts whose tokens are remembered.
REMEMBERED = 50_000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀÂÉÈÊÎÔÇ])")
_QUOTED = re.compile("[«»“”‘]")
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvwxzq" for v in "aeiou"]
#: Numbers up to this have words of their own.
MOST_WORDS = len(_SYLLABLES) ** 4
# The last sentence that articles are made with, which has such a word.
_RARE = re.compile(r" \w+ [a-z]{8}k\.")


class Vocabulary:
    """The words of one language, and what is made of them."""

    def __init__(self, language):
        self.language = language
        self.texts = texts(language)
        self.grow = self.texts["grow"]

    @cached_property
    def bodies(self) -> list[tuple[str, str]]:
        """Pairs of a standfirst and of the HTML of a body, which ends with a paragraph."""
        rng = random.Random(f"bodies {self.language}")  # noqa: S311
        articles = self.texts["articles"]
        prose = [plain_text(cleaner.clean(article["body"])) for article in articles]
        sentences = _sentences([*prose, *(article["standfirst"] for article in articles)])
        return [_standfirst_and_body(sentences, rng) for _ in range(BODIES)]

    @cached_property
    def opinions(self) -> list[str]:
        """The texts of comments."""
        rng = random.Random(f"comments {self.language}")  # noqa: S311
        sentences = _sentences(comment["text"] for comment in self.texts["comments"])
        return [" ".join(rng.sample(sentences, rng.choice((1, 1, 2, 3)))) for _ in range(COMMENTS)]

    def headline(self, rng) -> str:
        colon = "\N{NO-BREAK SPACE}: " if self.language == "fr" else ": "
        said = f"{rng.choice(self.grow['places'])}{colon}{rng.choice(self.grow['news'])}"
        return f"{said}, {rng.choice(self.grow['angles'])}" if rng.random() < 0.6 else said

    def names(self) -> list[str]:
        """Return the names of people, in an order without an order."""
        grow = self.grow
        found = [f"{first} {last}" for first in grow["first_names"] for last in grow["last_names"]]
        random.Random(f"names {self.language}").shuffle(found)  # noqa: S311
        return found

    def topics(self, count) -> list[str]:
        """Return the names of `count` topics."""
        grow = self.grow
        own = [topic["name"] for topic in self.texts["topics"]]
        pairs = (f"{theme} – {place}" for place in grow["places"] for theme in grow["themes"])
        return list(islice(dict.fromkeys([grow["common_topic"], *own, *pairs]), count))

    def rare_sentence(self, number) -> str:
        return f"{self.grow['dossier']} {rare_word(number)}."


def _sentences(of):
    """Return the whole sentences of these plain texts, without those that quote, each once."""
    found = (
        sentence
        for text in of
        for line in text.split("\n")
        for sentence in _SENTENCE_END.split(line)
        if sentence.endswith((".", "!", "?")) and not _QUOTED.search(sentence)
    )
    return list(dict.fromkeys(s for s in found if SHORTEST <= len(s.split()) <= LONGEST))


def _standfirst_and_body(sentences, rng):
    standfirst, *rest = rng.sample(sentences, BODY_WORDS // SHORTEST + 2)
    taken = []
    while sum(len(sentence.split()) for sentence in taken) < BODY_WORDS:
        taken.append(rest.pop())
    half = (len(taken) + 1) // 2
    paragraphs = filter(None, [" ".join(taken[:half]), " ".join(taken[half:])])
    return standfirst, cleaner.clean("\n".join(f"<p>{text}</p>" for text in paragraphs))


def rare_word(number) -> str:
    """Return a word that only the article with this number has."""
    # A step that has no divisor in common with the number of words visits each word once.
    number = number * 61_803_399 % MOST_WORDS
    syllables = []
    for _ in range(4):
        number, place = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    return f"{''.join(syllables)}k"


def remembering(cut):
    """Return `cut`, a function that cuts a text into tokens, with a memory for texts.

    Bodies are alike but for the sentence with the rare word, so they are cut around it.
    """
    remembered = lru_cache(maxsize=REMEMBERED)(cut)

    def cut_once(text, *language):
        rare = _RARE.search(text)
        if not rare:
            return remembered(text, *language)
        parts = [remembered(text[: rare.start()], *language), cut(rare[0], *language)]
        if rare.end() < len(text):
            parts.append(remembered(text[rare.end() :], *language))
        return [token for part in parts for token in part[0]], [
            t for part in parts for t in part[1]
        ]

    return cut_once
