"""Names that readers would take for the newsroom's: the site's, its authors', and its moderators'.

A comment under such a name is held, never refused: its writer may really have that name. Names are
compared by their looks (`words_seen`), so neither Cyrillic letters nor a tick behind hide one.
"""

import re
from functools import cache, lru_cache

from django.conf import settings
from django.contrib.auth import get_user_model

from articles.models import Author
from articles.models.kept_rows import KeptRows
from common.confusables import words_seen

from ..models import PublicName

#: Words by which a newsroom answers, in the languages of the site. A name that has one is held.
ROLES = (
    *("rédaction", "rédacteur", "rédactrice", "modération", "modérateur", "modératrice"),
    *("administrateur", "administratrice", "webmestre"),
    *("newsroom", "editor", "editors", "editorial", "moderation", "moderator", "moderators"),
    *("admin", "administrator", "webmaster"),
)
#: Words that do not change a name: “Courrier officiel” is “Courrier”, “Paul Courrier” is not.
_DECORATIONS = (
    "le la les l un une the a de du des d et of and by at équipe team service services compte",
    "account page site journal officiel officielle official vérifié vérifiée verified real vrai",
    "support contact presse press info news direct live online com fr org net web",
    *ROLES,
)
#: A name of so many letters is also found inside of a longer word: “lecourrierofficiel”.
_LONG = 8
#: In a name of so many letters, a letter that is repeated counts once: “Newsrooom”.
_MANY = 6
#: A shorter title says too little to be found between other words.
_SHORT = 4
_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](\w)")
_REPEATED = re.compile(r"(.)\1+")


def find_imitated(name: str) -> str:
    """Return the name of the newsroom that `name` is or looks like, or an empty string."""
    # “Marie-Anne Leroy” is not “Anne Leroy”, while “Team-Le-Courrier” is the site.
    without_hyphens = _HYPHEN.sub(lambda match: match[1].lower(), name)
    titles = _reserved((settings.SITE_NAME, *ROLES), _forms_of_a_title)
    people = _reserved(_names_of_people(), _forms_of_a_person)
    return titles.first_in(_Reading(name)) or people.first_in(_Reading(without_hyphens))


class _Reserved:
    """Reserved names by their forms, so that a name is compared with all of them at once."""

    def __init__(self, names, forms_of):
        self._names = names
        self._parts, self._wholes = {}, {}
        for place, name in enumerate(names):
            parts, wholes = forms_of(name)
            self._parts |= dict.fromkeys(parts - self._parts.keys(), place)
            self._wholes |= dict.fromkeys(wholes - self._wholes.keys(), place)
        self._long_parts = [part for part in self._parts if len(part) >= _LONG]

    def first_in(self, read) -> str:
        """Return the first of the names of which a form is in the name `read`, or an empty string.

        A part may be anywhere in it, also inside of a long word; a whole must be all of it.
        """
        inside = {part for word in read.long_words for part in self._long_parts if part in word}
        places = [self._parts[part] for part in self._parts.keys() & (read.parts | inside)]
        places += [self._wholes[whole] for whole in self._wholes.keys() & read.wholes]
        return self._names[min(places)] if places else ""


@cache
def _decorations():
    # When a comment comes, and not before: the table of characters takes 1.4 MB.
    return frozenset(words_seen(" ".join(_DECORATIONS)))


@lru_cache(maxsize=4)
def _reserved(names, forms_of):
    return _Reserved(names, forms_of)


class _Reading:
    """A name as readers see it: by its letters and signs, and by its letters alone."""

    def __init__(self, name):
        readings = [words_seen(name), words_seen(name, letters_only=True)]
        self.long_words = {word for words in readings for word in words if len(word) > _LONG}
        runs = {run for words in readings for run in _runs(words)}
        self.parts = {form for run in runs for form in _forms(run)}
        plain = {
            "".join(word for word in words if keep_all or word not in _decorations())
            for words in readings
            for keep_all in (True, False)
        }
        self.wholes = {form for whole in plain for form in _forms(whole)}


def _runs(words):
    """Return each run of neighbouring words as one word."""
    return {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    }


def _forms(word):
    """Return `word`, and if it is long, `word` without its repeated letters; nothing if empty."""
    if len(word) >= _MANY:
        return {word, _REPEATED.sub(r"\1", word)}
    return {word} - {""}


def _whole(words):
    return _forms("".join(words))


# The next two functions return the forms of a reserved name that may be a part of another name, and
# the forms that must be the whole of it.


def _forms_of_a_title(title):
    words = words_seen(title)
    # Readers call “Le Courrier de la Lorenne” “Courrier Lorenne” too.
    whole = _whole(words) | _whole([word for word in words if word not in _decorations()])
    is_found_inside = len(words) > 1 or title in ROLES
    return _whole(words) if is_found_inside and len("".join(words)) >= _SHORT else set(), whole


@lru_cache(maxsize=4096)
def _forms_of_a_person(name):
    words = words_seen(name)
    if len(words) < 2:
        # A first name alone is too common to be looked for beside a surname.
        return set(), _whole(words)
    return _whole(words) | _whole(words[::-1]), set()


# --- The names in use ---------------------------------------------------------------------------


def _read_names():
    # In a lasting order: of the same names no other index is made.
    yield from Author.objects.order_by("pk").values_list("name", flat=True)
    yield from PublicName.objects.order_by("pk").values_list("name", flat=True)
    columns = ["first_name", "last_name", "username"]
    staff = get_user_model().objects.filter(is_staff=True).order_by("pk")
    for first, last, login in staff.values_list(*columns):
        # A first name, or a login name of one word, is no name of ours: readers have it too.
        if first and last:
            yield f"{first} {last}"
        if _is_of_many_words(login):
            yield login


#: The names by which readers know, or may know, people of the newsroom.
_names_of_people = KeptRows(lambda: tuple(_read_names()))


@lru_cache(maxsize=2048)
def _is_of_many_words(name):
    return len(words_seen(name, letters_only=True)) > 1
