"""The facts of a text: its figures, its names and its dates, as far as their form tells them.

They are what a newspaper corrects in public. A word that is mended, such as a typo, is no fact.
"""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import override

#: Numbers in words, but “one”, which in French is an article too.
_NUMBERS = set(
    re.findall(
        r"\S+",
        """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions dozen dozens half third quarter

    deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts
    trente quarante cinquante soixante septante huitante nonante cent cents mille milliers
    milliard milliards dizaine dizaines douzaine centaine centaines moitié tiers quart
    """,
    )
)
_TOKEN = re.compile(
    r"(?P<grouped>\d{1,3}(?:[ \u00a0\u202f.,’']\d{3})+(?!\d))(?P<rest>[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?"
    r"|[^\W\d_]+(?:-[^\W\d_]+)*"
)
#: The end of a text after which a sentence begins.
_BEFORE_SENTENCE = re.compile(r"[.!?…:•][\s\"'«»“”„‘’()\[\]–—-]*$")
#: The characters before a word in which that end, or an abbreviation, is looked for.
_NEAR = 12
_ENDS_SENTENCE = re.compile(r"[.!?…][\s\"'»”’)\]]*$")
#: An abbreviation, after whose full stop the sentence goes on: “M.”, “Dr.”, “J.”.
_ABBREVIATION = re.compile(r"\b[^\W\d_a-z]\w{0,2}\.\s*$")
#: A word of which most letters are the same is the same word, misspelt.
_MISSPELT = 0.7
#: The most facts that are compared with one another. Where more differ, the text is another one.
_MOST_COMPARED = 50
#: The longest words that a headline in capitals, as English has them, writes without one.
_SMALL = 3


class Fact(NamedTuple):
    #: What is compared.
    key: str
    #: As it stands in the text.
    words: str
    #: Whether it is a name only if it took the place of one: it may be any word with a capital.
    is_likely: bool = False


class Changes(NamedTuple):
    """The facts that are gone and those that came, as they stand in the texts."""

    gone: list[str]
    came: list[str]


def changes(old: list[str], new: list[str], language: str) -> Changes | None:
    """Return the facts that differ between two texts, each a list of lines; None if none does.

    A line may be a paragraph. Lines that only moved, were split or were joined differ in no fact.
    """
    reading = _Reading([*old, *new], language)
    before, after = ([reading.facts(line) for line in lines] for lines in (old, new))
    gone, came = _lost(before, after), _lost(after, before)
    gone, came = _without_unlikely(gone, came), _without_unlikely(came, gone)
    if gone or came:
        return Changes(*(list(dict.fromkeys(f.words for f in facts)) for facts in (gone, came)))
    return _swapped(before, after)


def _lost(before, after):
    """Return the facts that `before` has more often than `after`, in the order of the text."""
    kept, lost = Counter(fact.key for line in after for fact in line), []
    for fact in (fact for line in before for fact in line):
        if kept[fact.key]:
            kept[fact.key] -= 1
        else:
            lost.append(fact)
    return lost


def _without_unlikely(facts, others):
    """Return `facts` without the words that are likely names, but replaced no name."""
    rivals = [fact.key for fact in others if fact.key[0].isupper()]
    if len(facts) > _MOST_COMPARED or len(rivals) > _MOST_COMPARED:
        return facts
    return [
        fact
        for fact in facts
        if not fact.is_likely
        or (rivals and not any(_is_misspelt(fact.key, rival) for rival in rivals))
    ]


def _is_misspelt(key, other):
    return SequenceMatcher(None, key, other).ratio() >= _MISSPELT


def _swapped(before, after):
    """Return the facts of a line in which two changed places, if there is one."""
    old, new = (
        [tuple(fact.key for fact in line if not fact.is_likely) for line in lines]
        for lines in (before, after)
    )
    if Counter(old) == Counter(new) or list(chain(*old)) == list(chain(*new)):
        return None
    gone, came = Counter(old) - Counter(new), Counter(new) - Counter(old)
    lines = {tuple(sorted(line)): line for line in came}
    swapped = [(line, lines[tuple(sorted(line))]) for line in gone if tuple(sorted(line)) in lines]
    return Changes(*map(list, swapped[0])) if swapped else None


class _Reading:
    """What the words of two texts are: known from both, so that each is read in the same way."""

    def __init__(self, lines, language):
        with override(language):
            self.dates = {str(name) for name in [*WEEKDAYS.values(), *MONTHS.values()]}
        self.dates |= {name.capitalize() for name in self.dates}
        self.names, self.small = set(), set()
        for line in lines:
            in_capitals = _is_in_capitals(line)
            for match in _TOKEN.finditer(line):
                word = match[0]
                if word[0].islower():
                    self.small.add(word)
                elif _is_name(word) and not in_capitals and not _begins_sentence(line, match):
                    self.names.add(word)

    def facts(self, line):
        """Return the facts of a line, in order."""
        found = []
        tokens = list(_TOKEN.finditer(line))
        in_capitals = _is_in_capitals(line)
        # A headline may begin with any word. Its names are in the text too.
        is_sentence = _ENDS_SENTENCE.search(line)
        for place, match in enumerate(tokens):
            word = match[0]
            if word[0].isdigit():
                found.append(Fact(_number(match), word))
            elif word.casefold() in _NUMBERS or word in self.dates:
                found.append(Fact(word.casefold(), word))
            elif not _is_name(word):
                continue
            elif word.lower() in self.small:
                # Also a word without a capital, such as a title: “le Maire”, “le maire”.
                found += [Fact(word, word, is_likely=True)] * (word in self.names)
            elif word in self.names or (word.isupper() and not in_capitals):
                found.append(Fact(word, word))
            elif len(word) > _SMALL and not in_capitals and is_sentence:
                following = tokens[place + 1 : place + 2]
                is_first_name = bool(following) and _is_name(following[0][0])
                found.append(Fact(word, word, is_likely=not is_first_name))
        return found


def _is_name(word):
    return word[0].isupper() and len(word) > 1


def _begins_sentence(line, match):
    # The signs before the word are few, so that a long line takes no time that grows faster.
    start = match.start()
    before = line[start - _NEAR : start] if start > _NEAR else f".{line[:start]}"
    return bool(_BEFORE_SENTENCE.search(before)) and not _ABBREVIATION.search(before)


def _is_in_capitals(line):
    """Say whether `line` is set as a headline in English is: each word of it has a capital."""
    words = [match[0] for match in _TOKEN.finditer(line)]
    words = [word for word in words if len(word) > _SMALL and word[0].isalpha()]
    return len(words) > 3 and all(word[0].isupper() for word in words)


def _number(match):
    """Return a number without the signs between its thousands, and with a point for decimals."""
    if match["grouped"]:
        return re.sub(r"\D", "", match["grouped"]) + (match["rest"] or "").replace(",", ".")
    return match[0].replace(",", ".")
