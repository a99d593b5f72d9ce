"""The checks before a takedown: it needs a reason, and the words to keep must repeat nothing."""

from ...text.passages import Passage
from .findings import finding


def of_edition(edition, *, reason, notice):
    yield from _of_reason(reason)
    if edition.suppressed_at:
        yield finding("suppressed")
    yield from _of_words([edition.headline], reason, notice)


def of_passage(passage, *, reason, replacement):
    yield from _of_reason(reason)
    wanted = Passage(passage)
    if not wanted:
        yield finding("passage_short")
    if wanted.is_in(reason) or wanted.is_in(replacement):
        yield finding("passage_repeated")


def of_picture(image, *, reason):
    yield from _of_reason(reason)
    # One word, such as “bridge”, may well be in a reason.
    yield from _of_words([w for w in (image.title, image.caption) if " " in w.strip()], reason)


def of_attachment(attachment, *, reason):
    yield from _of_reason(reason)
    yield from _of_words([w for w in [attachment.title] if " " in w.strip()], reason)


def _of_reason(reason):
    if not reason.strip():
        yield finding("reason_missing")


def _of_words(suppressed, *kept):
    if any(Passage(words).is_in(other) for words in suppressed for other in kept):
        yield finding("headline_repeated")
