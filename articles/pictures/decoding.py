"""The program that decodes and encodes pictures. `process` runs it, in a process of its own.

    python -I decoding.py '{"work": "reencode", …}' <picture >results

A small file can cost gigabytes and minutes to decode, and decoders are programs in C that have had
security holes. So this program has limits for memory and time, knows no secret of the site, opens
only the formats in FORMATS, and may be killed at any moment.

The first line of the output is JSON: `{"error": code}`, or facts about the results and the `sizes`,
in bytes, of the files that follow it.
"""

import json
import resource
import sys
from contextlib import suppress
from hashlib import sha256
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    ImageCms,
    ImageMath,
    ImageOps,
    IptcImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)
from PIL import Image as Picture

#: The formats that are read. Their plugins are imported here, since Pillow would look for a plugin
#: that is missing by importing all it has.
FORMATS = {
    "JPEG": JpegImagePlugin,
    "PNG": PngImagePlugin,
    "WEBP": WebPImagePlugin,
    "AVIF": AvifImagePlugin,
    "GIF": GifImagePlugin,
}
#: The options of each encoder, chosen by measurement: at 1280 pixels an AVIF is less than half the
#: size of the JPEG, and takes 0.25 s of CPU time; slower speeds make it hardly smaller.
ENCODING = {
    "avif": {"quality": 55, "speed": 8},
    "webp": {"quality": 76, "method": 4},
    "jpeg": {"quality": 78, "optimize": True, "progressive": True, "comment": b""},
    "png": {"optimize": True},
}
#: The formats that may be animations. Some phones store more pictures in a JPEG, which do not move.
MOVING = ("PNG", "WEBP", "AVIF", "GIF")
#: The notes in Exif that `metadata` reads, by tag; the time of taking stands in a part of its own.
EXIF_NOTES = {0x010E: "description", 0x013B: "artist", 0x8298: "copyright"}
EXIF_PART, EXIF_TAKEN = 0x8769, 0x9003
#: The longest note that is read, in characters, and the longest packet of XMP, in bytes.
MOST_OF_A_NOTE, MOST_OF_XMP = 10_000, 256 * 1024


class CannotDecode(Exception):
    """The picture is refused; the argument is the code of the error (`files.REFUSALS`)."""


def limit_this_process(memory, seconds, output):
    """Limit the memory and the output, in bytes, and the CPU time, in seconds."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS refuses a limit of memory.
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    # Each thread of an encoder or decoder would reserve memory of its own.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # `open_picture` has limits of our own.
    Picture.MAX_IMAGE_PIXELS = None


def open_picture(file, most_pixels):
    """Open the picture in `file`, whose header says how large it is, without decoding it.

    `most_pixels` has the limit of each format, and under "" that of the others.
    """
    picture = Picture.open(file, formats=list(FORMATS))
    if picture.width * picture.height > most_pixels.get(picture.format, most_pixels[""]):
        raise CannotDecode("too_many_pixels")
    return picture


def reencode(file, *, most_pixels, most_side):
    """Return the picture in `file` upright, in sRGB, at most `most_side` wide and high.

    A picture with a transparent pixel becomes a PNG, any other a JPEG: many programs write an alpha
    channel that is opaque everywhere. Of an animation, only the first frame is decoded.
    """
    picture = open_picture(file, most_pixels)
    facts = _describe(picture, file)
    # A JPEG is made smaller while it is decoded, by 2, 4 or 8; other formats ignore this.
    picture.draft(None, (most_side, most_side))
    picture = _in_plain_mode(picture)
    picture.thumbnail((most_side, most_side), Picture.Resampling.LANCZOS)
    picture = _in_srgb(ImageOps.exif_transpose(picture))
    out = BytesIO()
    transparent = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    if transparent:
        # Without a `None`, Pillow would copy the profile of the uploaded file.
        picture.save(out, "PNG", optimize=True, icc_profile=None)
    else:
        picture = picture.convert("RGB")
        # Without an empty `comment`, Pillow would copy the comment of the uploaded file.
        picture.save(out, "JPEG", quality=84, optimize=True, progressive=True, comment=b"")
    facts |= {"width": picture.width, "height": picture.height, "transparent": transparent}
    facts["pixels"] = sha256(
        f"{picture.mode} {picture.size}".encode() + picture.tobytes()
    ).hexdigest()
    return facts, [out.getvalue()]


def describe(file, *, most_pixels):
    """Return what the file, or its beginning, says of the picture, which is not decoded."""
    return _describe(open_picture(file, most_pixels), file), []


def _describe(picture, file):
    """Return whether the picture moves, and the notes of its file as they stand there.

    All text is in Latin-1, one character for each byte. Broken notes are no notes.
    """
    facts = {"moves": False, "iptc": {}, "exif": {}, "xmp": ""}
    with suppress(Exception):
        facts["moves"] = picture.format in MOVING and _moves(picture, file)
    with suppress(Exception):
        facts["iptc"] = {
            str(number): [
                value[:MOST_OF_A_NOTE].decode("latin-1") for value in _listed(values)[:20]
            ]
            for (record, number), values in (IptcImagePlugin.getiptcinfo(picture) or {}).items()
            if record == 2
        }
    with suppress(Exception):
        # `getexif` would decode a PNG.
        exif = Picture.Exif()
        exif.load(picture.info.get("exif"))
        notes = {name: exif.get(tag) for tag, name in EXIF_NOTES.items()}
        notes["taken"] = exif.get_ifd(EXIF_PART).get(EXIF_TAKEN)
        facts["exif"] = {
            name: value[:MOST_OF_A_NOTE] for name, value in notes.items() if isinstance(value, str)
        }
    with suppress(Exception):
        xmp = picture.info.get("xmp") or b""
        xmp = xmp.encode() if isinstance(xmp, str) else xmp
        facts["xmp"] = xmp.decode("latin-1") if len(xmp) <= MOST_OF_XMP else ""
    return facts


def _moves(picture, file):
    if picture.format == "GIF":
        # Pillow looks for the second frame, and would be there if that one is broken.
        picture = Picture.open(BytesIO(file.getvalue()), formats=["GIF"])
    return picture.is_animated


def _listed(values):
    # Pillow gives None for an empty value.
    return [value for value in (values if isinstance(values, list) else [values]) if value][:20]


def _in_plain_mode(picture):
    """Return the picture in a mode that can be made smaller: RGBA if it may have transparency."""
    if picture.mode.startswith("I"):
        picture = _with_8_bits(picture)
    elif picture.format == "PNG" and picture.info.get("transparency") is not None:
        _bring_key_to_8_bits(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _with_8_bits(picture):
    """Return a picture in grey of 16 bits with the upper 8: `convert` alone makes it white.

    One of its greys may be transparent (`tRNS` of PNG). It is looked for in all 16 bits, or other
    greys near it would be transparent too.
    """
    grey = picture.point(lambda value: value * (1 / 257)).convert("L")
    key = grey.info.pop("transparency", None)
    if key is None:
        return grey
    opaque = ImageMath.lambda_eval(
        lambda names: names["convert"]((names["grey"] != key) * 255, "L"), grey=picture.convert("I")
    )
    merged = Picture.merge("LA", (grey, opaque))
    merged.info = grey.info
    return merged


def _bring_key_to_8_bits(picture):
    """Bring the one transparent colour of a PNG to the 8 bits that Pillow decodes samples to.

    Pillow leaves it as the file has it, in as many bits as a sample has there.
    """
    key, stored_as = picture.info["transparency"], picture.tile[0].args
    if stored_as == "RGB;16B":
        picture.info["transparency"] = tuple(value >> 8 for value in key)
    elif stored_as in ("L;2", "L;4"):
        picture.info["transparency"] = key * (85 if stored_as == "L;2" else 17)


def _in_srgb(picture):
    """Return the picture in sRGB: browsers assume it, and the stored file has no colour profile.

    Phones take photographs in wider colour spaces, which would look dull without their profile.
    """
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("L", "RGB", "RGBA", "CMYK"):
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


def render(file, *, renditions, most_pixels):
    """Return the renditions of the stored picture in `file`.

    Each of `renditions` has the box to cut out, width, height and format.
    """
    picture = open_picture(file, most_pixels)
    results = []
    for box, width, height, format in renditions:
        small = picture.resize((width, height), Picture.Resampling.LANCZOS, box=box)
        out = BytesIO()
        small.save(out, format, **ENCODING[format])
        results.append(out.getvalue())
    return {}, results


def main(order, source, made):
    """Do the work that `order` describes with the picture `source`; write the results to `made`."""
    limit_this_process(**order.pop("limits"))
    work = {"reencode": reencode, "describe": describe, "render": render}[order.pop("work")]
    try:
        facts, results = work(BytesIO(source.read()), **order)
    except CannotDecode as refusal:
        facts, results = {"error": str(refusal)}, []
    except MemoryError:
        facts, results = {"error": "too_heavy"}, []
    except Exception as error:
        # Pillow's plugins raise errors of many types when a file is not in their format.
        sys.stderr.write(repr(error))
        facts, results = {"error": "not_an_image"}, []
    made.write(json.dumps({**facts, "sizes": list(map(len, results))}).encode() + b"\n")
    made.writelines(results)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
