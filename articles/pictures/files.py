"""Picture files: an uploaded file is decoded, bounded in size and encoded anew.

Each stored file is written from the pixels alone. So a file that only claims to be a picture never
reaches a reader, nor does the metadata of a camera (place, owner, thumbnail). All decoding happens
in another process (`process`).
"""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from . import process

MAX_BYTES = 20 * 1024 * 1024
#: The most pixels of a picture: those of the largest full-frame cameras; for a JPEG, which takes
#: less memory, those of medium format.
MAX_PIXELS = 64_000_000
MAX_JPEG_PIXELS = 110_000_000
#: The longest side of a stored picture, in pixels: enough for full width on a dense screen.
MAX_SIDE = 2560
#: The media types and the extensions of the formats that are read (`decoding.FORMATS`).
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
EXTENSIONS = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "avif", "gif")
#: The formats of renditions, the most compact first; every browser reads the last.
FORMATS_OPAQUE = ("avif", "webp", "jpeg")
FORMATS_WITH_ALPHA = ("avif", "webp", "png")

#: The words of each refusal, by its code.
REFUSALS = {
    "too_big": _("The file is larger than %(megabytes)s MB."),
    "not_an_image": _("This is not a picture that can be read (JPEG, PNG, WebP, AVIF or GIF)."),
    "too_many_pixels": _(
        "The picture has more than %(million)s million pixels (a JPEG: %(jpeg_million)s million)."
    ),
    "too_heavy": _(
        "This picture takes too much memory or time to be read. Please save it smaller, or as a "
        "JPEG."
    ),
    "busy": _(
        "Other pictures are being prepared just now. Please choose the file again in a moment, and "
        "send it once more."
    ),
}


class Reencoded(ContentFile):
    """A picture that has passed `reencode`, with its `width` and `height` in pixels."""

    def __init__(self, content, name, width, height):
        super().__init__(content, name)
        self.width, self.height = width, height


def reencode(file) -> Reencoded:
    """Return the uploaded picture `file` encoded anew: upright, at most MAX_SIDE wide and high.

    A picture with transparency becomes a PNG, any other a JPEG; the name has the extension of its
    format. Only the first frame of an animation is kept. The outcome stays with `file`, so that it
    is decoded once, however often this is called. Raises ValidationError, with a key of REFUSALS as
    its code.
    """
    if isinstance(file, Reencoded):
        return file
    if not hasattr(file, "reencoded"):
        try:
            file.reencoded = _decode(file)
        except ValidationError as refusal:
            file.reencoded = refusal
    if isinstance(file.reencoded, ValidationError):
        raise file.reencoded
    return file.reencoded


def _decode(file):
    if file.size > MAX_BYTES:
        raise _refusal("too_big")
    try:
        decoded = process.decode(
            file, work="reencode", most_pixels=_most_pixels(), most_side=MAX_SIDE
        )
    except process.CannotDecode as error:
        raise _refusal(error.code) from error
    name = "picture.png" if decoded.facts["transparent"] else "picture.jpg"
    return Reencoded(decoded.files[0], name, decoded.facts["width"], decoded.facts["height"])


def render(file, renditions) -> list[bytes]:
    """Return the files of `renditions` of the stored picture `file`.

    Each of `renditions` is the box to cut out, the width and height in pixels, and the format.
    Raises `process.CannotDecode`.
    """
    order = {"renditions": renditions, "most_pixels": _most_pixels()}
    return process.decode(file, work="render", **order).files


def _most_pixels():
    return {"": MAX_PIXELS, "JPEG": MAX_JPEG_PIXELS}


def _refusal(code):
    limits = {
        "megabytes": MAX_BYTES // 1024**2,
        "million": MAX_PIXELS // 1_000_000,
        "jpeg_million": MAX_JPEG_PIXELS // 1_000_000,
    }
    return ValidationError(REFUSALS[code], code=code, params=limits)
