"""The grid of a table: where its cells stand, so that none overlaps another or stands alone.

The places are those of the HTML Standard (section 4.9.12, “Processing model”). Spans that reach
over nothing are cut, so `colspan="99999"` costs a reader's browser nothing, and a row that is too
short is filled up: then the table is a rectangle, as the standard asks for.
"""

from dataclasses import dataclass
from itertools import accumulate

from .bounds import refuse_too_many_cells

#: The most columns that the standard lets a cell span.
MOST_COLUMNS = 1000


@dataclass
class Cell:
    name: str
    #: The attributes without the spans, with a space before each.
    attributes: str = ""
    html: str = ""
    colspan: int = 1
    #: The number of rows; 0 for all that follow in the group.
    rowspan: int = 1
    column: int = 0

    def render(self) -> str:
        spans = "".join(
            f' {name}="{number}"'
            for name, number in (("colspan", self.colspan), ("rowspan", self.rowspan))
            if number > 1
        )
        return f"<{self.name}{spans}{self.attributes}>{self.html}</{self.name}>"


def render(groups: list[tuple[str, list[list[Cell]]]]) -> str:
    """Return the HTML of the groups of rows ("thead" or "tbody"), each a rectangle; "" if empty.

    Raises ValidationError (of `bounds`) if the table has too many places for cells.
    """
    for _name, rows in groups:
        _place(rows)
    cells = [cell for _name, rows in groups for row in rows for cell in row]
    begun = {cell.column for cell in cells}
    if not begun:
        return ""
    # The number of columns, up to each, in which a cell begins; the others are left out.
    end = max(cell.column + cell.colspan for cell in cells)
    rank = [0, *accumulate(column in begun for column in range(end))]
    for cell in cells:
        cell.colspan = rank[cell.column + cell.colspan] - rank[cell.column]
        cell.column = rank[cell.column]
    html = ""
    for number, (name, rows) in enumerate(groups):
        if rows := _filled(_without_empty_rows(rows), len(begun)):
            name = "tbody" if number else name
            shown = ("".join(cell.render() for cell in row) for row in rows)
            html += f"<{name}>{''.join(f'<tr>{row}</tr>' for row in shown)}</{name}>"
    return f"<table>{html}</table>"


def _place(rows):
    """Give each cell its column, and spans that end before another cell and with the group."""
    #: For each column, the first row in which it is free.
    free = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(free) and free[column] > number:
                column += 1
            end, most = column + 1, column + min(cell.colspan, MOST_COLUMNS)
            while end < most and (end >= len(free) or free[end] <= number):
                end += 1
            left = len(rows) - number
            cell.column, cell.colspan = column, end - column
            cell.rowspan = min(cell.rowspan or left, left)
            free += [0] * (end - len(free))
            free[column:end] = [number + cell.rowspan] * cell.colspan
            column = end
        refuse_too_many_cells(len(free) * (number + 1))


def _without_empty_rows(rows):
    """Return `rows` without those in which no cell begins, and without the spans over these."""
    kept = [0, *accumulate(bool(row) for row in rows)]
    for number, row in enumerate(rows):
        for cell in row:
            cell.rowspan = kept[number + cell.rowspan] - kept[number]
    return [row for row in rows if row]


def _filled(rows, width):
    """Add empty cells to each row that is narrower than `width` columns."""
    free = [0] * width
    for number, row in enumerate(rows):
        for cell in row:
            free[cell.column : cell.column + cell.colspan] = [number + cell.rowspan] * cell.colspan
        empty = 0
        for column in range(width + 1):
            if column < width and free[column] <= number:
                empty += 1
            elif empty:
                row.append(Cell("td", colspan=empty, column=column - empty))
                empty = 0
    return rows
