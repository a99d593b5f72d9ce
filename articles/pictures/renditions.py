"""Renditions, the smaller files of a picture that readers get: their plan, names and making.

A picture's renditions are a *set*, whose name holds `RENDITION_VERSION` and the focal point; the
name of a file in the set holds its ratio, width and format. So one column of the picture's row says
which files exist: pages need no other query, and a set that is being made disturbs none in use.
"""

import logging
from dataclasses import dataclass
from functools import lru_cache

from django.core.files.base import ContentFile

from common.storage import StorageFailed

from . import files

logger = logging.getLogger(__name__)

#: The ratio of a picture that is not cropped.
OWN_RATIO = ""
#: Widths in pixels by ratio, for the `sizes` in the templates, on plain and on dense screens.
WIDTHS = {
    OWN_RATIO: (480, 800, 1280, 1920),
    "3:2": (320, 640, 960, 1280, 1920),
    "4:5": (480, 800, 1200),
    "1:1": (160, 320),
}
#: The ratios for search engines, which ask for these three, at least 1200 pixels wide
#: (https://developers.google.com/search/docs/appearance/structured-data/article).
MACHINE_RATIOS = ("16:9", "4:3", "1:1")
MACHINE_WIDTH = 1200
#: The most pictures that one sweep processes: comments wait to be screened meanwhile.
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


def crop_size(size, ratio) -> tuple[int, int]:
    """Return width and height, in pixels, of the largest crop of `size` with a ratio (“3:2”)."""
    width, height = size
    if not ratio:
        return size
    across, down = map(int, ratio.split(":"))
    if width * down > height * across:
        return max(1, round(height * across / down)), height
    return width, max(1, round(width * down / across))


def plan(image) -> tuple[Rendition, ...]:
    """Return every rendition that `image` should have; none is wider than its crop."""
    every = files.FORMATS_WITH_ALPHA if image.is_transparent else files.FORMATS_OPAQUE
    return _planned((image.width, image.height), every, with_upright=image.is_upright)


# A page asks several times for each of its pictures, and cameras have few sizes.
@lru_cache
def _planned(size, every, *, with_upright):
    found = []
    for ratio, widths in WIDTHS.items():
        if ratio == "4:5" and not with_upright:
            continue
        for width, height in _sizes(size, ratio, widths):
            found += [Rendition(ratio, width, height, format) for format in every]
    for ratio in MACHINE_RATIOS:
        for width, height in _sizes(size, ratio, (MACHINE_WIDTH,)):
            found.append(Rendition(ratio, width, height, every[-1]))
    return tuple(dict.fromkeys(found))


def _sizes(size, ratio, widths):
    most, crop_height = crop_size(size, ratio)
    there = [width for width in widths if width <= most] or [most]
    return [(width, max(1, round(width * crop_height / most))) for width in there]


def sources(image, ratio=OWN_RATIO) -> dict[str, list]:
    """Return the existing renditions with `ratio` by format: best format first, narrow to wide."""
    found = {}
    if image.rendition_set:
        for rendition in plan(image):
            if rendition.ratio == ratio and rendition.width in WIDTHS[ratio]:
                found.setdefault(rendition.format, []).append(rendition)
    return found


# --- Making renditions ------------------------------------------------------------------------


def make_due_renditions(pictures, *, should_continue=lambda: True) -> int:
    """Make at most BATCH sets of `pictures` that are due; return the number of sets made.

    It stops before the next picture when `should_continue` returns False. Any number of workers may
    run this at once, and any of them may be killed: see `Image.claim`.
    """
    made = 0
    for image in pictures.renditions_due().order_by("renditions_due_at", "pk")[:BATCH]:
        if not should_continue():
            break
        if not image.claim():
            continue
        try:
            make(image)
        except StorageFailed as error:
            logger.warning("No room for the renditions of picture %s: %s", image.pk, error)
            image.postpone_renditions()
        except (OSError, ValueError, SyntaxError, RuntimeError, MemoryError) as error:
            logger.warning("No renditions of picture %s: %r", image.pk, error)
            image.record_renditions_failed()
        else:
            image.record_renditions_made()
            made += 1
    return made


def make(image):
    """Write every file of the set that `image` should have. It is safe to repeat this."""
    storage, planned = image.file.storage, plan(image)
    with image.file.open("rb") as file:
        made = files.render(
            file, [(image.crop_box(r.ratio), r.width, r.height, r.format) for r in planned]
        )
    for rendition, data in zip(planned, made, strict=True):
        name = image.rendition_name(rendition, image.wanted_set)
        # A worker that was killed may have left half of the file.
        storage.delete(name)
        storage.save(name, ContentFile(data))


# --- Showing renditions -----------------------------------------------------------------------


@dataclass(frozen=True)
class PictureFile:
    """One address and size of a picture, for feeds and machines that cannot choose among widths."""

    url: str
    width: int
    height: int


def best_file(image, ratio, width) -> PictureFile:
    """Return the JPEG or PNG of `image` in `ratio`: the smallest at least `width` pixels wide.

    If all are narrower, return the widest; if none exists yet, the stored file, which is not
    cropped.
    """
    if image.rendition_set:
        common = [r for r in plan(image) if r.ratio == ratio and r.format in ("jpeg", "png")]
        if common:
            wide = [r for r in common if r.width >= width] or common[-1:]
            found = min(wide, key=lambda rendition: rendition.width)
            return PictureFile(image.rendition_url(found), found.width, found.height)
    return PictureFile(image.file.url, image.width, image.height)
