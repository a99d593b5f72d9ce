"""Pictures are decoded in a process of their own: limited, one at a time, and only our formats."""

import io
import json
import resource
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import ImageCms, ImageFile

from articles.models import Image
from articles.models.image import LEASE
from articles.pictures import files, process, renditions
from tests import factories, structure
from tests.articles.pictures.test_files import photograph, png_that_claims, refused, stored, upload
from tests.articles.test_admin import errors_of
from tests.articles.test_admin_images import upload as send
from tests.pages import form_values

MB = 1024**2


def encoded(picture, format, **options):
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def large_jpeg():
    """Return a JPEG of as many pixels as a large full-frame camera has (60.2 million)."""
    return encoded(PIL.Image.new("RGB", (9504, 6336), "teal"), "JPEG")


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Return a function that puts another program in place of the one that decodes."""

    def replace(source):
        path = tmp_path / "program.py"
        path.write_text(source)
        monkeypatch.setattr(process, "_PROGRAM", path)

    return replace


@pytest.fixture
def no_decoding_here(monkeypatch):
    """Let each attempt to open a picture in this process fail."""

    def fail(*args, **kwargs):
        raise AssertionError("A picture is opened in the process of the server.")

    monkeypatch.setattr(PIL.Image, "open", fail)
    monkeypatch.setattr(ImageFile.Parser, "feed", fail)


# --- Where pictures are decoded -----------------------------------------------------------------


def test_no_module_of_the_site_imports_the_program_that_decodes():
    imports = structure.graph(structure.modules())
    assert not [name for name, used in imports.items() if "articles.pictures.decoding" in used]


def test_an_upload_is_not_decoded_by_the_server(editor_client, no_decoding_here):
    content = photograph(orientation=6)
    assert send(editor_client, content).status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height) == (40, 60)
    change = reverse("admin:articles_image_change", args=[image.pk])
    values = form_values(editor_client.get(change), "image_form")
    assert editor_client.post(change, {**values, "title": "Anew"}).status_code == 302
    image.refresh_from_db()
    assert (image.title, image.width, image.height) == ("Anew", 40, 60)


def test_a_worker_and_an_importer_decode_nothing_themselves(db, no_decoding_here):
    image = Image.objects.create(title="Bridge", file=ContentFile(photograph(), "bridge.jpg"))
    assert (image.width, image.height) == (60, 40)
    assert renditions.make_due_renditions(Image.objects.all()) == 1


def test_the_program_gets_nothing_of_the_sites_environment(program, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "open sesame")
    program(
        "import json, os, sys\n"
        "sys.stdin.read()\n"
        "print(json.dumps({'sizes': [], 'environment': dict(os.environ)}))\n"
    )
    decoded = process.decode(ContentFile(b""), work="render")
    assert "MALLOC_ARENA_MAX" in decoded.facts["environment"]
    assert "open sesame" not in json.dumps(decoded.facts)


# --- Limits ---------------------------------------------------------------------------------------


def test_a_picture_that_takes_too_much_memory_is_refused(monkeypatch):
    content = encoded(PIL.Image.new("RGBA", (5000, 5000), (200, 30, 40, 128)), "PNG")
    monkeypatch.setattr(process, "MEMORY", 250 * MB)
    with refused("too_heavy"):
        files.reencode(upload(content))


def test_a_jpeg_of_a_large_camera_is_taken_and_needs_little_memory(monkeypatch):
    """All its pixels at once are 172 MB, and Pillow copies them to make the picture smaller."""
    monkeypatch.setattr(process, "MEMORY", 300 * MB)
    assert stored(large_jpeg()).size == (2560, 1707)


def test_a_jpeg_may_have_more_pixels_than_others(monkeypatch):
    monkeypatch.setattr(files, "MAX_PIXELS", 10)
    monkeypatch.setattr(files, "MAX_JPEG_PIXELS", 2400)
    assert stored(photograph((60, 40)))
    for content in (photograph((60, 41)), factories.picture_bytes((60, 40))):
        with refused("too_many_pixels"):
            files.reencode(upload(content))


def test_a_picture_that_takes_too_much_time_is_refused(program, monkeypatch):
    program("while True: pass")
    monkeypatch.setitem(process.SECONDS, "reencode", (20, 0.5))
    with refused("too_heavy"):
        files.reencode(upload(photograph()))


def test_the_program_ends_by_itself_where_its_caller_is_gone():
    """The limit of CPU time is the process's own, in case that the server is killed meanwhile."""
    check = (
        f"import runpy; program = runpy.run_path({str(process._PROGRAM)!r})\n"
        f"program['limit_this_process']({256 * MB}, 1, {MB})\n"
        "while True: pass"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", check], check=False)
    assert ended.returncode < 0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime + used.ru_stime >= 0.9


@pytest.mark.parametrize(
    "source",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(3)",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
def test_a_decoder_that_crashes_crashes_no_server(program, source, caplog):
    program(source)
    with refused("too_heavy"):
        files.reencode(upload(photograph()))
    assert "A picture was given up" in caplog.text


def test_the_next_picture_is_taken_after_one_that_failed(program, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(process, "MEMORY", 10 * MB)
        for _each in range(3):
            with refused("too_heavy"):
                files.reencode(upload(photograph()))
    assert stored(photograph()).size == (60, 40)


def test_renditions_that_take_too_much_are_tried_again_later(db, monkeypatch):
    image = factories.image()
    monkeypatch.setattr(process, "MEMORY", 10 * MB)
    assert renditions.make_due_renditions(Image.objects.all()) == 0
    image.refresh_from_db()
    assert (image.renditions_attempts, image.rendition_set) == (1, "")


# --- One at a time ------------------------------------------------------------------------------


def test_one_picture_is_decoded_one_waits_and_others_are_refused_at_once(program, tmp_path):
    program(
        f"import pathlib, time\n"
        f"go, log = pathlib.Path({str(tmp_path / 'go')!r}), open({str(tmp_path / 'log')!r}, 'a')\n"
        "print('begins', file=log, flush=True)\n"
        "while not go.exists(): time.sleep(0.01)\n"
        "print('ends', file=log, flush=True)\n"
        "print('{\"sizes\": []}')\n"
    )
    many, answered = 6, Event()
    together, codes = Barrier(many), []

    def decode(_number):
        together.wait(timeout=30)
        try:
            process.decode(ContentFile(b""), work="render")
        except process.CannotDecode as error:
            codes.append(error.code)
            if len(codes) == many - 2:
                answered.set()

    with ThreadPoolExecutor(many) as pool:
        calls = pool.map(decode, range(many))
        # The refused callers have their answer while the first picture is still being decoded.
        assert answered.wait(timeout=30)
        (tmp_path / "go").touch()
        list(calls)
    assert codes == ["busy"] * (many - 2)
    assert (tmp_path / "log").read_text().split() == ["begins", "ends"] * 2


def test_an_editor_who_has_to_send_again_finds_all_that_was_typed(editor_client):
    # One picture is being decoded, and one waits.
    with process._callers, process._callers:
        response = send(editor_client, photograph())
    assert errors_of(response) == {"file": ["busy"]}
    assert form_values(response, "image_form")["title"] == "The bridge"


# --- Formats --------------------------------------------------------------------------------------

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n%%EOF\n"
FOREIGN = {
    "EPS": EPS,
    "PSD": b"8BPS\0\1" + bytes(40),
    "PDF": b"%PDF-1.7\n",
    **{
        format: encoded(PIL.Image.new("RGB", (8, 8)), format)
        for format in ("BMP", "TIFF", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS", "ICNS")
    },
}


@pytest.mark.parametrize("format", FOREIGN)
def test_a_picture_of_another_format_is_refused_whatever_its_name(format):
    with refused("not_an_image"):
        files.reencode(upload(FOREIGN[format], "picture.png"))


def test_no_plugin_for_another_format_is_loaded_to_try_it(tmp_path):
    """Except those that Pillow itself always imports, which are not among the formats tried."""
    picture = tmp_path / "picture"
    picture.write_bytes(EPS)
    check = f"""
import runpy, sys
program = runpy.run_path({str(process._PROGRAM)!r})
try:
    program["reencode"](open({str(picture)!r}, "rb"), most_pixels={{"": 99}}, most_side=9)
except OSError:
    print(*sorted(name for name in sys.modules if name.endswith("ImagePlugin")))
"""
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", check], capture_output=True, text=True, check=True
    )
    plugins = {
        name.removeprefix("PIL.").removesuffix("ImagePlugin") for name in loaded.stdout.split()
    }
    ours = {"Avif", "Gif", "Jpeg", "Png", "WebP"}
    assert ours <= plugins <= ours | {"Bmp", "Ppm", "Tiff", "Iptc"}


def frames():
    return [PIL.Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "lime")]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_kept(format):
    first, *others = frames()
    picture = stored(encoded(first, format, save_all=True, append_images=others))
    red, green, blue = picture.convert("RGB").getpixel((30, 20))
    assert (picture.size, red > 200 > 60 > max(green, blue)) == ((60, 40), True)


def test_grey_of_16_bits_keeps_its_tones():
    picture = PIL.Image.new("I;16", (60, 40))
    for x in range(60):
        for y in range(40):
            picture.putpixel((x, y), x * 1000)
    found = stored(encoded(picture, "PNG")).convert("L")
    assert [abs(found.getpixel((x, 20)) - x * 1000 // 257) < 6 for x in range(60)] == [True] * 60


def test_a_palette_with_transparency_becomes_a_png():
    picture = PIL.Image.new("P", (60, 40), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.paste(1, (30, 0, 60, 40))
    found = stored(encoded(picture, "PNG", transparency=0))
    assert (found.mode, found.getpixel((10, 20))[3]) == ("RGBA", 0)
    assert found.getpixel((50, 20)) == (0, 0, 255, 255)


def test_a_large_palette_is_made_smaller_without_steps():
    stripes = PIL.Image.new("1", (7680, 30))
    for x in range(0, 7680, 3):
        stripes.paste(1, (x, 0, x + 1, 30))
    found = stored(encoded(stripes.convert("P"), "PNG"))
    # A third of each pixel is white, so all are grey.
    assert {60 < found.convert("L").getpixel((x, 5)) < 110 for x in range(100, 200)} == {True}


def test_a_large_photograph_held_sideways_is_upright():
    picture = stored(photograph(size=(6000, 4000), orientation=6))
    assert picture.size == (1707, 2560)
    red, _green, blue = picture.getpixel((800, 300))
    assert red > 200 > blue


def png_with(kind, data):
    """Return a PNG with one more chunk before its pixels."""
    whole = factories.picture_bytes((60, 40))
    chunk = kind + data
    chunk = len(data).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)
    return whole[:33] + chunk + whole[33:]


@pytest.mark.parametrize(
    "content",
    [
        # Texts and a colour profile that swell a thousandfold.
        png_with(b"zTXt", b"note\0\0" + zlib.compress(bytes(20 * MB))),
        png_with(b"iTXt", b"note\0\1\0\0\0" + zlib.compress(bytes(20 * MB))),
        png_with(b"iCCP", b"profile\0\0" + zlib.compress(bytes(20 * MB))),
        png_that_claims(8000, 8000),
        photograph((600, 400))[:-2000],
        encoded(PIL.Image.new("RGB", (60, 40)), "AVIF")[:-20],
        encoded(PIL.Image.new("RGB", (600, 400), "red"), "WEBP")[:60],
        encoded(frames()[0], "GIF")[:-30],
        b"\xff\xd8\xff" + bytes(5000),
        b"RIFF\xff\xff\xff\x7fWEBPVP8L" + bytes(100),
    ],
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_broken_or_swelling_file_gives_an_error_at_its_field(editor_client, content):
    response = send(editor_client, content)
    assert errors_of(response) == {"file": ["not_an_image"]}
    assert form_values(response, "image_form")["credit"] == "Anne"


def test_a_broken_colour_profile_spoils_no_picture():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = PIL.Image.new("RGB", (60, 40), "red")
    found = stored(encoded(picture, "PNG", icc_profile=profile[: len(profile) // 2]))
    assert found.getpixel((30, 20))[0] > 200


def test_the_form_offers_only_our_formats(editor_client):
    page = editor_client.get(reverse("admin:articles_image_add")).text
    assert 'accept="image/jpeg,image/png,image/webp,image/avif,image/gif"' in page


def test_a_workers_lease_outlasts_the_time_that_renditions_may_take():
    assert LEASE.total_seconds() > process.SECONDS["render"][1] + process.WAIT


def test_an_answer_comes_before_a_proxy_gives_up():
    """nginx waits for 60 s by default (`proxy_read_timeout`)."""
    assert process.WAIT + process.SECONDS["reencode"][1] < 60
