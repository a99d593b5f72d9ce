"""The drafts of the form of an article: typed text that is stored before anybody saves it.

The form sends them every few seconds while somebody types. So their storing must cost others next
to nothing: it is one short transaction, which gives up soon where others hold the lock.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from common.keyed_hashes import keyed_hash
from common.short_waits import transaction_within

from ..models import Article, Draft

#: The longest wait for the lock of the database. The browser keeps the text and tries again.
LONGEST_WAIT = timedelta(seconds=1)
#: The largest text, in bytes as it is sent.
LARGEST = 1024 * 1024
#: Fields of the form that are no part of the text: the token of the session, and our own.
NO_TEXT = {"csrfmiddlewaretoken", "sitting", "taken_up", "colleagues_seen"}


class TakenDown(Exception):
    """Something in the article was taken down after the form was shown: its text may hold it."""


@dataclass(frozen=True)
class Typed:
    """What the form of an article held: the values of each field by its name."""

    values: dict[str, list[str]]
    sitting: str = ""
    #: The sittings whose text this one goes on with.
    taken_up: tuple[str, ...] = ()

    @classmethod
    def of(cls, values, sitting="", taken_up=()):
        """Return the values that a browser sent. Raises ValueError if they are no such thing."""
        if not isinstance(values, dict):
            raise ValueError("The values are by the names of their fields.")
        kept = {}
        for name, each in values.items():
            if not isinstance(each, list) or not all(isinstance(value, str) for value in each):
                raise ValueError("Each field has a list of texts.")
            if name not in NO_TEXT:
                kept[_storable(name)] = [_storable(value) for value in each]
        return cls(kept, sitting, taken_up)

    @classmethod
    def in_draft(cls, draft):
        """Return what a draft holds, for a form that shows it anew, in a sitting to come."""
        values = {**draft.content}
        if "base" in values:
            values["base"] = [json.dumps(values["base"])]
        return cls(values, taken_up=(draft.sitting,))

    @property
    def sittings(self):
        return (self.sitting, *self.taken_up)

    def number(self, name):
        """Return the whole number in the field `name`, or None."""
        with suppress(KeyError, IndexError, ValueError):
            number = int(self.values[name][0])
            return number if 0 <= number < 2**31 else None
        return None

    @property
    def base(self) -> dict:
        return base_in(*self.values.get("base", [])[:1])

    def content(self) -> dict:
        """Return the values as a draft holds them; see `Draft.content`."""
        return self.values | ({"base": self.base} if "base" in self.values else {})


def owner_key(person) -> str:
    """Return the name under which browsers keep copies of the texts of `person`; nobody has none.

    Two people may use one browser, and no copy is offered to another account or erased by it.
    """
    return keyed_hash("articles.drafts", person.pk)[:16] if person.pk else ""


def base_in(text="") -> dict:
    """Return what a browser says that the form showed, by the names of columns; else nothing."""
    with suppress(ValueError, RecursionError):
        base = json.loads(text)
        if isinstance(base, dict) and all(map(_is_of_snapshot, [*base, *base.values()])):
            return base
    return {}


def name_in(values, key) -> str:
    """Return the name that a browser sent as `key`, of a field or a sitting; else nothing."""
    return next(iter(names_in(values, key)), "")


def names_in(values, key) -> tuple[str, ...]:
    """Return the names that a browser sent as `key`, with spaces between them."""
    names = values.get(key, "")
    names = names.split() if isinstance(names, str) else []
    return tuple(name for name in names if re.fullmatch("[a-zA-Z0-9_-]{1,32}", name))


def _is_of_snapshot(value, levels=2) -> bool:
    """Say whether a snapshot could hold `value`: a text, a key, nothing, or lists of such."""
    if isinstance(value, list):
        return levels > 0 and all(_is_of_snapshot(each, levels - 1) for each in value)
    if isinstance(value, str):
        return _storable(value) == value
    return value is None or isinstance(value, int)


def _storable(text):
    """Return `text` without the characters that PostgreSQL's JSON cannot hold."""
    return text.replace("\0", "").encode(errors="replace").decode()


def keep(typed, article, *, by, place) -> bool:
    """Store the text, or only the sign that the person `by` is here (`typed` is None).

    Return False if the row holds a text of the same person that this one does not go on with, such
    as that of another window: it would be lost. Raises Busy (from `common.short_waits`), or
    TakenDown.
    """
    with transaction_within(LONGEST_WAIT):
        # First the article: whoever saves it has locked it, and then erases the row.
        takedowns = _count_takedowns(article) if article and typed else None
        Draft.objects.write(by, article, place=place)
        if not typed or _has_ended(typed, article, by):
            return True
        if article and typed.number("takedowns_seen") != takedowns:
            raise TakenDown
        return Draft.objects.write_text(
            by,
            article,
            over=typed.sittings,
            content=typed.content(),
            version=typed.number("version"),
            sitting=typed.sitting,
        )


def _has_ended(typed, article, by):
    """Say whether a text comes so late that the form it is from was saved meanwhile."""
    ended = Draft.objects.of(by, article).filter(ended_sitting=typed.sitting)
    return bool(typed.sitting) and ended.exists()


def _count_takedowns(article):
    """Count them with the article locked, so that no takedown can come between this and the end."""
    locked = Article.objects.select_for_update(no_key=True).filter(pk=article.pk)
    list(locked.values_list("pk"))
    return article.takedowns.count()


def give_up(article, *, by, sittings=()):
    """Erase the text of `by`, as asked; if `sittings` are named, only a text of one of these.

    Their window may go on, so a later text of it is kept again. Raises Busy.
    """
    with transaction_within(LONGEST_WAIT):
        row = Draft.objects.of(by, article)
        (row.filter(sitting__in=sittings) if sittings else row).erase()


# --- Takedowns ------------------------------------------------------------------------------------


def erase_all(article):
    """Erase the unsaved texts of everybody, which hold the words of the working copy."""
    article.drafts.all().erase()
