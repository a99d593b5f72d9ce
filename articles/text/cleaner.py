"""The cleaning of the HTML of bodies: the cleaner allows the elements that the editor can write.

`clean` runs at every save, so a page can show a stored body as it is.
"""

import re

import nh3
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from common.invisible import is_blank, without_invisible
from common.link_addresses import valid_address

from ..models.image import Image
from . import content_model, footnotes
from .bounds import refuse_beyond_bounds
from .markup import SEPARATOR, STORED_IMAGE, plain_text, with_separators, with_visible_words

URL_SCHEMES = {"http", "https", "mailto", "tel"}

#: The extensions of the rich text editor (django-prose-editor's names).
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    # A quotation may be marked as a pull quote, set apart from the text that it is taken from.
    "NodeClass": {
        "cssClasses": {
            "blockquote": {
                "title": _("Quotation"),
                "cssClasses": [
                    {"className": "pull", "title": _("pull quote")},
                    # A link card quotes what a page says of itself: its title, its site.
                    {"className": "card", "title": _("link card")},
                    # An attachment is a link to a file, whose words are its title.
                    {"className": "file", "title": _("attachment")},
                ],
            }
        }
    },
    "HardBreak": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": sorted(URL_SCHEMES)},
    "Figure": {
        "pickerUrl": reverse_lazy("admin:articles_image_picker"),
        "failed": _("The library does not answer, or you are signed out. Your text is still here."),
        "close": _("Close"),
    },
    "Image": {"altLabel": _("Alternative text")},
    "Caption": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "SpecialCharacters": True,
    # Always part of a body, since words that lost their line would say the opposite; whether the
    # editor offers it is a setting, STRIKETHROUGH.
    "Strike": True,
    "Footnote": True,
    "Gallery": True,
}

#: The elements that each extension writes; a body may hold these, and paragraphs.
ELEMENTS = {
    "Bold": {"strong"},
    "Italic": {"em"},
    "Subscript": {"sub"},
    "Superscript": {"sup"},
    "Heading": {f"h{level}" for level in EDITOR_EXTENSIONS["Heading"]["levels"]},
    "BulletList": {"ul"},
    "OrderedList": {"ol"},
    "ListItem": {"li"},
    "Blockquote": {"blockquote"},
    "HardBreak": {"br"},
    "HorizontalRule": {"hr"},
    "Link": {"a"},
    "Figure": {"figure"},
    "Image": {"img"},
    "Caption": {"figcaption"},
    "Table": {"table", "thead", "tbody"},
    "TableRow": {"tr"},
    "TableHeader": {"th"},
    "TableCell": {"td"},
    "Strike": {"s"},
    "Footnote": {footnotes.TAG_NAME},
}

_NUMBER = re.compile(r"[0-9]{1,18}")
_START = re.compile(r"-?[0-9]{1,9}")
_SPAN = re.compile(r"[0-9]{1,9}")


def _valid_attribute(_element, name, value):
    """Return the value of an attribute as the HTML Standard lets it be; None to leave it out."""
    match name:
        case "href":
            # A separator inside of it would become a space, which no address may hold.
            return valid_address(value.replace(SEPARATOR, " "))
        case "start":
            return value if _START.fullmatch(value) else None
        case "colspan" | "rowspan":
            return value if _SPAN.fullmatch(value) else None
        case "scope":
            return value if value in ("row", "col", "rowgroup", "colgroup") else None
    return value


_cleaner = nh3.Cleaner(
    # `content_model` makes paragraphs of the other blocks.
    tags={"p"}.union(
        content_model.OTHER_BLOCKS,
        *(ELEMENTS.get(extension, ()) for extension in EDITOR_EXTENSIONS),
    ),
    attributes={
        # Without this, nh3 lets `lang` and `title` through on every element.
        "*": set(),
        "a": {"href"},
        "ol": {"start"},
        "img": {"data-file", "src", "alt"},
        "th": {"colspan", "rowspan", "scope"},
        "td": {"colspan", "rowspan"},
    },
    attribute_filter=_valid_attribute,
    allowed_classes={"blockquote": {"pull", "card", "file"}},
    url_schemes=URL_SCHEMES,
    link_rel=None,
)

_IMG = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_STORED = re.compile(r'<img data-file="stored ([0-9]+)">')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_FIGURE_PART = re.compile(r"<figure>|</figure>|<img\b")


class Cleaned(str):
    """A body that has passed `clean`. Any string that is made from it is a plain `str` again.

    A body from the database is a plain `str` too: another program may have written it.
    """

    __slots__ = ()


def clean(html: str) -> Cleaned:
    """Return `html` with only the elements that a body may hold, and only pictures of the library.

    A picture is found by the number in `data-file`; its address and size come from the database, so
    a foreign or outdated address cannot stay. A picture that is not in the library is removed, with
    its figure. A body with no picture and nothing to read becomes the empty string.

    Characters that nobody sees are removed, and line separators become line breaks.

    Raises ValidationError (from `bounds`) if the body is too long or too deeply nested, before or
    after its cleaning. So a stored body can be saved again.
    """
    if isinstance(html, Cleaned):
        return html
    if not html:
        return Cleaned()
    # Before the bounds and the cleaner, so that no tag and no scheme of an address appears behind
    # them.
    html = without_invisible(with_separators(html))
    refuse_beyond_bounds(html)
    html = content_model.valid(without_empty_figures(_with_library_images(_allowed(html))))
    refuse_beyond_bounds(html)
    return Cleaned("" if "<img" not in html and is_blank(plain_text(html)) else html.strip())


def _allowed(html):
    """Return `html` with the elements and attributes that a body may have, and visible words."""
    html = _cleaner.clean(html)
    if (visible := without_invisible(with_separators(html))) != html:
        # Some were entities (`&shy;`).
        html = _cleaner.clean(visible)
    return with_visible_words(html)


def mended(body: str) -> str:
    """Return a stored `body` with the elements and attributes that `clean` would leave it today.

    Its pictures stay as they are, so no database is asked. Migrations call this, for the bodies
    that were stored when the rules were others. Raises ValidationError as `clean` does.
    """
    pictures = []

    def taken_out(match):
        pictures.append(match[0])
        return f'<img data-file="stored {len(pictures) - 1}">'

    def put_back(match):
        stored = _STORED.fullmatch(match[0])
        return pictures[int(stored[1])] if stored else ""

    html = content_model.valid(_allowed(STORED_IMAGE.sub(taken_out, body)))
    return _IMG.sub(put_back, html)


def without_empty_figures(html):
    """Remove each figure that holds no picture, in one pass, even if figures are nested."""
    out, end, figures = [], 0, []
    for part in _FIGURE_PART.finditer(html):
        out += [html[end : part.start()], part[0]]
        end = part.end()
        if part[0] == "<figure>":
            figures.append({"start": len(out) - 1, "has_picture": False})
        elif part[0] != "</figure>":
            for figure in figures[-1:]:
                figure["has_picture"] = True
        elif figures:
            figure = figures.pop()
            if not figure["has_picture"]:
                del out[figure["start"] :]
            elif figures:
                figures[-1]["has_picture"] = True
    return "".join([*out, html[end:]])


def _with_library_images(html):
    tags = {match[0]: dict(_ATTRIBUTE.findall(match[1])) for match in _IMG.finditer(html)}
    numbers = {n for tag in tags.values() if _NUMBER.fullmatch(n := tag.get("data-file", ""))}
    if not tags:
        return html
    # `bounds` limits the number of pictures.
    library = Image.objects.in_bulk({int(number) for number in numbers})

    def rebuilt(match):
        tag = tags[match[0]]
        image = library.get(int(tag["data-file"])) if tag.get("data-file") in numbers else None
        if image is None:
            return ""
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" data-file="{}" loading="lazy">',
            image.file.url,
            # The text comes from the cleaner, so it is escaped already.
            mark_safe(tag.get("alt", "")),  # noqa: S308
            image.width,
            image.height,
            image.pk,
        )

    return _IMG.sub(rebuilt, html)
