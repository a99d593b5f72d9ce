"""The HTML that shows the pictures of the library, on pages and in feeds."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from common.compiled_queries import compiled

from ..models.image import Image
from ..text import galleries
from ..text.markup import STORED_IMAGE, picture_numbers
from .credits import with_credits
from .renditions import OWN_RATIO, WIDTHS, best_file, sources

#: The width at which a page shows a picture of a body: that of the text column.
BODY_SIZES = "(min-width: 64rem) 38rem, (min-width: 48rem) 75vw, 100vw"
#: In a gallery the pictures stand side by side, and have one ratio.
GALLERY_SIZES = "(min-width: 64rem) 19rem, (min-width: 48rem) 38vw, 50vw"
GALLERY_RATIO = "3:2"

#: A link of a clean body.
_LINK = re.compile(r'<a\b(?:[^<>"]|"[^"]*")*>(?:(?!</a>).)*</a>', re.DOTALL)


def picture(image, *, ratio=OWN_RATIO, sizes="100vw", alt="", css="", priority=False) -> str:
    """Return the `<picture>` of `image`, from which a browser chooses a format and a width.

    Before any rendition exists, it shows the stored file, with the width and height of the crop.
    The lead picture has `priority`; a browser loads the others when they come near the screen.
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


def pictures_of(*bodies: str) -> dict[int, Image]:
    """Return the pictures of some stored `bodies` by primary key, with at most one query."""
    numbers = set().union(*map(picture_numbers, bodies))
    return {image.pk: image for image in _with_keys(sorted(numbers))} if numbers else {}


@compiled
def _with_keys(keys):
    return Image.objects.filter(pk__in=keys)


def with_renditions(html: str, language: str = "") -> str:
    """Return the stored body `html` with each picture in all its widths, and with its credit.

    It runs at most one query.
    """
    pictures = pictures_of(html)

    def render(image, alt):
        return picture(image, alt=alt, sizes=BODY_SIZES)

    def with_linked_pictures(figures):
        # A link holds no other: what an editor has linked leads where the editor wants.
        return _LINK.sub(lambda link: _with_pictures(link[0], pictures, _cropped), figures)

    def gallery(figures, number):
        figures = _with_pictures(with_linked_pictures(figures), pictures, _in_gallery)
        label = ngettext("%(number)s picture", "%(number)s pictures", number) % {"number": number}
        return format_html(
            '<figure class="gallery" aria-label="{}">{}</figure>',
            label,
            mark_safe(figures),  # noqa: S308
        )

    html = galleries.replace(with_credits(html, pictures, language), gallery)
    return _with_pictures(html, pictures, render)


def _in_gallery(image, alt):
    """Return a picture of a gallery: cropped, so that its rows are even, with a link to all of it.

    The words of the link are those of the picture, and say where it leads.
    """
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        best_file(image, OWN_RATIO, max(WIDTHS[OWN_RATIO])).url,
        _cropped(image, alt),
        gettext("(in full size)"),
    )


def _cropped(image, alt):
    return picture(image, ratio=GALLERY_RATIO, alt=alt, sizes=GALLERY_SIZES)


def with_plain_pictures(html: str, pictures: dict[int, Image], language: str) -> str:
    """Return the stored body `html` with one address for each of `pictures` (of `pictures_of`).

    Each has its credit. For feeds, whose readers do not choose among widths, and show the figures
    of a gallery one after another.
    """

    def render(image, alt):
        plain = best_file(image, OWN_RATIO, 1280)
        attributes = plain.url, alt, plain.width, plain.height
        return format_html('<img src="{}" alt="{}" width="{}" height="{}">', *attributes)

    html = galleries.without_galleries(with_credits(html, pictures, language))
    return _with_pictures(html, pictures, render)


def _with_pictures(html, pictures, render):
    """Put in the present file of each picture: it may have changed since the body was saved."""

    def replacement(match):
        image = pictures.get(int(match["pk"]))
        # The stored text came from the cleaner, so it is escaped already.
        return render(image, mark_safe(match["alt"])) if image else match[0]  # noqa: S308

    return STORED_IMAGE.sub(replacement, html)
