"""The elements that are open at a tag of a body, which tell `bounds` how deeply it is nested.

They are never fewer than those that a parser of HTML has open.
"""

#: Elements that a parser repeats after the end of the element around them.
_FORMATTING = {
    *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small"),
    *("strike", "strong", "tt", "u"),
}
#: Elements without content.
_VOID = {
    *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image"),
    *("img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"),
}
#: Elements that end where the next of their kind begins. Between two that are inside one another
#: there is another element, which counts.
_SELF_ENDING = {"body", "head", "html", "li", "p"}
_CELLS = {"caption", "td", "th"}
_TABLE_PARTS = _CELLS | {"col", "colgroup", "tbody", "tfoot", "thead", "tr"}


class OpenElements:
    """The elements that are open while a parser reads the tags; never fewer than the parser has.

    A cell of a table is `cell`. Formatting elements stay open when the element around them ends.
    """

    def __init__(self):
        self.stack = []

    def is_misplaced(self, name):
        """Say whether `name` would begin in a table, but in none of its cells."""
        inner = next((each for each in reversed(self.stack) if each not in _FORMATTING), "")
        return inner == "table" and name not in _TABLE_PARTS

    def open(self, name):
        if name in _TABLE_PARTS:
            if "table" in self.stack:
                self._end_from(self._last("table") + 1)
                self.stack += ["cell"] * (name in _CELLS)
        elif name not in _VOID and name not in _SELF_ENDING:
            self.stack.append(name)

    def close(self, name):
        if name == "table" or (name in _TABLE_PARTS and "cell" in self.stack):
            wanted = "table" if name == "table" else "cell"
            if wanted in self.stack and self._last(wanted) >= self._last("table"):
                self._end_from(self._last(wanted))
        elif name in self.stack:
            self._close_one(name)

    def _last(self, name):
        return len(self.stack) - 1 - self.stack[::-1].index(name)

    def _end_from(self, place):
        """End the elements from `place` on. The formatting elements in a cell end with the cell."""
        ended = self.stack[place:]
        if "cell" in ended:
            ended = ended[: ended.index("cell")]
        self.stack[place:] = [name for name in ended if name in _FORMATTING]

    def _close_one(self, name):
        """Close the last open element `name`, unless a parser might ignore this end tag.

        A formatting element is found in at most two others; any other only directly, or with
        formatting elements between.
        """
        others = 0
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] == name:
                del self.stack[place]
                return
            if self.stack[place] not in _FORMATTING:
                others += 1
                if name not in _FORMATTING or self.stack[place] == "table" or others > 2:
                    return
