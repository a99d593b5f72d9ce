"""The parts of editions that other tables hold, read for many editions at once.

Django's own prefetching makes its SQL anew each time, which was a third of the time of a page.
"""

from collections import defaultdict

from common.compiled_queries import compiled

from .correction import Correction
from .edition import EditionByline
from .taxonomy import Topic


def load_credits(editions, *, photos=False):
    """Read the bylines of `editions`, on request with the photos of their authors; return these."""
    of_edition = defaultdict(list)
    rows = _credits_with_photos if photos else _credits
    for credit in rows([edition.pk for edition in editions]):
        of_edition[credit.edition_id].append(credit)
    for edition in editions:
        edition.credits = of_edition[edition.pk]
    return editions


def load_for_page(edition):
    """Read all parts that the page of `edition` shows; return the edition."""
    load_credits([edition], photos=True)
    edition.subjects = _topics(edition.pk)
    edition.public_corrections = edition.told_of(_corrections(edition.article_id))
    return edition


@compiled
def _credits(editions):
    return EditionByline.objects.filter(edition__in=editions).select_related("author")


@compiled
def _credits_with_photos(editions):
    return EditionByline.objects.filter(edition__in=editions).select_related("author__photo")


@compiled
def _topics(edition):
    return Topic.objects.filter(filings__edition=edition)


@compiled
def _corrections(article):
    return Correction.objects.filter(article=article)
