"""The comparison of two versions of an article, field by field, from their snapshots."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ..models import Image
from ..text.alignment import Work, runs
from ..text.differences import Pair, blocks, text_differences
from .snapshots import in_words, label

#: The order in which a reader meets the fields; those that are not named here come after.
ORDER = [
    *("kicker", "headline", "standfirst", "bylines", "dateline"),
    *("lead_image_id", "lead_alt", "lead_caption", "lead_credit"),
    *("body", "section_id", "topics", "series_id", "series_part"),
    *("related", "elsewhere", "language"),
]
LISTS = {"bylines", "topics", "related"}
#: Fields of text whose lines come, go or stay as a whole.
LINES = {"elsewhere"}
#: Fields whose words are those of the site, such as the name of a section, and not of the article.
OF_SITE = {"section_id", "topics", "series_id", "language"}
#: The unchanged blocks that are shown before and after a changed one; the others are folded.
AROUND = 1


@dataclass(frozen=True)
class Part:
    """A changed block of a body, or a run of unchanged ones."""

    #: The place of the first pair among those of the body.
    place: int
    pairs: list[Pair]
    is_same: bool
    #: Whether a page folds it, since nothing near it has changed.
    is_folded: bool = False

    @property
    def marked(self) -> SafeString:
        return format_html_join("", "{}", ((pair.marked,) for pair in self.pairs))


@dataclass(frozen=True)
class FieldDifference:
    """A field of which two versions hold different values."""

    #: The key of a snapshot.
    name: str
    label: str
    #: The new value with marks; of a body, see `parts`.
    marked: str | SafeString = ""
    pairs: list[Pair] = field(default_factory=list)
    #: The old and the new picture, each with its alternative text; None where there is none.
    pictures: tuple[tuple[Image, str] | None, tuple[Image, str] | None] | None = None

    @cached_property
    def parts(self) -> list[Part]:
        """The body in parts, in which long unchanged ones are folded."""
        return list(_parts(self.pairs))

    @property
    def is_of_site(self) -> bool:
        """Whether its words are in the language of the site, not in that of the article."""
        return self.name in OF_SITE

    @property
    def is_visible(self) -> bool:
        """Whether a mark shows the difference; two texts may differ in spaces alone."""
        html = "".join([self.marked, *(pair.marked for pair in self.pairs)])
        return bool(self.pictures) or "<ins>" in html or "<del>" in html


def differences(old: dict, new: dict, leave_out=(), work=None) -> list[FieldDifference]:
    """Return the fields of which two snapshots hold different values, in the order of reading.

    The words of the two bodies are compared for as long as `work` lets it.
    """
    names = [*ORDER, *(name for name in new if name not in ORDER)]
    return [
        _pictures(old, new) if name == "lead_image_id" else _difference(name, old, new, work)
        for name in names
        if name in old and name in new and old[name] != new[name] and name not in leave_out
    ]


def changed_labels(old: dict, new: dict) -> list[str]:
    """Return the words for the fields of which two snapshots hold different values."""
    # What was kept before a field was added does not say that the field has changed.
    return [label(name) for name in ORDER if name in old and name in new and old[name] != new[name]]


def _pictures(*contents):
    """Return the difference of two lead images, each with the words that readers of it have."""
    name = "lead_image_id"
    found = Image.objects.in_bulk([content[name] for content in contents])
    images = [(found.get(content[name]), content.get("lead_alt", "")) for content in contents]
    old, new = (pair if pair[0] else None for pair in images)
    return FieldDifference(name, label(name), pictures=(old, new))


def _difference(name, old, new, work):
    old, new = old[name], new[name]
    if name == "body":
        return FieldDifference(name, label(name), pairs=blocks(old, new, work))
    if name in LISTS:
        return FieldDifference(name, label(name), _marked_list(name, old, new))
    if name in LINES:
        lines = old.splitlines(), new.splitlines()
        return FieldDifference(name, label(name), _marked_list(name, *lines))
    return FieldDifference(
        name, label(name), text_differences(in_words(name, old), in_words(name, new))
    )


def _marked_list(name, old, new):
    """Return the items of a list with marks: each item came, went or stayed as a whole."""
    # Lists from JSON hold lists, which are not hashable.
    old, new = (
        [tuple(item) if isinstance(item, list) else item for item in items] for items in (old, new)
    )
    marked = []
    for is_same, a, b in runs(old, new, Work()):
        if is_same:
            marked += [format_html("{}", _item(name, item)) for item in new[b]]
            continue
        marked += [format_html("<del>{}</del>", _item(name, item)) for item in old[a]]
        marked += [format_html("<ins>{}</ins>", _item(name, item)) for item in new[b]]
    between = mark_safe("<br>") if name in LINES else ", "
    return format_html_join(between, "{}", ((item,) for item in marked))


def _item(name, item):
    """Return the words for an item of a list: it may be deleted since."""
    return (item if name in LINES else in_words(name, [item])) or "–"


def _parts(pairs):
    place, last = 0, len(pairs)
    for is_same, group in groupby(pairs, key=lambda pair: pair.is_same):
        group = list(group)
        if not is_same:
            for pair in group:
                yield Part(place, [pair], is_same=False)
                place += 1
            continue
        before = AROUND if place else 0
        after = AROUND if place + len(group) < last else 0
        if len(group) > before + after + 1:
            shown = [
                group[:before],
                group[before : len(group) - after],
                group[len(group) - after :],
            ]
        else:
            shown = [group, [], []]
        for number, part in enumerate(shown):
            if part:
                yield Part(place, part, is_same=True, is_folded=number == 1)
                place += len(part)
