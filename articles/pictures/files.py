"""Picture files: an uploaded file is decoded, bounded in size and encoded anew.

Each stored file is written from the pixels alone. So a file that only claims to be a picture never
reaches a reader, nor does the metadata of a camera (place, owner, thumbnail). All decoding happens
in another process (`process`).
"""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from . import foreign_formats, metadata, process

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
    **foreign_formats.REFUSALS,
    "animation": _(
        "This picture moves, and readers would see only its first frame. Please save the frame "
        "that you want as a JPEG or a PNG, and add that."
    ),
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
    """A picture that has passed `reencode`, with its `width` and `height` in pixels.

    `notes` are those of the uploaded file, and `moved` says whether that was an animation. The
    digest of the `pixels` is the same for each file that holds the same picture.
    """

    def __init__(
        self, content, name, width, height, *, notes=metadata.NONE, moved=False, pixels=""
    ):
        super().__init__(content, name)
        self.width, self.height = width, height
        self.notes, self.moved, self.pixels = notes, moved, pixels


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


def refuse_foreign(file):
    """Raise ValidationError for a file of another kind, which its first bytes or its name tell."""
    file.seek(0)
    if code := foreign_formats.kind_of(file.read(foreign_formats.HEAD), file.name):
        raise refusal(code)


def notes_of(beginning) -> metadata.Notes:
    """Return the notes that stand at the `beginning` of a picture's file; none if it has none.

    Raises ValidationError if that much of the file shows already that it will be refused, or with
    the code `busy`.
    """
    refuse_foreign(beginning)
    try:
        facts = process.decode(beginning, work="describe", most_pixels=_most_pixels()).facts
    except process.CannotDecode as error:
        if error.code in ("too_many_pixels", "busy"):
            raise refusal(error.code) from error
        return metadata.NONE
    if facts["moves"]:
        raise refusal("animation")
    return metadata.read(facts)


def _decode(file):
    if file.size > MAX_BYTES:
        raise refusal("too_big")
    try:
        decoded = process.decode(
            file, work="reencode", most_pixels=_most_pixels(), most_side=MAX_SIDE
        )
    except process.CannotDecode as error:
        raise refusal(error.code) from error
    facts = decoded.facts
    return Reencoded(
        decoded.files[0],
        "picture.png" if facts["transparent"] else "picture.jpg",
        facts["width"],
        facts["height"],
        notes=metadata.read(facts),
        moved=facts["moves"],
        pixels=facts["pixels"],
    )


def render(file, renditions) -> list[bytes]:
    """Return the files of `renditions` of the stored picture `file`.

    Each of `renditions` is the box to cut out, the width and height in pixels, and the format.
    Raises `process.CannotDecode`.
    """
    order = {"renditions": renditions, "most_pixels": _most_pixels()}
    return process.decode(file, work="render", **order).files


def _most_pixels():
    return {"": MAX_PIXELS, "JPEG": MAX_JPEG_PIXELS}


def refusal(code) -> ValidationError:
    """Return the refusal of `code`, a key of REFUSALS, with its words."""
    limits = {
        "megabytes": MAX_BYTES // 1024**2,
        "million": MAX_PIXELS // 1_000_000,
        "jpeg_million": MAX_JPEG_PIXELS // 1_000_000,
    }
    return ValidationError(REFUSALS[code], code=code, params=limits)
