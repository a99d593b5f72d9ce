"""The formats of attachments, told and checked by the structure of the file, whatever its name is.

An attachment goes to readers byte for byte. So a file is refused unless it is whole, and is of one
of few formats that each browser reads. Those of sound are read far enough to know how long it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import mpeg4, mpeg_audio, ogg, pdf
from .broken import Broken, IsVideo, OtherCodec


@dataclass(frozen=True)
class Format:
    #: What readers call it.
    label: str
    extension: str
    media_type: str
    is_audio: bool
    #: Returns the seconds of a whole file, or None for what does not last; raises Broken.
    read: Callable


FORMATS = {
    format.extension: format
    for format in (
        Format("MP3", "mp3", "audio/mpeg", True, mpeg_audio.seconds),
        Format("M4A", "m4a", "audio/mp4", True, mpeg4.seconds),
        Format("Ogg", "ogg", "audio/ogg", True, ogg.seconds),
        Format("PDF", "pdf", "application/pdf", False, pdf.check),
    )
}
#: What a form lets choose; the bytes decide.
ACCEPT = ",".join(f".{each.extension},{each.media_type}" for each in FORMATS.values())

#: The words of each refusal, by its code.
REFUSALS = {
    "too_big": _("The file is larger than %(megabytes)s MB."),
    "damaged": _(
        "This file begins as %(format)s, but it is damaged or not whole. Please export it again."
    ),
    "sound": _(
        "Not every browser can play this kind of sound file. Please export it as an MP3, or as AAC "
        "in an M4A."
    ),
    "video": _("This is a video. Please export its sound as an MP3, and add that."),
    "picture": _("This is a picture. Please add it to the library of pictures."),
    "document": _("This document needs a program of its own. Please export it as a PDF."),
    "archive": _("This is an archive. Please unpack it, and add the files in it one by one."),
    "other": _("Only sound (MP3, M4A, Ogg Opus) and PDFs can be attached."),
}

_OFFICE = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "pages", "numbers", "key", "epub"}
#: The kinds of other files by the bytes with which they begin, and how far in these stand.
_SIGNATURES = [
    ("sound", 8, (b"WAVE", b"AIFF", b"AIFC")),
    ("sound", 0, (b"fLaC", b"\xff\xf1", b"\xff\xf9", b"#!AMR", b"MAC ", b"wvpk")),
    ("video", 0, (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"0&\xb2u")),
    ("video", 8, (b"AVI ",)),
    ("picture", 4, tuple(b"ftyp" + each for each in (b"hei", b"hev", b"avi", b"mif1", b"msf1"))),
    ("picture", 0, (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"8BPS", b"BM")),
    ("picture", 8, (b"WEBP",)),
    ("document", 0, (b"\xd0\xcf\x11\xe0", b"{\\rtf")),
    ("archive", 0, (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")),
]


@dataclass(frozen=True)
class Facts:
    format: Format
    #: Of sound, rounded up.
    seconds: int | None
    bytes: int


def facts_of(file) -> Facts:
    """Return what `file`, which can be sought and has a `size` and a `name`, is.

    Raises ValidationError, with a key of REFUSALS as its code.
    """
    if file.size > settings.ATTACHMENT_MAX_MB * 1024**2:
        raise _refusal("too_big", megabytes=settings.ATTACHMENT_MAX_MB)
    file.seek(0)
    head = file.read(64)
    format = FORMATS.get(_extension_of(head))
    if format is None:
        raise _refusal(_other_kind(head, file.name or ""))
    try:
        seconds = format.read(file)
    except IsVideo as error:
        raise _refusal("video") from error
    except OtherCodec as error:
        raise _refusal("sound") from error
    except Broken as error:
        raise _refusal("damaged", format=format.label) from error
    finally:
        file.seek(0)
    return Facts(format, seconds, file.size)


def _extension_of(head):
    """Return the extension of the format that a file may have which begins with `head`."""
    other = _other_kind(head, "")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp" and other != "picture":
        return "m4a"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"ID3") or (mpeg_audio.begins_frame(head) and other == "other"):
        return "mp3"
    return ""


def _other_kind(head, name):
    for kind, place, signatures in _SIGNATURES:
        if head[place:].startswith(signatures):
            return kind
    if head.startswith(b"PK"):
        # Documents of most programs are archives too.
        return "document" if PurePath(name).suffix.lower()[1:] in _OFFICE else "archive"
    return "other"


def _refusal(code, **params):
    return ValidationError(REFUSALS[code], code, params)
