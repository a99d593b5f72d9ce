"""The blocks of a body: its paragraphs, headings, lists, quotations, tables and figures."""

from .markup import TAG

_WITHOUT_END = {"br", "hr", "img"}


def blocks_of(html: str) -> list[str]:
    """Return the outermost elements of a cleaned body; joined, they are the body."""
    blocks, begin, depth = [], 0, 0
    for tag in TAG.finditer(html):
        name = tag[0].strip("</>").split()[0]
        if tag[0].startswith("</"):
            depth -= 1
        elif name not in _WITHOUT_END:
            depth += 1
        if depth == 0:
            blocks.append(html[begin : tag.end()])
            begin = tag.end()
    return [*blocks, html[begin:]] if html[begin:] else blocks
