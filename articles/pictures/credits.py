"""The credits of the pictures in a body, from the library, added when the body is shown."""

import re

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from common.folding import fold
from common.scripts import WITHOUT_SPACES

from ..models.image import Image
from ..text.markup import STORED_IMAGE, plain_text
from ..text.typography import typeset

# A letter or a digit of a script that has spaces between its words.
_LETTER = rf"[^\W{WITHOUT_SPACES}]"
_PART = re.compile(rf"</?figure>|</?figcaption>|{STORED_IMAGE.pattern}")


class _Figure:
    """A figure that is being read."""

    def __init__(self):
        self.credits = []
        #: The places, in the list of parts, behind the opening and before the closing tag of the
        #: caption; None without a caption.
        self.caption = self.caption_end = None


def with_credits(html: str, pictures: dict[int, Image], language: str) -> str:
    """Return the stored body `html` with the credit of each of `pictures` (of `pictures_of`).

    It stands in the caption of the figure, which is made if there is none; a caption that names the
    credit already stays as it is. A picture outside of figures has its credit below it.
    """
    parts, end, figures = [], 0, []
    for found in _PART.finditer(html):
        parts += [html[end : found.start()], found[0]]
        end = found.end()
        figure = figures[-1] if figures else None
        if found[0] == "<figure>":
            figures.append(_Figure())
        elif found["pk"]:
            credit = _credit_of(pictures.get(int(found["pk"])), language)
            if figure and credit and credit not in figure.credits:
                figure.credits.append(credit)
            elif credit and not figure:
                parts.append(_shown([credit]))
        elif figure and found[0] == "<figcaption>":
            figure.caption = len(parts)
        elif figure and found[0] == "</figcaption>":
            figure.caption_end = len(parts) - 1
        elif figure:
            figures.pop()
            _add_credits(figure, parts)
    return "".join([*parts, html[end:]])


def _credit_of(image, language):
    return typeset(image.credit.strip(), language) if image else ""


def _add_credits(figure, parts):
    """Add the credits of `figure` to `parts`, whose last one is the end of the figure."""
    if figure.caption is None or figure.caption_end is None:
        if figure.credits:
            parts.insert(-1, f"<figcaption>{_shown(figure.credits)}</figcaption>")
        return
    said = fold(plain_text("".join(parts[figure.caption : figure.caption_end])))
    if missing := [credit for credit in figure.credits if not _names(said, fold(credit))]:
        parts[figure.caption_end] = f" {_shown(missing)}</figcaption>"


def _names(caption, credit):
    """Say whether the folded `caption` has the folded `credit` in it, as words of its own."""
    return re.search(rf"(?<!{_LETTER}){re.escape(credit)}(?!{_LETTER})", caption)


def _shown(credits):
    words = mark_safe(" · ").join([format_html("{}", credit) for credit in credits])
    return format_html('<span class="credit">{}</span>', mark_safe(words))  # noqa: S308
