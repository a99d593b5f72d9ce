"""The facts of a text: its figures, its names and its dates, as far as their form tells them.

They are what a newspaper corrects in public. A word that is mended, such as a typo, is no fact.
"""

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import chain, groupby, zip_longest
from operator import attrgetter
from typing import NamedTuple
from unicodedata import normalize

from django.utils.dates import MONTHS, MONTHS_AP, WEEKDAYS
from django.utils.translation import override

from common.folding import limit_marks


def _counted(words, numbers):
    return dict(zip(words.split(), numbers, strict=True))


def _words(text):
    return frozenset(text.split())


#: Numbers in words, but “one”, which in French is an article too.
_VALUES = {
    **_counted("two three four five six seven eight nine ten eleven twelve", range(2, 13)),
    **_counted("thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(13, 20)),
    **_counted("twenty thirty forty fifty sixty seventy eighty ninety hundred", range(20, 101, 10)),
    **_counted("third fourth fifth sixth seventh eighth ninth tenth", range(3, 11)),
    **_counted("deux trois quatre cinq sept huit neuf dix onze", [2, 3, 4, 5, 7, 8, 9, 10, 11]),
    **_counted("douze treize quatorze quinze seize", range(12, 17)),
    **_counted("vingt trente quarante cinquante soixante", range(20, 61, 10)),
    **_counted("septante huitante nonante cent vingts cents", [70, 80, 90, 100, 20, 100]),
    **_counted("deuxième troisième quatrième cinquième sixième", range(2, 7)),
    **_counted("septième huitième neuvième dixième", range(7, 11)),
    **_counted("zero zéro thousand mille", [0, 0, 1000, 1000]),
}
#: Parts of a number in words such as “vingt-et-un” that are none alone.
_JOINED = {"et": 0, "and": 0, "un": 1, "une": 1, "one": 1}
#: Words for numbers that have no value of their own, without the `s` of more than one.
_AMOUNTS = _words(
    """
    hundred thousand million billion dozen half quarter
    millier milliard dizaine douzaine centaine moitié tier quart
    """
)
#: Words beside a number, and the sign for each.
_UNITS = {
    **_counted("euro euros dollar dollars percent", "€€$$%"),
    **_counted("m k bn md M K Md", ["m", "k", "bn", "bn", "m", "k", "bn"]),
}
#: Days that are told from the day of the text.
_DAYS = _words(
    """
    yesterday today tonight tomorrow
    hier aujourd’hui demain avant-hier après-demain
    """
)
#: Words that often begin a sentence, and are no names.
_OPENINGS = _words(
    """
    about after against also although always another because been before between both but during
    each earlier either even every everyone from have here however instead into just later less
    many maybe meanwhile more most much neither never nobody nothing often once only other over
    perhaps several since some someone sometimes still such that their then there these they this
    those though under until what when where which while with without your

    ainsi alors après aucun aucune aussi autant autre autres avant avec beaucoup bien bientôt
    celle celles celui certaines certains ceux cependant cette chaque chez comme contre dans
    depuis donc dont elle elles encore enfin ensuite entre faut jamais leur leurs lorsque
    maintenant mais malgré moins même nous néanmoins parce parfois parmi pendant personne peut
    plus plusieurs pour pourtant puis puisque quand quel quelle quelque quelques rien sans selon
    sous souvent tous tout toute toutefois toutes toujours très trop vers voici voilà votre vous
    """
)
_TOKEN = re.compile(
    r"(?P<minus>(?<![\w.,])[-−](?=\d))?"
    r"(?:(?P<grouped>\d{1,3}(?:[ \u00a0\u202f.,’']\d{3})+(?!\d))(?P<rest>[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?)"
    r"|[¼½¾⅓⅔%‰$£€¥]|pour[ \u00a0\u202f]cent\b|per cent\b|[Aa]ujourd[’']hui\b"
    r"|[^\W\d_]+(?:[-‑][^\W\d_]+)*"
)
_SPACE = re.compile(r"\s")
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
    #: The sentence that holds it, counted within its line.
    sentence: int = 0

    @property
    def is_name(self):
        return self.key[0].isupper()


class Changes(NamedTuple):
    """The facts that are gone and those that came, as they stand in the texts."""

    gone: list[str]
    came: list[str]


def changes(old: list[str], new: list[str], language: str) -> Changes | None:
    """Return the facts that differ between two texts, each a list of lines; None if none does.

    A line may be a paragraph. Lines that only moved, were split or were joined differ in no fact.
    """
    old, new = ([normalize("NFC", limit_marks(line)) for line in lines] for lines in (old, new))
    reading = _Reading([*old, *new], language)
    before, after = ([reading.facts(line) for line in lines] for lines in (old, new))
    gone, came = _lost(before, after), _lost(after, before)
    gone, came = _without_unlikely(gone, came), _without_unlikely(came, gone)
    if gone or came:
        words, others = reading.other_words(old), reading.other_words(new)
        gone, came = _without_mended(gone, others - words), _without_mended(came, words - others)
        gone, came = _without_mentions(gone, came, after), _without_mentions(came, gone, before)
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
    rivals = [fact.key for fact in others if fact.is_name]
    if len(facts) > _MOST_COMPARED or len(rivals) > _MOST_COMPARED:
        return facts
    return [
        fact
        for fact in facts
        if not fact.is_likely
        or (rivals and not any(_is_misspelt(fact.key, rival) for rival in rivals))
    ]


def _without_mended(facts, words):
    """Return `facts` without the dates and numbers in words that one of the other `words` became.

    “lunid” that became “lundi” was no other day before.
    """
    if len(facts) > _MOST_COMPARED or len(words) > _MOST_COMPARED:
        return facts
    return [
        fact
        for fact in facts
        if fact.is_name or not any(_is_misspelt(fact.words.casefold(), word) for word in words)
    ]


def _without_mentions(facts, others, lines):
    """Return `facts` without the names that stand in `lines` too, unless another took their place.

    A name that is said once more or once less, such as for “she”, is no other name.
    """
    if any(fact.is_name for fact in others):
        return facts
    said = {fact.key for line in lines for fact in line}
    return [fact for fact in facts if not fact.is_name or fact.key not in said]


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
    if Counter(_sentences(before)) == Counter(_sentences(after)):
        return None
    gone, came = Counter(old) - Counter(new), Counter(new) - Counter(old)
    lines = {tuple(sorted(line)): line for line in came}
    swapped = [(line, lines[tuple(sorted(line))]) for line in gone if tuple(sorted(line)) in lines]
    return Changes(*map(list, swapped[0])) if swapped else None


def _sentences(lines):
    """Yield the facts of each sentence that has any."""
    for line in lines:
        for _sentence, facts in groupby(line, attrgetter("sentence")):
            yield tuple(fact.key for fact in facts if not fact.is_likely)


class _Reading:
    """What the words of two texts are: known from both, so that each is read in the same way."""

    def __init__(self, lines, language):
        with override(language):
            names = [*WEEKDAYS.values(), *MONTHS.values(), *MONTHS_AP.values()]
            self.dates = {str(name).removesuffix(".") for name in names}
        self.dates |= {name.capitalize() for name in self.dates}
        self.names, self.small = set(), set()
        for line in lines:
            in_capitals = _is_in_capitals(line)
            for match in _TOKEN.finditer(line):
                word = match[0]
                if word[0].islower():
                    self.small.add(word)
                elif _is_name(word) and not in_capitals and not _begins_sentence(line, match):
                    self.names.add(_name_key(word))

    def other_words(self, lines):
        """Return the words of a text that are neither numbers nor dates, without capitals."""
        return {
            match[0].casefold()
            for line in lines
            for match in _TOKEN.finditer(line)
            if match[0][0].isalpha() and not self._quantity(match, None)
        }

    def facts(self, line):
        """Return the facts of a line, in order."""
        found, sentence, before = [], 0, None
        tokens = list(_TOKEN.finditer(line))
        in_capitals = _is_in_capitals(line)
        # A headline may begin with any word. Its names are in the text too.
        is_sentence = bool(_ENDS_SENTENCE.search(line)) and not in_capitals
        for match, after in zip_longest(tokens, tokens[1:]):
            word = match[0]
            sentence += not word[0].islower() and _begins_sentence(line, match)
            if key := self._quantity(match, before):
                found.append(Fact(key, word, False, sentence))
            elif _is_name(word):
                is_known = _name_key(word) in self.names
                if word.lower() in self.small:
                    # Also a word without a capital, such as a title: “le Maire”, “le maire”.
                    is_name, is_likely = is_known, True
                elif is_known or (word.isupper() and not in_capitals):
                    is_name, is_likely = True, False
                else:
                    is_name = is_sentence and len(word) > _SMALL and word.lower() not in _OPENINGS
                    is_likely = not (after and _is_name(after[0]))
                found += [Fact(_name_key(word), word, is_likely, sentence)] * is_name
            before = match
        return found

    def _quantity(self, match, before):
        """Return the key of a number, a unit or a date; None for another word."""
        day = match[0].casefold().replace("'", "’")
        is_date = day in _DAYS or match[0] in self.dates
        return _number(match) or _unit(match, before) or (day if is_date else None)


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


def _name_key(word):
    """Return a name without what is only a matter of style: “Etat” is “État”."""
    word = normalize("NFD", word[0])[0] + word[1:].replace("‑", "-")
    return word.replace("Œ", "Oe").replace("œ", "oe")


def _number(match):
    """Return a number as its digits, with a point for decimals; None for another word."""
    word = match[0]
    if match["grouped"]:
        digits = re.sub(r"\D", "", match["grouped"]) + (match["rest"] or "").replace(",", ".")
        return f"-{digits}" if match["minus"] else digits
    if word[-1].isdigit():
        return word.replace(",", ".").replace("−", "-")
    return _value(word.casefold())


@lru_cache(maxsize=4096)
def _value(word):
    """Return the digits of a number in words, such as “vingt-et-un”; None for another word."""
    value, parts = 0, re.split("[-‑]", word)
    if _VALUES.keys().isdisjoint(parts):
        return None
    for part in parts:
        number = _VALUES.get(part, _JOINED.get(part))
        if number is None:
            return None
        # “deux-cents”, and “quatre-vingts”, the one multiple of 20.
        multiplies = value and (number in (100, 1000) or (value, number) == (4, 20))
        value = value * number if multiplies else value + number
    return str(value)


def _unit(match, before):
    """Return the sign of what a number counts, or a word for an amount; None for another word."""
    word = match[0]
    amount = word.casefold().removesuffix("s")
    if amount in _AMOUNTS:
        return amount
    if _SPACE.search(word):
        # “pour cent”
        return "%"
    if not word[0].isalpha():
        return word
    is_beside = before and match.start() - before.end() <= 1
    return _UNITS.get(word) if is_beside and (_number(before) or _unit(before, None)) else None
