"""Renditions, the smaller copies of a picture: how workers make them and pages show them."""

import io
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image as Picture

from articles import tasks
from articles.models import FormerFile, Image, Page
from articles.models.image import LEASE, MOST_ATTEMPTS
from articles.pictures import display, renditions
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WIDE = (1400, 700)
RED, BLUE = (220, 30, 30), (30, 30, 220)


def two_halves(size=WIDE):
    """Return a picture whose left half is red and whose right half is blue."""
    picture = Picture.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def image(size=WIDE, **fields):
    return factories.image(content=two_halves(size), **fields)


def made(size=WIDE, **fields):
    """Return a picture whose renditions exist."""
    stored = image(size, **fields)
    assert renditions.make_due_renditions(Image.objects.filter(pk=stored.pk)) == 1
    stored.refresh_from_db()
    return stored


def opened(stored, rendition):
    name = stored.rendition_name(rendition, stored.rendition_set)
    with stored.file.storage.open(name) as file:
        picture = Picture.open(file)
        picture.load()
    return picture


def is_like(pixel, colour):
    return all(abs(a - b) < 40 for a, b in zip(pixel[:3], colour, strict=True))


# --- Renditions of a picture ----------------------------------------------------------------------


@pytest.mark.any_database
def test_every_rendition_is_readable_and_as_large_as_it_says():
    stored = made()
    planned = renditions.plan(stored)
    assert {r.format for r in planned} == {"avif", "webp", "jpeg"}
    for rendition in planned:
        picture = opened(stored, rendition)
        assert picture.size == (rendition.width, rendition.height)
        assert picture.format.lower() == rendition.format


@pytest.mark.any_database
def test_none_is_wider_than_its_part_of_the_picture():
    widths = {(r.ratio, r.width) for r in renditions.plan(image((700, 400)))}
    assert widths == {
        *(("", 480), ("3:2", 320), ("1:1", 160), ("1:1", 320)),
        *(("16:9", 700), ("4:3", 533), ("1:1", 400)),
    }


@pytest.mark.any_database
def test_a_tiny_picture_has_its_own_width():
    assert {r.width for r in renditions.plan(image((60, 40))) if r.ratio == ""} == {60}


@pytest.mark.any_database
def test_a_transparent_picture_stays_transparent():
    glass = io.BytesIO()
    Picture.new("RGBA", (600, 400), (0, 128, 128, 90)).save(glass, "PNG")
    stored = factories.image(content=glass.getvalue())
    renditions.make(stored)
    stored.rendition_set = stored.wanted_set
    assert {r.format for r in renditions.plan(stored)} == {"avif", "webp", "png"}
    for rendition in renditions.plan(stored):
        assert opened(stored, rendition).mode == "RGBA"


@pytest.mark.any_database
def test_an_upright_picture_has_upright_crops():
    assert "4:5" in {r.ratio for r in renditions.plan(image((800, 1000)))}
    assert "4:5" not in {r.ratio for r in renditions.plan(image())}


@pytest.mark.any_database
@pytest.mark.parametrize(("focal_x", "colour"), [(0, RED), (25, RED), (75, BLUE), (100, BLUE)])
def test_a_crop_keeps_the_focal_point(focal_x, colour):
    stored = made(focal_x=focal_x)
    square = next(r for r in renditions.plan(stored) if r.ratio == "1:1" and r.width == 320)
    # The focal point has the same share of the width to its left in the crop as in the picture.
    x = min(319, 320 * focal_x // 100)
    assert is_like(opened(stored, square).convert("RGB").getpixel((x, 160)), colour)


@pytest.mark.any_database
@pytest.mark.parametrize("ratio", ["3:2", "1:1", "4:5", "16:9", "4:3", ""])
@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (1400, 700)])
def test_every_crop_lies_within_the_picture(ratio, size):
    for focal in (0, 33, 100):
        stored = Image(width=size[0], height=size[1], focal_x=focal, focal_y=focal)
        left, top, right, bottom = stored.crop_box(ratio)
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


@pytest.mark.any_database
def test_what_the_camera_noted_is_in_no_rendition():
    exif = Picture.Exif()
    exif[0x010F] = "Secretcamera"
    exif.get_ifd(0x8825)[1] = "N"
    stored = factories.image(
        content=factories.picture_bytes((600, 400), format="JPEG", exif=exif.tobytes())
    )
    renditions.make(stored)
    stored.rendition_set = stored.wanted_set
    for rendition in renditions.plan(stored):
        picture = opened(stored, rendition)
        assert not picture.getexif()
        assert "exif" not in picture.info


@pytest.mark.any_database
def test_a_picture_held_sideways_is_upright_in_every_rendition():
    exif = Picture.Exif()
    exif[0x0112] = 6
    stored = factories.image(
        content=factories.picture_bytes((600, 400), format="JPEG", exif=exif.tobytes())
    )
    renditions.make(stored)
    stored.rendition_set = stored.wanted_set
    own = [r for r in renditions.plan(stored) if r.ratio == ""]
    assert own
    for rendition in own:
        assert opened(stored, rendition).height > rendition.width


# --- Workers and their queue ----------------------------------------------------------------------


def test_saving_a_picture_wakes_a_worker_which_finds_it_due():
    stored = image()
    assert list(Image.objects.renditions_due()) == [stored]
    [waiting] = DBTaskResult.objects.all()
    assert waiting.task_path == "articles.tasks.make_renditions"
    assert waiting.args_kwargs == {"args": [stored.pk], "kwargs": {}}
    tasks.make_renditions.func(stored.pk)
    assert not Image.objects.renditions_due().exists()


def test_saving_other_fields_makes_nothing_due():
    stored = made()
    stored.caption = "New"
    stored.save()
    assert not Image.objects.renditions_due().exists()


def test_moving_the_focal_point_makes_a_new_set_and_pages_keep_the_old_one_until_then():
    stored = made()
    before = stored.rendition_set
    stored.focal_x = 10
    stored.save()
    assert stored.rendition_set == before
    assert renditions.make_due_renditions(Image.objects.all()) == 1
    stored.refresh_from_db()
    assert stored.rendition_set != before
    shown = renditions.plan(stored)[0]
    for name in (before, stored.rendition_set):
        assert stored.file.storage.exists(stored.rendition_name(shown, name))


def test_one_worker_at_a_time_has_a_picture():
    stored, same = image(), Image.objects.get()
    assert stored.claim()
    assert not same.claim()


def test_a_killed_workers_picture_is_made_by_another_after_the_lease(clock):
    stored = image()
    assert stored.claim()
    clock.forward(seconds=1)
    assert renditions.make_due_renditions(Image.objects.all()) == 0
    clock.now += LEASE
    assert renditions.make_due_renditions(Image.objects.all()) == 1


def test_a_clock_set_back_by_hours_leaves_no_picture_waiting(clock):
    image().claim()
    clock.forward(hours=-5)
    assert renditions.make_due_renditions(Image.objects.all()) == 1


def test_a_focal_point_moved_while_a_worker_is_busy_is_not_forgotten():
    busy = image()
    busy.claim()
    moved = Image.objects.get()
    moved.focal_y = 5
    moved.save()
    busy.record_renditions_made()
    assert list(Image.objects.renditions_due()) == [moved]


def test_a_picture_that_cannot_be_read_is_given_up_and_holds_up_no_other(clock, caplog):
    broken, good = image(title="broken"), image(title="good")
    broken.file.storage.delete(broken.file.name)
    assert renditions.make_due_renditions(Image.objects.all()) == 1
    for _ in range(MOST_ATTEMPTS + 2):
        clock.forward(minutes=9)
        assert renditions.make_due_renditions(Image.objects.all()) == 0
    assert Image.objects.get(pk=good.pk).rendition_set
    assert Image.objects.get(pk=broken.pk).renditions_due_at is None
    assert len([r for r in caplog.records if "No renditions" in r.message]) == MOST_ATTEMPTS


def test_a_worker_that_is_stopping_begins_no_picture():
    image()
    assert renditions.make_due_renditions(Image.objects.all(), should_continue=lambda: False) == 0


def test_a_half_written_file_of_a_killed_worker_is_written_again():
    stored = image()
    first = renditions.plan(stored)[0]
    name = stored.rendition_name(first, stored.wanted_set)
    stored.file.storage.save(name, io.BytesIO(b"half"))
    renditions.make(stored)
    stored.rendition_set = stored.wanted_set
    assert opened(stored, first).size == (first.width, first.height)


def test_a_deleted_picture_takes_its_renditions_along(django_capture_on_commit_callbacks):
    stored = made()
    folder, storage = stored.rendition_folder, stored.file.storage
    assert storage.exists(folder)
    with django_capture_on_commit_callbacks(execute=True):
        stored.delete()
    assert not storage.exists(folder)


def test_a_replaced_file_takes_the_old_one_and_its_renditions_along(
    django_capture_on_commit_callbacks,
):
    stored = made()
    folder, name = stored.rendition_folder, stored.file.name
    with django_capture_on_commit_callbacks(execute=True):
        stored.file = factories.ContentFile(two_halves((900, 600)), name="new.png")
        stored.save()
    storage = stored.file.storage
    assert not storage.exists(folder)
    assert not storage.exists(name)
    assert stored.rendition_set == ""
    assert storage.exists(stored.file.name)


def replaced(stored):
    stored.file = factories.ContentFile(two_halves((900, 600)), name="new.png")
    stored.save()


def addresses(stored):
    """Return the address of the stored file and of each of its renditions."""
    return [stored.file.url, *map(stored.rendition_url, renditions.plan(stored))]


def shown_as_lead(stored, **when):
    factories.published(lead_image=stored, lead_alt="x", **when)


def shown_on_a_page(stored):
    factories.page(body=f'<figure><img data-file="{stored.pk}" alt="x"></figure>')


def shown_in_a_body(stored):
    factories.published(body=f'<figure><img data-file="{stored.pk}" alt="x"></figure>')


def shown_as_photo(stored):
    factories.author(photo=stored)


@pytest.mark.any_database
@pytest.mark.parametrize("show", [shown_as_lead, shown_on_a_page, shown_in_a_body, shown_as_photo])
def test_a_picture_that_was_shown_answers_at_all_its_former_addresses(
    client, django_capture_on_commit_callbacks, show
):
    stored = made((1280, 960))
    show(stored)
    former = addresses(stored)
    with django_capture_on_commit_callbacks(execute=True):
        replaced(stored)
        replaced(stored)
        stored.focal_x = 20
        stored.save()
    assert renditions.make_due_renditions(Image.objects.all()) == 1
    stored.refresh_from_db()
    assert not set(addresses(stored)) & set(former)
    for address in [*former, *addresses(stored)]:
        assert b"".join(client.get(address)), address


def no_longer_on_a_page(stored):
    page = factories.page(body=f'<figure><img data-file="{stored.pk}" alt="x"></figure>')
    page.body = "<p>x</p>"
    page.save()


def no_longer_a_photo(stored):
    author = factories.author(photo=stored)
    author.photo = None
    author.save()


def only_on_a_deleted_page(stored):
    shown_on_a_page(stored)
    Page.objects.all().delete()


@pytest.mark.parametrize("show", [no_longer_on_a_page, no_longer_a_photo, only_on_a_deleted_page])
def test_a_picture_that_is_shown_no_more_answers_at_its_former_addresses_too(
    client, django_capture_on_commit_callbacks, show
):
    stored = made((900, 600))
    show(stored)
    former = addresses(stored)
    with django_capture_on_commit_callbacks(execute=True):
        # This copy was read before the picture was shown.
        replaced(stored)
        replaced(stored)
    for address in former:
        assert b"".join(client.get(address)), address


def test_a_picture_that_nobody_has_seen_leaves_no_former_file(
    clock, django_capture_on_commit_callbacks
):
    stored = made((900, 600))
    factories.article(lead_image=stored, lead_alt="x")
    shown_as_lead(stored, at=clock.plus(hours=1))
    folder = stored.rendition_folder
    with django_capture_on_commit_callbacks(execute=True):
        replaced(stored)
    assert not stored.file.storage.exists(folder)
    assert not FormerFile.objects.exists()


def test_former_files_go_with_the_picture(client, django_capture_on_commit_callbacks):
    stored = made((900, 600))
    author = factories.author(photo=stored)
    former = addresses(stored)
    replaced(stored)
    former += [stored.file.url]
    replaced(stored)
    author.photo = None
    author.save()
    with django_capture_on_commit_callbacks(execute=True):
        stored.delete()
    assert {client.get(address).status_code for address in former} == {404}
    assert list(stored.file.storage.listdir("images")) == [[], []]
    assert not FormerFile.objects.exists()


# --- Pictures on pages ----------------------------------------------------------------------------


def tag(stored, arguments=""):
    source = f"{{% load articles %}}{{% picture image alt=words {arguments} %}}"
    return Template(source).render(Context({"image": stored, "words": "A <bridge>"}))


@pytest.mark.any_database
def test_a_page_is_right_before_any_rendition_exists():
    stored = image()
    assert tag(stored, "ratio='3:2' css='lead'") == (
        f'<picture class="lead"><img src="{stored.file.url}" alt="A &lt;bridge&gt;" '
        'width="1050" height="700" loading="lazy"></picture>'
    )


@pytest.mark.any_database
def test_a_browser_chooses_format_and_width():
    stored = made()
    html = tag(stored, "ratio='3:2' sizes='50vw'")
    kinds = re.findall(r'<source type="image/(\w+)" srcset="([^"]+)" sizes="50vw">', html)
    assert [kind for kind, srcset in kinds] == ["avif", "webp"]
    for _kind, srcset in kinds:
        assert [part.split()[1] for part in srcset.split(", ")] == ["320w", "640w", "960w"]
    assert re.search(r'<img src="[^"]+3x2-960.jpeg" srcset="[^"]+" sizes="50vw"', html)
    assert 'width="960" height="640"' in html
    for url in re.findall(r"/media/(\S+\.(?:avif|webp|jpeg))", html):
        assert stored.file.storage.exists(url)


@pytest.mark.any_database
def test_the_lead_picture_comes_first_and_the_others_when_they_are_near():
    stored = image()
    assert 'fetchpriority="high"' in tag(stored, "priority=True")
    assert "lazy" not in tag(stored, "priority=True")
    assert 'loading="lazy"' in tag(stored)


@pytest.mark.any_database
def test_machines_get_one_address_at_the_ratio_and_width_they_ask_for():
    stored = made((2400, 1600))
    shown = renditions.best_file(stored, "16:9", 1200)
    assert (shown.width, shown.height) == (1200, 675)
    assert shown.url.endswith("/16x9-1200.jpeg")
    assert renditions.best_file(stored, "3:2", 900).width == 960


@pytest.mark.any_database
def test_machines_get_the_picture_itself_before_any_rendition_exists():
    stored = image()
    shown = renditions.best_file(stored, "16:9", 1200)
    assert (shown.url, shown.width, shown.height) == (stored.file.url, *WIDE)


def test_a_figure_of_a_body_is_shown_in_all_its_widths_with_one_query(
    django_assert_num_queries,
):
    first, second = made(), image()
    article = factories.article(
        body="".join(
            f'<figure><img data-file="{i.pk}" alt="&lt;{i.pk}&gt;"></figure>'
            for i in (first, second)
        )
    )
    with django_assert_num_queries(1):
        html = display.with_renditions(article.body)
    assert html.count("<picture>") == 2
    assert html.count("<source") == 2
    assert f'alt="&lt;{first.pk}&gt;"' in html
    assert "data-file" not in html


def test_a_body_without_pictures_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert display.with_renditions("<p>Words.</p>") == "<p>Words.</p>"


@pytest.mark.any_database
def test_an_edition_shows_the_file_that_replaced_its_own(client):
    stored = image()
    article = factories.published(body=f'<p>a</p><figure><img data-file="{stored.pk}"></figure>')
    old = stored.file.url
    stored.file = factories.ContentFile(two_halves((900, 600)), name="new.png")
    stored.save()
    page = client.get(article.path).text
    assert stored.file.url in page
    assert old not in page


# --- Alternative texts ----------------------------------------------------------------------------


@pytest.mark.any_database
def test_a_figure_without_words_is_refused_unless_it_only_decorates():
    stored, ornament = image(title="Bridge"), image(title="Ornament", decorative=True)
    body = "".join(f'<figure><img data-file="{i.pk}"></figure>' for i in (stored, ornament))
    article = factories.article(body=f"<p>a</p>{body}")
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert "Bridge" in str(refused.value.message_dict["body"])
    assert "Ornament" not in str(refused.value.message_dict["body"])
    stored.decorative = True
    stored.save()
    article.full_clean()


@pytest.mark.any_database
def test_a_lead_image_needs_words_unless_it_only_decorates():
    article = factories.article(lead_image=image(title="Bridge"))
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert list(refused.value.message_dict) == ["lead_alt"]
    article.lead_image.decorative = True
    article.full_clean()


def test_the_due_time_of_a_new_picture_is_now():
    before = timezone.now()
    due = image().renditions_due_at
    assert timezone.now() - due < timedelta(minutes=1)
    assert before <= due <= timezone.now()


# --- A folder without room ------------------------------------------------------------------------


@pytest.mark.any_database
def test_renditions_wait_for_room_as_long_as_there_is_none(settings):
    stored = image()
    folder = settings.MEDIA_ROOT / stored.rendition_folder
    folder.write_text("Not a folder.")
    for _time in range(MOST_ATTEMPTS + 1):
        Image.objects.update(renditions_due_at=timezone.now())
        assert renditions.make_due_renditions(Image.objects.all()) == 0
    stored.refresh_from_db()
    assert stored.renditions_due_at > timezone.now()
    folder.unlink()
    Image.objects.update(renditions_due_at=timezone.now())
    assert renditions.make_due_renditions(Image.objects.all()) == 1
