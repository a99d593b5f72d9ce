"""Pictures as they come in: decoded, bounded and written anew.

What is stored was written by Pillow from pixels alone, so neither a file that only claims to be a
picture nor what a camera noted (place, owner, thumbnail) ever reaches a reader.
"""

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
#: The longer side of what is stored, in pixels: enough for a full-width picture on a dense screen.
MAX_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
#: What renditions are written in, the most compact first; every browser reads the last.
FORMATS_OPAQUE = ("avif", "webp", "jpeg")
FORMATS_WITH_ALPHA = ("avif", "webp", "png")
#: Chosen by measure: at 1280 pixels an AVIF is less than half its JPEG, and takes 0.25 s of CPU;
#: slower speeds make it hardly smaller.
ENCODING = {
    "avif": {"quality": 55, "speed": 8},
    "webp": {"quality": 76, "method": 4},
    "jpeg": {"quality": 78, "optimize": True, "progressive": True, "comment": b""},
    "png": {"optimize": True},
}


class Reencoded(ContentFile):
    """A picture that has passed `reencode`."""


def reencode(file) -> Reencoded:
    """Return the uploaded picture `file` upright, at most MAX_SIDE wide or high, written anew.

    Photographs become JPEG, pictures with transparency PNG, the first frame of an animation. The
    name's extension says which. Raises ValidationError with codes `too_big`, `not_an_image` or
    `too_many_pixels`.
    """
    if isinstance(file, Reencoded):
        return file
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)s MB."),
            code="too_big",
            params={"limit": MAX_BYTES // 1024**2},
        )
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is the one that speaks to the editor.
            warnings.simplefilter("ignore", Picture.DecompressionBombWarning)
            file.seek(0)
            picture = Picture.open(file, formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Picture.DecompressionBombError
            picture = _in_srgb(ImageOps.exif_transpose(picture))
            picture.thumbnail((MAX_SIDE, MAX_SIDE), Picture.Resampling.LANCZOS)
            transparent = picture.has_transparency_data
            picture = picture.convert("RGBA" if transparent else "RGB")
    except Picture.DecompressionBombError as error:
        raise ValidationError(
            _("The picture has more than %(limit)s million pixels."),
            code="too_many_pixels",
            params={"limit": MAX_PIXELS // 1_000_000},
        ) from error
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        raise ValidationError(
            _("This is not a picture that can be read (JPEG, PNG, WebP, AVIF or GIF)."),
            code="not_an_image",
        ) from error

    out = BytesIO()
    if transparent:
        picture.save(out, "PNG", optimize=True)
    else:
        # Pillow would copy the file's comment.
        picture.save(out, "JPEG", quality=84, optimize=True, progressive=True, comment=b"")
    return Reencoded(out.getvalue(), name="picture.png" if transparent else "picture.jpg")


def _in_srgb(picture):
    """Return the picture in the colours that browsers assume, as its profile does not stay.

    Phones photograph in wider ones, which would look dull without their profile.
    """
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        return ImageCms.profileToProfile(
            picture,
            BytesIO(profile),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except ImageCms.PyCMSError:
        return picture


# --- Renditions -------------------------------------------------------------------------------


def decode(file):
    """Return the pixels of a stored picture, for `render`."""
    picture = Picture.open(file, formats=("JPEG", "PNG"))
    picture.load()
    return picture


def render(picture, box, width, height, format) -> bytes:
    """Return the part `box` of `picture`, `width` times `height` pixels, written as `format`."""
    small = picture.resize((width, height), Picture.Resampling.LANCZOS, box=box)
    out = BytesIO()
    small.save(out, format, **ENCODING[format])
    return out.getvalue()
