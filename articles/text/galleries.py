"""Galleries: two or more figures that stand together, as one block of a body.

A gallery is a figure that holds figures and nothing else, as the HTML Standard (4.4.12) shows it.
Each of them has its own picture, alternative text and caption. So all that reads figures reads
galleries, too.
"""

import re
from collections.abc import Callable

#: A gallery as `content_model` leaves it, perhaps with the marks of a comparison; its group holds
#: the figures.
_GALLERY = re.compile(
    r"<figure>((?:<figure>(?:(?!</?figure\b).)*</figure>){2,})</figure>", re.DOTALL
)
_FIGURE = "<figure>"


def gallery_of(figures: list[str]) -> str:
    """Return figures in one block; a single one is a figure as any other."""
    html = "".join(figures)
    return f"<figure>{html}</figure>" if len(figures) > 1 else html


def is_inside_of_gallery(inner: str) -> bool:
    """Say whether `inner` is what a gallery holds, not a figure of one picture."""
    return inner.startswith(_FIGURE)


def replace(html: str, shown: Callable[[str, int], str]) -> str:
    """Return clean `html` with `shown(figures, number)` in the place of each gallery.

    `figures` is the HTML of its figures, and `number` is how many they are.
    """
    return _GALLERY.sub(lambda found: shown(found[1], found[1].count(_FIGURE)), html)


def without_galleries(html: str) -> str:
    """Return clean `html` with the figures of each gallery one after another."""
    return replace(html, lambda figures, _number: figures)
