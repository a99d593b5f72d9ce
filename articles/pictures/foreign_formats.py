"""Files of other kinds that editors have at hand, each refused with the words that help.

They are told by their first bytes, whatever the name says; if these tell nothing, by the extension.
"""

import re

from django.utils.translation import gettext_lazy as _

#: The number of bytes at the beginning of a file that tell its kind.
HEAD = 4096

#: The words of each refusal, by its code.
REFUSALS = {
    "heic": _(
        "This is a HEIC picture, as iPhones take them, and most browsers cannot show it. Please "
        "export it as a JPEG; on the phone, Settings → Camera → Formats → “Most Compatible” makes "
        "JPEGs from now on."
    ),
    "svg": _(
        "This is a drawing in SVG, which cannot be published here. Please export it as a PNG, at "
        "least 2,000 pixels wide."
    ),
    "pdf": _("This is a PDF. Please export the page, or the picture in it, as a JPEG or a PNG."),
    "tiff": _("This is a TIFF, a format for print. Please save it as a JPEG or a PNG."),
    "raw": _("This is the raw file of a camera. Please develop it, and export it as a JPEG."),
    "video": _("This is a video. Please save one frame of it as a JPEG or a PNG, and add that."),
    "other_picture": _(
        "This kind of picture cannot be read here. Please save it as a JPEG or a PNG."
    ),
}

#: The kinds by extension.
_EXTENSIONS = {
    "heic": "heic heics heif heifs hif",
    "svg": "svg svgz",
    "pdf": "pdf ai eps ps",
    "tiff": "tif tiff",
    "raw": "3fr arw cr2 cr3 crw dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 srw x3f",
    "video": "3gp asf avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv webm wmv",
    "other_picture": "bmp cur dib exr hdr ico j2k jp2 jpf jpx jxl psb psd tga wbmp xcf",
}
_KINDS = {extension: kind for kind, all in _EXTENSIONS.items() for extension in all.split()}

#: The kinds by the bytes with which their files begin.
_SIGNATURES = [
    ("tiff", rb"II\*\0|MM\0\*|II\+\0|MM\0\+"),
    ("raw", rb"IIR[OS]|MMOR|IIU\0|II\x1a\0\0\0HEAPCCDR|FUJIFILMCCD-RAW|FOVb|\0MRM"),
    ("pdf", rb".{0,1024}%PDF-|%!PS|\xc5\xd0\xd3\xc6"),
    ("video", rb"\x1aE\xdf\xa3|RIFF.{4}AVI |\0\0\x01[\xb3\xba]|FLV\x01|0&\xb2u\x8ef\xcf\x11|OggS"),
    (
        "other_picture",
        rb"BM.{12}[\x0c\x28\x38\x40\x6c\x7c]\0\0\0|8BPS|\xff\x0a|\0\0\0\x0c(jP  |JXL )",
    ),
    ("other_picture", rb"\xff\x4f\xff\x51|gimp xcf|\0\0[\x01\x02]\0.\0|v/1\x01"),
]
_SIGNATURES = [(kind, re.compile(pattern, re.DOTALL)) for kind, pattern in _SIGNATURES]
_SVG = re.compile(rb"<\?xml|<!--|<!doctype svg|<svg[\s>]", re.IGNORECASE)

#: The brands of ISO base media files (ISO/IEC 14496-12, section 4.3) that are pictures.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_PICTURE_BRANDS = _HEIC_BRANDS | {b"mif1", b"msf1", b"mif2", b"miaf"}


def kind_of(head: bytes, name: str) -> str:
    """Return the key of REFUSALS for a file that begins with `head`; "" if it may be one of ours.

    `name` is the name under which the file came.
    """
    by_name = kind_of_name(name)
    for kind, signature in _SIGNATURES:
        if signature.match(head):
            # Most raw files are TIFFs that only their makers' programs read.
            return "raw" if (kind, by_name) == ("tiff", "raw") or head[8:10] == b"CR" else kind
    if head[4:8] == b"ftyp":
        return _kind_of_media(head)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _SVG.match(text) and re.search(rb"<svg[\s>]", text, re.IGNORECASE):
        return "svg"
    return "" if _is_ours(head) else by_name


def kind_of_name(name: str) -> str:
    """Return the key of REFUSALS for the extension of `name`; "" for any other extension."""
    return _KINDS.get(name.rpartition(".")[2].lower(), "") if name else ""


def _kind_of_media(head):
    """Return the kind of an ISO base media file by its brands, the first of which is the major."""
    size = min(int.from_bytes(head[:4]), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    if {b"avif", b"avis"}.intersection(brands):
        return ""
    if brands[0] == b"crx ":
        return "raw"
    return "heic" if brands[0] in _PICTURE_BRANDS or _HEIC_BRANDS.intersection(brands) else "video"


def _is_ours(head):
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )
