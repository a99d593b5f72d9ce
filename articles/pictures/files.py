"""Picture files: an uploaded file is decoded, bounded in size and encoded anew.

Pillow writes each stored file from the pixels alone. So a file that only claims to be a picture
never reaches a reader, nor does the metadata of a camera (place, owner, thumbnail).
"""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
#: The longest side of a stored picture, in pixels: enough for full width on a dense screen.
MAX_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
#: The formats of renditions, the most compact first; every browser reads the last.
FORMATS_OPAQUE = ("avif", "webp", "jpeg")
FORMATS_WITH_ALPHA = ("avif", "webp", "png")
#: The options of each encoder, chosen by measurement: at 1280 pixels an AVIF is less than half the
#: size of the JPEG, and takes 0.25 s of CPU time; slower speeds make it hardly smaller.
ENCODING = {
    "avif": {"quality": 55, "speed": 8},
    "webp": {"quality": 76, "method": 4},
    "jpeg": {"quality": 78, "optimize": True, "progressive": True, "comment": b""},
    "png": {"optimize": True},
}


class Reencoded(ContentFile):
    """A picture that has passed `reencode`."""


def reencode(file) -> Reencoded:
    """Return the uploaded picture `file` encoded anew: upright, at most MAX_SIDE wide and high.

    A picture with transparency becomes a PNG, any other a JPEG; the name has the extension of its
    format. Only the first frame of an animation is kept. Raises ValidationError with the code
    `too_big`, `not_an_image` or `too_many_pixels`.
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
        file.seek(0)
        picture = Picture.open(file, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise Picture.DecompressionBombError
        picture = _in_srgb(ImageOps.exif_transpose(picture))
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Picture.Resampling.LANCZOS)
        transparent = picture.has_transparency_data
        picture = picture.convert("RGBA" if transparent else "RGB")
    # Above some 89 million pixels Pillow warns, which is an error where warnings are.
    except (Picture.DecompressionBombError, Picture.DecompressionBombWarning) as error:
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
        # Without an empty `comment`, Pillow would copy the comment of the uploaded file.
        picture.save(out, "JPEG", quality=84, optimize=True, progressive=True, comment=b"")
    return Reencoded(out.getvalue(), name="picture.png" if transparent else "picture.jpg")


def _in_srgb(picture):
    """Return the picture in sRGB: browsers assume it, and the stored file has no colour profile.

    Phones take photographs in wider colour spaces, which would look dull without their profile.
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
    """Return the part `box` of `picture`, resized to `width` × `height` pixels, as `format`."""
    small = picture.resize((width, height), Picture.Resampling.LANCZOS, box=box)
    out = BytesIO()
    small.save(out, format, **ENCODING[format])
    return out.getvalue()
