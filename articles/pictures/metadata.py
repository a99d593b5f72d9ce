"""The notes that a photographer or an agency wrote into the file of a picture: IPTC, XMP and Exif.

They fill in the fields of the library where nobody has typed anything. What they mean, and how the
three say the same thing, is in the IPTC Photo Metadata Standard (https://iptc.org/std/photometadata/).
The first bytes of a file may have been written by anybody, so each note is bounded, and cleaned as
typed words are.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.utils import timezone

from common.folding import fold
from common.invisible import visible_line
from common.shortening import shorten

#: The longest note, in characters.
LONGEST = 2000
#: The year of the oldest photograph that is still there.
FIRST_YEAR = 1826

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_XMP_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"

#: Where each note may stand, the best place first: a property of XMP, the number of a dataset in
#: record 2 of IPTC's older format, or a note of Exif (`decoding.EXIF_NOTES`).
_PLACES = {
    "title": (f"{_PHOTOSHOP}Headline", 105, f"{_DC}title", 5),
    "alt": (f"{_IPTC_CORE}AltTextAccessibility",),
    "caption": (f"{_DC}description", 120, "description"),
    "creator": (f"{_DC}creator", 80, "artist"),
    "credit": (f"{_PHOTOSHOP}Credit", 110),
    "rights": (f"{_DC}rights", 116, "copyright"),
    "licence": (f"{_XMP_RIGHTS}UsageTerms", f"{_XMP_RIGHTS}WebStatement"),
    "taken": ("taken", f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated", 55),
}
#: The descriptions that cameras and programs write into every picture.
_OF_THE_CAMERA = re.compile(
    r".*\bdigital camera|sony dsc|exif_jpeg_\w+|samsung camera pictures|default|untitled|screenshot"
    r"|\W*",
    re.IGNORECASE,
)
_DATE = re.compile(r"([0-9]{4})[-:]?([0-9]{2})[-:]?([0-9]{2})(?![0-9])")


@dataclass(frozen=True)
class Notes:
    """The notes of one file, by the fields of the library; empty where it says nothing."""

    title: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    taken_on: date | None = None
    rights: str = ""
    licence: str = ""


NONE = Notes()


def read(facts: dict) -> Notes:
    """Return the notes in the `facts` of `decoding`."""
    notes = {**facts["exif"], **{int(number): v for number, v in facts["iptc"].items()}}
    notes |= _xmp(facts["xmp"].encode("latin-1"))
    if _OF_THE_CAMERA.fullmatch(notes.get("description", "")):
        notes.pop("description", None)
    found = {
        name: next(filter(None, (_line(notes.get(place)) for place in places)), "")
        for name, places in _PLACES.items()
    }
    return Notes(
        title=found["title"],
        alt=found["alt"],
        caption=found["caption"],
        credit=_credit(found["creator"], found["credit"]) or found["rights"],
        taken_on=next(filter(None, (_date(notes.get(place)) for place in _PLACES["taken"])), None),
        rights=found["rights"],
        licence=found["licence"],
    )


def _xmp(packet) -> dict:
    """Return the properties of the XMP `packet` by their names, as text or as lists of texts.

    A packet with a document type, whose entities could grow without end, is not read.
    """
    try:
        root = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        return {}
    wanted = {place for places in _PLACES.values() for place in places}
    found = {}
    for element in root.iter():
        for name in wanted.intersection(element.attrib):
            found.setdefault(name, element.attrib[name])
        if element.tag in wanted:
            items = [item for item in element.iter(f"{_RDF}li") if item.text][:20]
            if element.find(f"{_RDF}Alt") is not None:
                items = sorted(items, key=_is_for_others)[:1]
            texts = [item.text for item in items]
            found.setdefault(element.tag, texts or element.text or "")
    return found


def _is_for_others(item) -> bool:
    """Say whether an alternative of XMP is in another language than the site's.

    Of several in other languages, the usual one stands first.
    """
    language = item.get("{http://www.w3.org/XML/1998/namespace}lang", "").lower()
    return language.partition("-")[0] != settings.LANGUAGE_CODE.lower().partition("-")[0]


def _line(note) -> str:
    """Return a note, which may be a list, as one line without what nobody sees."""
    texts = note if isinstance(note, list) else [note or ""]
    # Exif has a zero byte between the copyright of the photographer and that of the editor.
    lines = (visible_line(_decoded(text[: 5 * LONGEST]).replace("\0", " ")) for text in texts)
    return shorten(", ".join(" ".join(line.split()) for line in lines if line), LONGEST)


def _decoded(text):
    """Return `text` in the characters that it was written in.

    IPTC and Exif come with one character for each byte. Today's programs write UTF-8 there, older
    ones the character set of Windows. XMP, which has others than these, is text already.
    """
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        # IPTC bounds its notes in bytes, and programs cut a letter of UTF-8 in two.
        before = raw[: error.start]
        if error.reason == "unexpected end of data" and not before.isascii():
            return before.decode()
        return raw.decode("cp1252", errors="ignore")


def _credit(creator, credit):
    """Return the photographer and the agency as newspapers write them: “Anne Leroy / AFP”."""
    longer, shorter = max(creator, credit, key=len), min(credit, creator, key=len)
    if not shorter or re.search(rf"(?<!\w){re.escape(fold(shorter))}(?!\w)", fold(longer)):
        return longer
    return f"{creator} / {credit}"


def _date(note):
    found = _DATE.match(_line(note))
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    # The clock of a camera that was never set, or of another time zone.
    latest = timezone.localdate() + timedelta(days=1)
    return day if day and day.year >= FIRST_YEAR and day <= latest else None
