"""PDF (ISO 32000): a head, objects, and an end that says where the table of the objects is."""

import re

from .broken import Broken, read_at

_HEAD = re.compile(rb"%PDF-[12]\.\d\s*(?:%[^\r\n<]*[\r\n]\s*)*\d+ \d+ obj\b")
_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF[\s\0]*\Z")
#: The table of the objects, or the stream that holds one.
_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")


def check(file) -> None:
    """Raise Broken unless the file is a PDF from its first byte to its last.

    A page of HTML before the first object, or an archive behind the end, is a file of two kinds.
    """
    if not _HEAD.match(read_at(file, 0, min(file.size, 4096))):
        raise Broken
    length = min(file.size, 2048)
    end = _END.search(read_at(file, file.size - length, length))
    if not end or int(end[1]) >= file.size:
        raise Broken
    file.seek(int(end[1]))
    if not _TABLE.match(file.read(64)):
        raise Broken
