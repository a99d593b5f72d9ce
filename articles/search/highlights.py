"""The results of a search, with the words of the query marked."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.search.words import MAX_WORD_LENGTH, compounds, has_no_spaces, runs, words
from common.shortening import boundary

from ..text.markup import plain_text
from ..text.typography import typeset
from .newest import Found
from .words import LANGUAGES, stem

#: The length of an excerpt before and behind the first word found, in characters.
BEFORE, BEHIND = 80, 160
#: The length of the text in which a word is looked for, in characters: a page shows many results.
SEARCHED = 100_000


class Result(NamedTuple):
    """What was found, and its texts with the words of the query marked."""

    found: Found
    headline: SafeString
    standfirst: SafeString
    #: The part of the body around the first word; empty if the body has none.
    excerpt: SafeString


def results(page, query) -> Iterator[Result]:
    """Yield the results on a page (`newest.ResultsPage`) of what `query` found."""
    stems = query.stems()
    for found in page:
        language = found.language
        headline, standfirst = (
            mark(typeset(text, language), stems) for text in (found.headline, found.standfirst)
        )
        yield Result(found, headline, standfirst, excerpt(plain_text(found.body), stems, language))


def positions(text, stems) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) positions in `text` of the words whose stem is one of `stems`.

    Joined words count as one, and positions never overlap.
    """
    if not _may_hold(text, stems):
        return
    start, end = 0, 0
    for word in sorted((*words(text), *compounds(text)), key=lambda word: word.start):
        for first, last in _found_in(word, stems):
            if first >= end:
                if end:
                    yield start, end
                start = first
            end = max(end, last)
    if end:
        yield start, end


def _may_hold(text, stems):
    """Say whether some word of `text` may be found: most lines of an article hold none."""
    found = runs(text, "".join(sorted({token[0] for token in stems if token})))
    return found is None or any(
        len(run) > MAX_WORD_LENGTH or _is_found_within(run, stems) for run in found
    )


@lru_cache(maxsize=2048)
def _is_found_within(run, stems):
    return any(_is_found(word.text, stems) for word in (*words(run), *compounds(run)))


@lru_cache(maxsize=2048)
def _is_found(word, stems):
    """Say whether a word is found as a whole. Most words of a text are met again and again.

    A stem begins as its words do, and to look at that is spared most of the stemming.
    """
    begin = stem(word[0], "")
    return any(token.startswith(begin) for token in stems) and any(
        stem(word, language) in stems for language in LANGUAGES
    )


def _found_in(word, stems):
    """Yield the (start, end) of `word` or, in a script without spaces, of the parts found in it."""
    if _is_found(word.text, stems):
        yield word.start, word.end
    elif has_no_spaces(word.text) and len(word.text) == word.end - word.start:
        tokens = [stem(character, "") for character in word.text]
        place = 0
        while place < len(tokens):
            # A mark of the character before has no token.
            stop = _longest(tokens, place, stems) if tokens[place] else place
            if stop > place:
                yield word.start + place, word.start + stop
            place = max(stop, place + 1)


def _longest(tokens, place, stems):
    """Return the end of the most `tokens` from `place` that are one of `stems`; `place` if none."""
    end, joined = place, ""
    for at in range(place, len(tokens)):
        joined += tokens[at]
        if joined in stems:
            end = at + 1
        if not any(longer.startswith(joined) for longer in stems):
            break
    return end


def _first(text, stems):
    """Return the first of the `positions` in `text`, or None. No word goes on over a line end."""
    start = 0
    for line in text.split("\n"):
        for first, last in positions(line, stems):
            return start + first, start + last
        start += len(line) + 1
    return None


def mark(text, stems) -> SafeString:
    """Return `text` as HTML, with the words whose stem is one of `stems` in `<mark>`."""
    pieces, end = [], 0
    for start, stop in positions(text, stems):
        pieces += [(text[end:start], text[start:stop])]
        end = stop
    marked = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", marked, text[end:])


def excerpt(text, stems, language="") -> SafeString:
    """Return the part of `text` around the first word found, marked; empty if there is none.

    The part has the typography of `language`.
    """
    first = _first(text[:SEARCHED], stems)
    if not first:
        return SafeString("")
    start, stop = first
    start, stop = max(0, start - BEFORE), min(len(text), stop + BEHIND)
    # Cut between words, or between characters where a text has no spaces, and make the line ends
    # between blocks spaces.
    if start:
        start = text.find(" ", start, first[0]) + 1 or boundary(text, start)
    if stop < len(text):
        space = text.rfind(" ", first[1], stop)
        stop = space if space >= 0 else max(boundary(text, stop), first[1])
    part = typeset(" ".join(text[start:stop].split()), language)
    return format_html(
        "{}{}{}", "…" if start else "", mark(part, stems), "…" if stop < len(text) else ""
    )
