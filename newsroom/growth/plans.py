"""What each article of a large site is, made of its number and of the number of all articles."""

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from articles.models import Correction
from articles.publishing.stages import Stage
from articles.text.slugs import slug_of

YEARS = 26
#: In the last years of these, e to this power times as much is published as in the first.
STEEPNESS = 2.5
#: The numbers of the article with the longest thread, and of one with several pages of comments.
LONGEST_THREAD, LONG_THREAD = 1, 2
SCHEDULED, WITHDRAWN, CHANGED = "scheduled", "withdrawn", "changed"
#: Those with a second edition: with a correction, with one that is still to come, a retraction, and
#: with a mended typo, of which readers need not know.
CORRECTED, TO_BE_CORRECTED, RETRACTED, MENDED = (
    "corrected",
    "to be corrected",
    "retracted",
    "mended",
)
LIVE = "live"
DRAFTS = (Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED)
#: What is rare is among the first articles once.
FIRST = [
    *(LIVE, LIVE, SCHEDULED, *DRAFTS, WITHDRAWN, CORRECTED),
    *(CHANGED, TO_BE_CORRECTED, RETRACTED, MENDED),
]
#: The number of articles of each kind in 10,000 others.
IN_10_000 = {
    SCHEDULED: 2,
    Stage.DRAFT: 40,
    Stage.IN_REVIEW: 20,
    Stage.APPROVED: 10,
    WITHDRAWN: 40,
    CORRECTED: 400,
    CHANGED: 20,
    TO_BE_CORRECTED: 1,
    RETRACTED: 4,
    MENDED: 300,
}
_KINDS = [kind for kind, number in IN_10_000.items() for _ in range(number)]


@dataclass
class PlannedEdition:
    content: dict
    start: datetime
    pressed_at: datetime
    end: datetime | None = None
    #: The kind of its correction, if it has one.
    correction: str = ""


@dataclass
class Plan:
    """An article to be made: its working copy and its editions."""

    number: int
    kind: str
    slug: str
    #: The content of the working copy by column, and the keys of its topics and authors.
    content: dict
    topics: list
    authors: list
    stage: str
    saved_at: datetime
    editions: list[PlannedEdition] = field(default_factory=list)
    notice: str = ""
    version: int = 1


def kind_of(number, rng) -> str:
    place = rng.randrange(10_000)
    if number <= len(FIRST):
        return FIRST[number - 1]
    return _KINDS[place] if place < len(_KINDS) else LIVE


def is_public(number) -> bool:
    """Say whether readers can ever have read the article with this number."""
    return kind_of(number, random.Random(number)) not in (SCHEDULED, *DRAFTS)  # noqa: S311


def plan(number, count, library) -> Plan:
    """Return the plan of the article `number` of `count`, which refers to rows of `library`."""
    rng = random.Random(number)  # noqa: S311
    kind = kind_of(number, rng)
    content = _content(number, rng, library)
    start = _start(number, count, kind, rng, library.until)
    planned = Plan(
        number,
        kind,
        f"{slug_of(content['headline'], max_length=20, default='article')}-{number}",
        content,
        _topics(rng, library),
        _authors(rng, library),
        kind if kind in DRAFTS else Stage.PUBLISHED,
        min(start, library.until),
    )
    if kind not in DRAFTS:
        _publish(planned, start, rng, library)
    return planned


def _content(number, rng, library):
    is_foreign = rng.random() < 0.05
    words = library.other if is_foreign else library.own
    standfirst, body = rng.choice(words.bodies)
    has_picture = library.pictures and rng.random() < 0.3
    picture = rng.choice(library.pictures) if has_picture else None
    return {
        "body": f"{body.removesuffix('</p>')} {words.rare_sentence(number)}</p>",
        "kicker": rng.choice(words.grow["themes"]) if rng.random() < 0.5 else "",
        "headline": words.headline(rng),
        "standfirst": standfirst,
        "dateline": rng.choice(words.grow["places"]) if rng.random() < 0.3 else "",
        "language": words.language,
        "section_id": library.foreign if is_foreign else rng.choice(library.sections),
        "lead_image_id": picture.pk if picture else None,
        "lead_alt": picture.alt if picture else "",
        "lead_caption": picture.caption if picture else "",
        "lead_credit": picture.credit if picture else "",
    }


def _topics(rng, library):
    """Return the keys of one to four topics: a few are frequent, and the first is on a fifth."""
    common, *others = library.topics
    found = {common} if rng.random() < 0.2 else set()
    found.update(_rather_early(others, rng, 2) for _ in range(rng.choice((1, 1, 2, 3))))
    return sorted(found)


def _authors(rng, library):
    found = [_rather_early(library.authors, rng, 1.5)]
    if rng.random() < 0.15:
        found.append(rng.choice(library.authors))
    return list(dict.fromkeys(found))


def _rather_early(rows, rng, steepness):
    return rows[int(rng.random() ** steepness * len(rows))]


def _start(number, count, kind, rng, until):
    """Return the time of first publication; of a draft, the time at which it was saved."""
    if number == LONGEST_THREAD:
        return until - timedelta(days=6, hours=3)
    if number == LONG_THREAD:
        return until - timedelta(days=1, hours=3)
    if kind == SCHEDULED:
        return until + timedelta(minutes=rng.randrange(60, 14 * 24 * 60))
    if kind in DRAFTS:
        return until - timedelta(minutes=int(min(rng.expovariate(1 / 30), 700) * 24 * 60))
    share = (number - rng.random()) / count
    grown = math.log(1 + share * (math.e**STEEPNESS - 1)) / STEEPNESS
    seconds = int((1 - min(grown, 1)) * YEARS * 365.25 * 24 * 60 * 60)
    return until - timedelta(minutes=5, seconds=seconds)


def _publish(planned, start, rng, library):
    """Add the editions, and what follows from them for the working copy."""
    until, grow = library.until, library.own.grow
    first = PlannedEdition(planned.content, start, min(start, until))
    planned.editions.append(first)
    later = start + timedelta(minutes=rng.randrange(30, 3 * 24 * 60))
    kind_of_correction = rng.choice(
        (Correction.Kind.CORRECTION, Correction.Kind.UPDATE, Correction.Kind.NOTE)
    )
    kind = planned.kind
    if kind == TO_BE_CORRECTED:
        later = max(later, until + timedelta(hours=5))
    elif later > until:
        planned.kind = LIVE
        return
    if kind in (CORRECTED, TO_BE_CORRECTED, RETRACTED, MENDED):
        first.end = later
        planned.content = {
            **planned.content,
            "body": f"{planned.content['body']}<p>{grow['corrected']}</p>",
        }
        second = PlannedEdition(planned.content, later, min(later, until))
        if kind == RETRACTED:
            second.correction = Correction.Kind.RETRACTION
        elif kind != MENDED:
            second.correction = kind_of_correction
        planned.editions.append(second)
        planned.saved_at = second.pressed_at
    elif kind == WITHDRAWN:
        first.end = planned.saved_at = later
        planned.stage, planned.notice = Stage.DRAFT, grow["withdrawn"]
    elif kind == CHANGED:
        planned.stage, planned.version, planned.saved_at = Stage.DRAFT, 2, later
        headline = f"{planned.content['headline']} (2)"
        planned.content = {**planned.content, "headline": headline}
