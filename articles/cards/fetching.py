"""The fetching of the pages of link cards, by a worker: the page once, and its picture."""

import logging

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from common.outbound import CannotFetch, fetch, is_public_server
from common.storage import StorageFailed

from ..pictures import files
from .page_head import facts_of

logger = logging.getLogger(__name__)

#: The most bytes of a page that are read: its head is at its beginning.
PAGE_BYTES = 1024 * 1024
PAGES = ("text/html", "application/xhtml+xml")
#: A picture that is less wide, in pixels, is a logo or counts visitors.
LEAST_WIDTH = 120
#: The most cards that one sweep fetches: comments wait to be screened meanwhile.
BATCH = 5


def fetch_due(cards, *, should_continue=lambda: True):
    """Fetch at most BATCH of `cards` that are due.

    It stops before the next one when `should_continue` returns False. Any number of workers may run
    this at once, and any of them may be killed: see `LinkCard.claim`.
    """
    for card in cards.due().order_by("due_at", "pk")[:BATCH]:
        if not should_continue():
            break
        if card.claim():
            fetch_one(card)


def fetch_one(card, *, may_connect=is_public_server):
    """Fetch the page of `card`, which this worker has claimed, and store what it says."""
    try:
        page = fetch(
            card.address,
            media_types=PAGES,
            most_bytes=PAGE_BYTES,
            cut=True,
            may_connect=may_connect,
        )
        facts = facts_of(page.address, page.body, page.charset)
        if not facts.title:
            raise CannotFetch("untitled")
        image = card.image or _picture(facts, may_connect)
    except CannotFetch as error:
        logger.info("No link card: %s", error.code)
        card.record_failed(error.code)
    else:
        card.record_fetched(facts, image)


def _picture(facts, may_connect):
    """Return the page's picture as one of the library, or None: a card may do without."""
    if not facts.picture:
        return None
    try:
        answer = fetch(
            facts.picture,
            media_types=files.MEDIA_TYPES,
            most_bytes=files.MAX_BYTES,
            may_connect=may_connect,
        )
        file = files.reencode(ContentFile(answer.body, "picture"))
        if file.width < LEAST_WIDTH:
            return None
        return apps.get_model("articles", "Image").objects.create(
            title=f"{facts.source}: {facts.title}"[:120],
            file=file,
            # The title beside it says the same, and links to the page.
            decorative=True,
            # No credit: the page does not say who made it.
            rights=_("From a page of %(site)s; make sure that you may show it.")
            % {"site": facts.source},
        )
    except ValidationError as error:
        if error.code == "busy":
            raise CannotFetch("unreachable") from error
        return None
    except StorageFailed as error:
        raise CannotFetch("unreachable") from error
    except CannotFetch:
        return None
