"""Stored pictures: decoded, limited in size, re-encoded, and never deleted while in use."""

import io
import re
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from PIL import Image as Picture
from PIL import ImageCms
from PIL.TiffImagePlugin import IFDRational

from articles.pictures import files
from tests import factories

SECRET = b"Camera of Anne"


def upload(content, name="upload.jpg"):
    return ContentFile(content, name=name)


def stored(content, name="upload.jpg"):
    return Picture.open(io.BytesIO(files.reencode(upload(content, name)).read()))


def refused(code):
    return pytest.raises(ValidationError, check=lambda error: error.code == code)


def photograph(size=(60, 40), orientation=1, **kwargs):
    """Return a JPEG whose left half is red, with the metadata that a camera writes.

    These are an owner and a place in Exif, a comment, and XMP.
    """
    picture = Picture.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Picture.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(48), IFDRational(51), IFDRational(24))
    out = io.BytesIO()
    picture.save(
        out, "JPEG", quality=95, exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET, **kwargs
    )
    return out.getvalue()


def png_that_claims(width, height):
    """Return a PNG of a few bytes whose header claims `width` x `height` pixels."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data).to_bytes(4)
        return len(data).to_bytes(4) + kind + data + crc

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


# --- Re-encoding ----------------------------------------------------------------------------------


def test_what_the_camera_noted_is_gone():
    typed = photograph()
    assert typed.count(SECRET) == 3
    written = files.reencode(upload(typed)).read()
    assert SECRET not in written
    assert b"Exif" not in written
    assert not Picture.open(io.BytesIO(written)).getexif()


def test_notes_in_a_png_are_gone():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", SECRET.decode())
    out = io.BytesIO()
    see_through = Picture.new("RGBA", (10, 10), (255, 0, 0, 0))
    see_through.save(out, "PNG", pnginfo=notes, icc_profile=SECRET)
    assert not stored(out.getvalue(), "logo.png").info


def test_a_picture_held_sideways_is_stored_upright():
    picture = stored(photograph(size=(60, 40), orientation=6))
    assert picture.size == (40, 60)
    red, _green, blue = picture.getpixel((20, 5))
    assert red > 200 > blue, "turned the wrong way"


def test_what_follows_the_picture_in_its_file_is_gone():
    written = files.reencode(upload(photograph() + b"<script>alert(1)</script>")).read()
    assert b"script" not in written


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_pictures_of_each_format_become_jpeg(format):
    content = factories.picture_bytes(format=format)
    assert stored(content).format == "JPEG"


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_printing_colours_become_ordinary_ones(mode):
    content = factories.picture_bytes(mode=mode, format="JPEG")
    assert stored(content).mode == "RGB"


def test_colours_of_another_profile_are_brought_to_those_of_browsers():
    # A colour profile in which red and blue are exchanged.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    out = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(out, "PNG", icc_profile=bytes(profile))
    red, _green, blue = stored(out.getvalue()).getpixel((4, 4))
    assert blue > 200 > 50 > red


def test_a_file_that_ends_half_way_is_refused():
    whole = factories.picture_bytes((400, 300), format="JPEG")
    with refused("not_an_image"):
        files.reencode(upload(whole[: len(whole) // 2]))


def test_transparency_is_kept():
    out = io.BytesIO()
    Picture.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    picture = stored(out.getvalue(), "logo.png")
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    assert picture.getpixel((5, 5))[3] == 0


GREYS = range(256)
#: The kinds of PNG (its specification, table 11.1): the type of colour, the bits of a sample, and
#: the samples of a pixel whose grey is `v` of 255.
PNG_KINDS = {
    "grey of 8 bits": (0, 8, lambda v: [v]),
    "grey of 16 bits": (0, 16, lambda v: [v * 257]),
    "colours of 8 bits": (2, 8, lambda v: [v] * 3),
    "colours of 16 bits": (2, 16, lambda v: [v * 257] * 3),
    "colours of 16 bits whose bytes differ": (2, 16, lambda v: [v * 256 + 255 - v] * 3),
    "a palette": (3, 8, lambda v: [v]),
    "grey of 8 bits with an opaque alpha": (4, 8, lambda v: [v, 255]),
    "grey of 16 bits with an opaque alpha": (4, 16, lambda v: [v * 257, 65535]),
    "colours of 8 bits with an opaque alpha": (6, 8, lambda v: [v, v, v, 255]),
    "colours of 16 bits with an opaque alpha": (6, 16, lambda v: [v * 257] * 3 + [65535]),
}


def ramp(kind, transparent=b""):
    """Return a PNG that goes from black to white; `transparent` is the content of its tRNS."""
    colour, bits, samples = kind
    row = "".join(f"{sample:0{bits}b}" for v in GREYS for sample in samples(v))
    row = b"\0" + int(row, 2).to_bytes(len(row) // 8)
    header = len(GREYS).to_bytes(4) + (8).to_bytes(4) + bytes([bits, colour, 0, 0, 0])
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(row * 8)), (b"IEND", b"")]
    if transparent:
        parts.insert(1, (b"tRNS", transparent))
    if colour == 3:
        parts.insert(1, (b"PLTE", bytes(v for v in GREYS for _ in range(3))))
    chunks = (kind + data for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) for chunk in chunks
    )


@pytest.mark.parametrize("kind", PNG_KINDS)
def test_a_png_of_any_depth_keeps_its_tones_and_becomes_a_jpeg_if_it_is_opaque(kind):
    picture = stored(ramp(PNG_KINDS[kind]), "grey.png")
    assert picture.format == "JPEG"
    for grey in GREYS:
        assert picture.getpixel((grey, 4)) == pytest.approx((grey,) * 3, abs=4)


@pytest.mark.parametrize(
    ("kind", "transparent"),
    [
        ("grey of 8 bits", (128).to_bytes(2)),
        ("grey of 16 bits", (128 * 257).to_bytes(2)),
        ("colours of 8 bits", (128).to_bytes(2) * 3),
        ("colours of 16 bits", (128 * 257).to_bytes(2) * 3),
        ("colours of 16 bits whose bytes differ", (128 * 256 + 127).to_bytes(2) * 3),
        ("a palette", bytes([255] * 128 + [0])),
    ],
)
def test_the_one_transparent_colour_of_a_png_stays_transparent(kind, transparent):
    picture = stored(ramp(PNG_KINDS[kind], transparent), "grey.png")
    assert picture.format == "PNG"
    assert [grey for grey in GREYS if picture.getpixel((grey, 4))[3] < 255] == [128]
    assert picture.getpixel((200, 4)) == (200, 200, 200, 255)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_the_transparent_grey_of_a_png_of_few_bits_stays_transparent(bits):
    few_greys = (0, bits, lambda v: [v >> (8 - bits)])
    picture = stored(ramp(few_greys, (1).to_bytes(2)), "grey.png")
    expected = [grey for grey in GREYS if grey >> (8 - bits) == 1]
    assert [grey for grey in GREYS if picture.getpixel((grey, 4))[3] < 255] == expected


@pytest.mark.parametrize(
    ("kind", "transparent"),
    [("a palette", b"\xff" * 256), ("grey of 16 bits", (1).to_bytes(2))],
)
def test_transparency_that_no_pixel_has_makes_no_png(kind, transparent):
    assert stored(ramp(PNG_KINDS[kind], transparent), "grey.png").format == "JPEG"


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "PNG"])
def test_an_alpha_channel_that_is_opaque_everywhere_makes_no_png(format):
    content = factories.picture_bytes((30, 20), mode="RGBA", format=format)
    assert stored(content, f"opaque.{format.lower()}").format == "JPEG"


def test_a_large_picture_becomes_smaller_and_keeps_its_shape():
    assert stored(factories.picture_bytes(size=(5120, 1280), format="JPEG")).size == (2560, 640)


def test_a_small_picture_is_not_blown_up():
    assert stored(factories.picture_bytes(size=(60, 40))).size == (60, 40)


# --- Refused files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"Only a text.",
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.7",
        photograph()[:200],
    ],
)
def test_a_file_that_only_claims_to_be_a_picture_is_refused(content):
    with refused("not_an_image"):
        files.reencode(upload(content, "picture.jpg"))


def test_a_format_that_is_not_taken_is_refused():
    with refused("not_an_image"):
        files.reencode(upload(factories.picture_bytes(format="TIFF"), "picture.jpg"))


def test_a_file_that_is_too_big_is_refused_unread(monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    with refused("too_big"):
        files.reencode(upload(b"x" * 1001))
    with refused("not_an_image"):
        files.reencode(upload(b"x" * 1000))


@pytest.mark.parametrize("size", [(10_000, 6_401), (20_000, 20_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header_alone(size):
    """A few bytes can claim gigabytes of pixels. Decoding them would raise `not_an_image`."""
    with refused("too_many_pixels"):
        files.reencode(upload(png_that_claims(*size)))


def test_a_picture_of_as_many_pixels_as_may_be_is_taken(monkeypatch):
    monkeypatch.setattr(files, "MAX_PIXELS", 2400)
    assert stored(factories.picture_bytes(size=(60, 40)))
    with refused("too_many_pixels"):
        files.reencode(upload(factories.picture_bytes(size=(60, 41))))


# --- The library ----------------------------------------------------------------------------------


def test_whoever_stores_a_picture_stores_it_written_anew(db):
    image = factories.image(content=photograph(orientation=6))
    assert (image.width, image.height) == (40, 60)
    with image.file.open() as file:
        assert SECRET not in file.read()


def test_a_program_cannot_store_what_is_no_picture(db):
    with refused("not_an_image"):
        factories.image(content=b"Only a text.")


def test_nobody_can_guess_the_name_of_a_stored_picture(db):
    first, second = (factories.image(content=photograph()) for _ in range(2))
    assert first.file.name != second.file.name
    for image in (first, second):
        assert re.fullmatch(r"images/[\w-]{24}\.jpg", image.file.name)


def test_the_uploaders_name_and_extension_do_not_count(db):
    image = factories.Image.objects.create(
        title="x", file=ContentFile(photograph(), name="../../secret-deal.svg.html")
    )
    assert re.fullmatch(r"images/[\w-]{24}\.jpg", image.file.name)


def test_saving_other_fields_does_not_write_the_picture_again(db):
    image = factories.image()
    name = image.file.name
    image.title = "Another"
    image.save()
    image.refresh_from_db()
    assert (image.title, image.file.name) == ("Another", name)


def use_as_lead(image):
    factories.article(lead_image=image, lead_alt="A bridge")


def use_in_a_body(image):
    factories.article(body=f'<figure><img data-file="{image.pk}"></figure>')


def use_in_a_page(image):
    factories.page(body=f'<figure><img data-file="{image.pk}"></figure>')


def use_in_an_edition(image):
    article = factories.published(body=f'<p>a</p><figure><img data-file="{image.pk}"></figure>')
    article.body = "<p>Without it.</p>"
    article.save()


def use_as_photo(image):
    factories.author(photo=image)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "use", [use_as_lead, use_in_a_body, use_in_a_page, use_in_an_edition, use_as_photo]
)
def test_a_picture_in_use_cannot_be_deleted(use):
    image = factories.image()
    use(image)
    with pytest.raises(ProtectedError):
        image.delete()
    image.refresh_from_db()
    assert image.file.storage.exists(image.file.name)


def test_a_picture_that_nobody_uses_is_deleted_with_its_file(
    db, django_capture_on_commit_callbacks
):
    image = factories.image()
    name, storage = image.file.name, image.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not storage.exists(name)
    assert not factories.Image.objects.exists()


def test_a_picture_whose_number_only_begins_like_a_used_one_can_be_deleted(db):
    image = factories.image(pk=1)
    factories.article(body=f'<figure><img data-file="{factories.image(pk=12).pk}"></figure>')
    image.delete()
    assert [left.pk for left in factories.Image.objects.all()] == [12]
