"""The text of a CSV file that a spreadsheet opens: no cell is a formula, and each row is a line."""

import csv
import re
from datetime import date, datetime
from html import unescape
from io import StringIO
from numbers import Number

from django.utils import timezone
from django.utils.formats import get_format
from django.utils.html import strip_tags
from django.utils.translation import gettext

#: Excel takes a file without it for one in the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"

#: Tabs, line ends and other controls, which end a cell or a row in programs that split by them.
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")

#: A character with which a formula begins (OWASP, “CSV Injection”), with its full-width and small
#: forms, at the beginning of a cell or of what a program takes for one that splits at another
#: separator. Quotes, spaces and characters that nobody sees may stand before it.
_FORMULA = re.compile(
    r"(^|[;,])"
    r"(?=[\s\"'“”„‘’«»\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
    r"[=+\-@＝＋－＠﹦﹢﹣﹫−])"
)


def separator() -> str:
    """Return what stands between two cells in the current language.

    Excel splits at the semicolon wherever a comma begins the decimals, as in French.
    """
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def cell(value):
    """Return `value` as a cell: a number as it is; anything else as one line that is no formula.

    A moment is told in the current time zone, in a form of ISO 8601 that spreadsheets read as a
    date, so without its offset. An apostrophe before what would begin a formula makes it a text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Number):
        return value
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    text = unescape(strip_tags(value)) if hasattr(value, "__html__") else str(value)
    return _FORMULA.sub(r"\1'", _CONTROLS.sub(" ", text).strip(" "))


def lines(rows) -> str:
    """Return `rows` of values as lines of a file.

    Each text is quoted: one that holds a separator of another language stays whole there too.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=separator(), quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
