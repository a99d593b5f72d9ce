"""The parts of editions that other tables hold, read for many editions at once.

Django's own prefetching makes its SQL anew each time, which was a third of the time of a page.
"""

from collections import defaultdict

from common.compiled_queries import compiled

from .correction import Correction
from .edition import Edition, EditionByline, EditionTopic


def live_by_key(at, keys, *, photos=False) -> dict:
    """Return those with these keys that are live at the instant `at`, by key, as lists show them.

    On request the authors have their photos.
    """
    found = load_credits(_for_lists(at, keys), photos=photos)
    return {edition.pk: edition for edition in found}


def load_credits(editions, *, photos=False):
    """Read the bylines of `editions`, on request with the photos of their authors; return these."""
    of_edition = defaultdict(list)
    rows = _credits_with_photos if photos else _credits
    for credit in rows([edition.pk for edition in editions]):
        of_edition[credit.edition_id].append(credit)
    for edition in editions:
        edition.credits = of_edition[edition.pk]
    return editions


def load_for_pages(editions):
    """Read all parts that the pages of `editions` show; return these."""
    load_credits(editions, photos=True)
    subjects, corrections = defaultdict(list), defaultdict(list)
    for filing in _filings([edition.pk for edition in editions]):
        subjects[filing.edition_id].append(filing.topic)
    corrected = [edition.article_id for edition in editions if edition.may_be_corrected]
    for correction in _corrections(corrected):
        corrections[correction.article_id].append(correction)
    for edition in editions:
        edition.subjects = subjects[edition.pk]
        edition.public_corrections = edition.told_of(corrections[edition.article_id])
    return editions


@compiled
def _for_lists(at, keys):
    editions = Edition.objects.live(at).for_lists().prefetch_related(None)
    return editions.filter(pk__in=keys).order_by()


@compiled
def _credits(editions):
    return EditionByline.objects.filter(edition__in=editions).select_related("author")


@compiled
def _credits_with_photos(editions):
    return EditionByline.objects.filter(edition__in=editions).select_related("author__photo")


@compiled
def _filings(editions):
    filings = EditionTopic.objects.filter(edition__in=editions).select_related("topic")
    return filings.order_by("topic__name")


@compiled
def _corrections(articles):
    return Correction.objects.filter(article__in=articles)
