"""The smaller pictures that readers get: which there are, what they are called, who makes them.

A picture's renditions are a *set*, named by what it was made with (recipe and focal point); a file
of the set is named by its ratio, width and format. So one word on the picture's row says which
files exist: pages ask the database nothing more, and a set in the making disturbs none in use.
"""

import logging
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from . import images
from .html import STORED_IMAGE
from .models import Image
from .models.rendered import OWN_RATIO

logger = logging.getLogger(__name__)

#: Widths in pixels by ratio: what the templates' `sizes` ask for, on plain and on dense screens.
WIDTHS = {
    OWN_RATIO: (480, 800, 1280, 1920),
    "3:2": (320, 640, 960, 1280, 1920),
    "4:5": (480, 800, 1200),
    "1:1": (160, 320),
}
#: For search engines, which ask for these three, at least 1200 wide
#: (https://developers.google.com/search/docs/appearance/structured-data/article).
MACHINE_RATIOS = ("16:9", "4:3", "1:1")
MACHINE_WIDTH = 1200
#: Pictures that one sweep takes on at the most: comments wait to be screened meanwhile.
BATCH = 5


@dataclass(frozen=True)
class Rendition:
    """One file of a set."""

    ratio: str
    width: int
    height: int
    format: str

    @property
    def name(self) -> str:
        return f"{(self.ratio or 'own').replace(':', 'x')}-{self.width}.{self.format}"


def plan(image) -> list[Rendition]:
    """Return every rendition of `image`; none is wider than what its crop has."""
    every = images.FORMATS_WITH_ALPHA if image.is_transparent else images.FORMATS_OPAQUE
    found = []
    for ratio, widths in WIDTHS.items():
        if ratio == "4:5" and not image.is_upright:
            continue
        for width, height in _sizes(image, ratio, widths):
            found += [Rendition(ratio, width, height, format) for format in every]
    for ratio in MACHINE_RATIOS:
        for width, height in _sizes(image, ratio, (MACHINE_WIDTH,)):
            found.append(Rendition(ratio, width, height, every[-1]))
    return list(dict.fromkeys(found))


def _sizes(image, ratio, widths):
    most, crop_height = image.crop_size(ratio)
    fitting = [width for width in widths if width <= most] or [most]
    return [(width, max(1, round(width * crop_height / most))) for width in fitting]


def sources(image, ratio=OWN_RATIO) -> dict[str, list]:
    """Return what exists for a page to choose from: by format, best first, narrow to wide."""
    found = {}
    if image.rendition_set:
        for rendition in plan(image):
            if rendition.ratio == ratio and rendition.width in WIDTHS[ratio]:
                found.setdefault(rendition.format, []).append(rendition)
    return found


# --- Making them ------------------------------------------------------------------------------


def work_off(pictures=None, *, go_on=lambda: True) -> int:
    """Make the sets that are due (of `pictures`), a few; return how many were made.

    Any number of workers may run this at once, and any of them may be killed: see `Image.claim`.
    """
    made = 0
    due = (Image.objects.all() if pictures is None else pictures).renditions_due()
    for image in due.order_by("renditions_due_at", "pk")[:BATCH]:
        if not go_on():
            break
        if not image.claim():
            continue
        try:
            make(image)
        except (OSError, ValueError, SyntaxError, RuntimeError, MemoryError) as error:
            logger.warning("No renditions of picture %s: %r", image.pk, error)
            image.record_renditions_failed()
        else:
            image.record_renditions_made()
            made += 1
    return made


def make(image):
    """Write every file of the set that `image` should have. Done twice, it does no harm."""
    storage = image.file.storage
    with image.file.open("rb") as file:
        original = images.decode(file)
    for rendition in plan(image):
        box = image.crop_box(rendition.ratio)
        data = images.render(original, box, rendition.width, rendition.height, rendition.format)
        name = image.rendition_name(rendition, image.wanted_set)
        # A worker that was killed may have left half of it.
        storage.delete(name)
        storage.save(name, ContentFile(data))


# --- Showing them -----------------------------------------------------------------------------

#: How wide a figure of a body is shown: the column of text.
BODY_SIZES = "(min-width: 64rem) 38rem, (min-width: 48rem) 75vw, 100vw"


@dataclass(frozen=True)
class Shown:
    """A picture as one address, for whoever cannot choose among widths: feeds, cards, machines."""

    url: str
    width: int
    height: int


def shown_at(image, ratio, width) -> Shown:
    """Return `image` in `ratio`, at least `width` wide if it can be; until then, as it came in."""
    if image.rendition_set:
        common = [r for r in plan(image) if r.ratio == ratio and r.format in ("jpeg", "png")]
        if common:
            wide = [r for r in common if r.width >= width] or common[-1:]
            found = min(wide, key=lambda rendition: rendition.width)
            return Shown(image.rendition_url(found), found.width, found.height)
    return Shown(image.file.url, image.width, image.height)


def picture(image, *, ratio=OWN_RATIO, sizes="100vw", alt="", css="", priority=False) -> str:
    """Return the `<picture>` of `image`, for a browser to choose format and width from.

    Right before any rendition exists, too: the file as it came in, at the size of its place. The
    lead picture has `priority`; all others wait until they come near the screen.
    """
    by_format = sources(image, ratio)
    srcsets = {
        format: ", ".join(f"{image.rendition_url(r)} {r.width}w" for r in renditions)
        for format, renditions in by_format.items()
    }
    *better, plain = srcsets.items() or [("", "")]
    width, height = image.crop_size(ratio)
    largest = by_format[plain[0]][-1] if plain[0] else None
    return format_html(
        '<picture{}>{}<img src="{}"{} alt="{}" width="{}" height="{}"{}></picture>',
        format_html(' class="{}"', css) if css else "",
        format_html_join(
            "",
            '<source type="image/{}" srcset="{}" sizes="{}">',
            ((format, srcset, sizes) for format, srcset in better),
        ),
        image.rendition_url(largest) if largest else image.file.url,
        format_html(' srcset="{}" sizes="{}"', plain[1], sizes) if largest else "",
        alt,
        largest.width if largest else width,
        largest.height if largest else height,
        mark_safe(' fetchpriority="high"' if priority else ' loading="lazy"'),  # noqa: S308
    )


def library(*bodies: str) -> dict[int, Image]:
    """Return the pictures of some stored bodies by number, with one query for all, or none."""
    numbers = {int(m["pk"]) for body in bodies for m in STORED_IMAGE.finditer(body)}
    return Image.objects.in_bulk(numbers) if numbers else {}


def with_renditions(html: str) -> str:
    """Return the stored body `html` with its pictures in all their widths; one query for all."""

    def shown(image, alt):
        return picture(image, alt=alt, sizes=BODY_SIZES)

    return _with_pictures(html, library(html), shown)


def with_plain_pictures(html: str, pictures: dict[int, Image]) -> str:
    """Return the stored body `html` with one address for each picture (of `library`): for feeds."""

    def shown(image, alt):
        plain = shown_at(image, OWN_RATIO, 1280)
        attributes = plain.url, alt, plain.width, plain.height
        return format_html('<img src="{}" alt="{}" width="{}" height="{}">', *attributes)

    return _with_pictures(html, pictures, shown)


def _with_pictures(html, pictures, shown):
    """Put in each picture as it is now: its file may be another than when the body was saved."""

    def replaced(match):
        image = pictures.get(int(match["pk"]))
        # What was stored came out of the cleaner, so it is escaped already.
        return shown(image, mark_safe(match["alt"])) if image else match[0]  # noqa: S308

    return STORED_IMAGE.sub(replaced, html)
