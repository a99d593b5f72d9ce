"""The words of a large site in one language: headlines, bodies, comments and names.

All come from the texts of the demo. The same random generator gives the same words, so they can be
made again from a number.
"""

import random
import re
from functools import cached_property, lru_cache
from itertools import islice

from articles.text import cleaner
from articles.text.markup import plain_text
from newsroom.demo.texts import texts

#: The number of different bodies and of different comments. Of a million articles some have the
#: same body, but for one word.
BODIES, COMMENTS = 3000, 6000
#: The fewest words of a body.
BODY_WORDS = 45
#: The shortest and the longest sentences that are taken, in words.
SHORTEST, LONGEST = 5, 30
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀÂÉÈÊÎÔÇ])")
_QUOTED = re.compile("[«»“”‘]")
#: The sentence with the rare word of an article.
_RARE = re.compile(r" \w+ [a-z]{8}k\.")
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvwxzq" for v in "aeiou"]


class Vocabulary:
    """The words of one language, and what is made of them."""

    def __init__(self, language):
        self.language = language
        self.texts = texts(language)
        self.grow = self.texts["grow"]
        self.colon = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "

    def sentences(self, of):
        """Return the whole sentences without quotations of `of`, plain texts, each once."""
        every = (
            sentence
            for text in of
            for line in text.split("\n")
            for sentence in _SENTENCE_END.split(line)
            if sentence.endswith((".", "!", "?")) and not _QUOTED.search(sentence)
        )
        return list(
            dict.fromkeys(s for s in every if SHORTEST <= len(s.split()) <= LONGEST)
        )

    @cached_property
    def prose(self):
        """The sentences of articles."""
        articles = self.texts["articles"]
        bodies = [plain_text(cleaner.clean(article["body"])) for article in articles]
        return self.sentences([*bodies, *(article["standfirst"] for article in articles)])

    @cached_property
    def bodies(self):
        """Pairs of a standfirst and the HTML of a body, which ends with a paragraph."""
        rng = random.Random(f"bodies {self.language}")  # noqa: S311
        return [self._body(rng) for _ in range(BODIES)]

    def _body(self, rng):
        standfirst, *rest = rng.sample(self.prose, 20)
        taken, length = [], 0
        while length < BODY_WORDS:
            taken.append(rest.pop())
            length += len(taken[-1].split())
        half = (len(taken) + 1) // 2
        paragraphs = filter(None, [" ".join(taken[:half]), " ".join(taken[half:])])
        return standfirst, cleaner.clean("\n".join(f"<p>{text}</p>" for text in paragraphs))

    @cached_property
    def opinions(self):
        """The texts of comments."""
        rng = random.Random(f"comments {self.language}")  # noqa: S311
        found = self.sentences(comment["text"] for comment in self.texts["comments"])
        return [" ".join(rng.sample(found, rng.choice((1, 1, 2, 2, 3)))) for _ in range(COMMENTS)]

    def headline(self, rng):
        grow = self.grow
        said = f"{rng.choice(grow['places'])}{self.colon}{rng.choice(grow['news'])}"
        return f"{said}, {rng.choice(grow['angles'])}" if rng.random() < 0.6 else said

    def names(self):
        """Return all names of people, in an order that seems random."""
        grow = self.grow
        every = [f"{first} {last}" for first in grow["first_names"] for last in grow["last_names"]]
        random.Random(f"names {self.language}").shuffle(every)  # noqa: S311
        return every

    def topics(self, count):
        """Return the names of `count` topics; the first is on a fifth of all articles."""
        grow = self.grow
        pairs = (f"{theme} – {place}" for place in grow["places"] for theme in grow["themes"])
        own = (topic["name"] for topic in self.texts["topics"])
        every = (name for names in ([grow["common_topic"]], own, pairs) for name in names)
        return list(islice(dict.fromkeys(every), count))


def remembering(cut):
    """Return `cut`, a function that cuts a text into tokens, which remembers texts.

    A rare word is in one text alone, so what comes before it is remembered without it.
    """
    remembered = lru_cache(maxsize=50_000)(cut)

    def cut_quickly(text, *language):
        found = _RARE.search(text)
        if not found:
            return remembered(text, *language)
        parts = [(remembered(text[: found.start()], *language)), cut(found[0], *language)]
        if found.end() < len(text):
            parts.append(remembered(text[found.end() :], *language))
        return tuple([token for part in parts for token in part[side]] for side in (0, 1))

    return cut_quickly


def rare_word(number):
    """Return a word that only the article with this number has."""
    number = number * 61_803_399 % 100_000_000
    word = ""
    for _ in range(4):
        number, place = divmod(number, 100)
        word += _SYLLABLES[place]
    return f"{word}k"
