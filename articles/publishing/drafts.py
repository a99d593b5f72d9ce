"""The drafts of the form of an article: typed text that is stored before anybody saves it.

The form sends them every few seconds while somebody types. So their storing must cost others next
to nothing: it is one short transaction, which gives up soon where others hold the lock.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from common.short_waits import transaction_within

from ..models import Article, Draft

#: The longest wait for the lock of the database. The browser keeps the text and tries again.
LONGEST_WAIT = timedelta(seconds=1)
#: The largest text, in bytes as it is sent.
LARGEST = 1024 * 1024
#: Fields of the form that are no part of the text: the token of the session, and our own.
NO_TEXT = {"csrfmiddlewaretoken", "sitting", "colleagues_seen"}


class TakenDown(Exception):
    """Something in the article was taken down after the form was shown: its text may hold it."""


@dataclass(frozen=True)
class Typed:
    """What the form of an article held: the values of each field by its name."""

    values: dict[str, list[str]]
    sitting: str = ""

    @classmethod
    def of(cls, values, sitting=""):
        """Return the values that a browser sent. Raises ValueError if they are no such thing."""
        if not isinstance(values, dict):
            raise ValueError("The values are by the names of their fields.")
        kept = {}
        for name, each in values.items():
            if not isinstance(each, list) or not all(isinstance(value, str) for value in each):
                raise ValueError("Each field has a list of texts.")
            if name not in NO_TEXT:
                kept[_storable(name)] = [_storable(value) for value in each]
        return cls(kept, sitting)

    @classmethod
    def in_draft(cls, draft):
        """Return what a draft holds, for a form that shows it anew."""
        values = {**draft.content}
        if "base" in values:
            values["base"] = [json.dumps(values["base"])]
        return cls(values, draft.sitting)

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


def base_in(text="") -> dict:
    """Return what a browser says that the form showed, by the names of columns; else nothing."""
    with suppress(ValueError, RecursionError):
        base = json.loads(text)
        if isinstance(base, dict) and all(map(_is_of_snapshot, [*base, *base.values()])):
            return base
    return {}


def name_in(values, key) -> str:
    """Return the name that a browser sent as `key`, of a field or a sitting; else nothing."""
    name = values.get(key, "")
    return name if isinstance(name, str) and re.fullmatch("[a-zA-Z0-9_-]{1,32}", name) else ""


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


def keep(typed, article, *, by, place):
    """Store the text, or only the sign that the person `by` is here (`typed` is None).

    Raises Busy (from `common.short_waits`), or TakenDown.
    """
    with transaction_within(LONGEST_WAIT):
        values = {"place": place}
        if typed and not _has_ended(typed, article, by):
            if article and typed.number("takedowns_seen") != _count_takedowns(article):
                raise TakenDown
            values |= {
                "content": typed.content(),
                "version": typed.number("version"),
                "sitting": typed.sitting,
                "saved_at": timezone.now(),
            }
        Draft.objects.write(by, article, **values)


def _has_ended(typed, article, by):
    """Say whether a text comes so late that the form it is from was saved meanwhile."""
    ended = Draft.objects.of(by, article).filter(ended_sitting=typed.sitting)
    return bool(typed.sitting) and ended.exists()


def _count_takedowns(article):
    """Count them with the article locked, so that no takedown can come between this and the end."""
    locked = Article.objects.select_for_update(no_key=True).filter(pk=article.pk)
    list(locked.values_list("pk"))
    return article.takedowns.count()


def give_up(article, *, by, sitting=""):
    """Erase the text of `by`, as asked. Raises Busy."""
    with transaction_within(LONGEST_WAIT):
        Draft.objects.erase(by, article, sitting=sitting)


# --- Takedowns ------------------------------------------------------------------------------------


def erase_all(article):
    """Erase the unsaved texts of everybody, which hold the words of the working copy."""
    article.drafts.update(content={}, version=None, saved_at=None)
