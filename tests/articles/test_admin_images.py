"""The library of pictures in the admin, and the picker that the rich text editor opens."""

import io
from datetime import date

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import ExifTags
from PIL import Image as Picture

from articles.admin.image import ImageAdmin
from articles.admin.image_forms import PictureChoice
from articles.models import Image, RuleLevel
from articles.pictures import files, process

from .. import factories
from ..pages import form_values
from .test_admin import errors_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADD = reverse("admin:articles_image_add")
PICKER = reverse("admin:articles_image_picker")


def upload(client, content, name="bridge.png", **more):
    file = SimpleUploadedFile(name, content, content_type="image/png")
    values = {"title": "The bridge", "credit": "Anne", "alt": "A bridge", "file": file}
    return client.post(ADD, {"focal_x": "50", "focal_y": "50", **values, **more})


def test_an_editor_adds_a_picture(editor_client):
    assert upload(editor_client, factories.picture_bytes()).status_code == 302
    image = Image.objects.get()
    assert (image.title, image.width, image.height) == ("The bridge", 60, 40)
    assert image.file.name.startswith("images/")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"Only a text.", "notes.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        (factories.picture_bytes(), "picture.html"),
        (b"", "empty.png"),
    ],
)
def test_a_bad_picture_is_an_error_at_its_field_and_the_rest_is_kept(editor_client, content, name):
    response = upload(editor_client, content, name)
    assert response.status_code == 200
    assert list(errors_of(response)) == ["file"]
    assert form_values(response, "image_form")["credit"] == "Anne"
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("limit", "code"), [("MAX_PIXELS", "too_many_pixels"), ("MAX_BYTES", "too_big")]
)
def test_a_picture_beyond_a_limit_is_an_error_at_its_field(editor_client, monkeypatch, limit, code):
    monkeypatch.setattr(files, limit, 10)
    assert errors_of(upload(editor_client, factories.picture_bytes())) == {"file": [code]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("content", [factories.picture_bytes(), b"Only a text."])
def test_a_picture_is_decoded_once_and_in_no_transaction(
    editor_client, monkeypatch, content, is_new
):
    url = ADD if is_new else reverse("admin:articles_image_change", args=[factories.image().pk])
    decode, in_transaction = process.decode, []

    def observed(*args, **kwargs):
        in_transaction.append(connection.in_atomic_block)
        return decode(*args, **kwargs)

    monkeypatch.setattr(process, "decode", observed)
    file = SimpleUploadedFile("bridge.png", content)
    values = {"title": "New", "alt": "A bridge", "file": file, "focal_x": "50", "focal_y": "50"}
    response = editor_client.post(url, values)
    assert response.status_code == (200 if content.startswith(b"Only") else 302)
    assert in_transaction == [False]


def test_no_picture_is_decoded_for_somebody_who_may_not_add_it(client, monkeypatch):
    monkeypatch.setattr(process, "decode", None)
    client.force_login(get_user_model().objects.create_user("visitor", is_staff=True))
    assert upload(client, factories.picture_bytes()).status_code == 403


@pytest.mark.parametrize("is_new", [True, False])
def test_a_folder_that_takes_no_file_is_an_error_at_the_field_and_the_rest_is_kept(
    editor_client, settings, is_new
):
    stored = None if is_new else factories.image()
    url = ADD if is_new else reverse("admin:articles_image_change", args=[stored.pk])
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / "full"
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "images").write_text("Not a folder.")
    file = SimpleUploadedFile("bridge.png", factories.picture_bytes())
    values = {"title": "New", "alt": "A bridge", "file": file, "focal_x": "9", "focal_y": "50"}
    response = editor_client.post(url, {**values, "credit": "Anne"})
    assert response.status_code == 200
    assert {field: len(codes) for field, codes in errors_of(response).items()} == {"file": 1}
    assert "is full or cannot be written to" in response.text
    kept = form_values(response, "image_form")
    assert (kept["title"], kept["credit"], kept["focal_x"]) == ("New", "Anne", "9")
    assert list(Image.objects.values_list("title", flat=True)) == ([] if is_new else ["A bridge"])
    assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["images"]
    (settings.MEDIA_ROOT / "images").unlink()
    file.seek(0)
    assert editor_client.post(url, {**values, "credit": "Anne"}).status_code == 302


def test_a_picture_says_what_it_shows_or_that_it_only_decorates(editor_client):
    content = factories.picture_bytes()
    assert list(errors_of(upload(editor_client, content, alt=" "))) == ["alt"]
    assert upload(editor_client, content, alt="", decorative="on").status_code == 302
    assert Image.objects.get().decorative


def test_an_editor_sets_the_focal_point_by_numbers(editor_client):
    assert list(errors_of(upload(editor_client, b"", focal_x="101"))) == ["file", "focal_x"]
    upload(editor_client, factories.picture_bytes(), focal_x="20", focal_y="80")
    image = Image.objects.get()
    assert (image.focal_x, image.focal_y) == (20, 80)


def test_an_editor_cannot_delete_a_picture_that_a_body_shows(editor_client):
    image = factories.image()
    factories.article(body=f'<figure><img data-file="{image.pk}"></figure>')
    url = reverse("admin:articles_image_delete", args=[image.pk])
    assert editor_client.post(url, {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


def test_an_editor_cannot_delete_pictures_in_bulk_past_that_rule(editor_client):
    image = factories.image()
    factories.article(body=f'<figure><img data-file="{image.pk}"></figure>')
    url = reverse("admin:articles_image_changelist")
    values = {"action": "delete_selected", "_selected_action": image.pk, "post": "yes"}
    editor_client.post(url, values)
    assert Image.objects.exists()
    # A picture that nothing shows could go, but a deletion in bulk would leave its files behind.
    unused = factories.image("A tram")
    editor_client.post(url, {**values, "_selected_action": unused.pk})
    assert Image.objects.filter(pk=unused.pk).exists()
    assert "delete_selected" not in editor_client.get(url).text


def test_the_picker_offers_what_a_figure_is_made_from(editor_client):
    image = factories.image(alt='A "bridge"', caption="New")
    page = editor_client.get(PICKER).text
    for attribute in (
        f'data-id="{image.pk}"',
        f'data-url="{image.file.url}"',
        f'data-width="{image.width}"',
        'data-alt="A &quot;bridge&quot;"',
        'data-caption="New"',
    ):
        assert attribute in page


def test_the_picker_searches_the_library(editor_client):
    factories.image("A bridge")
    factories.image("A tram")
    page = editor_client.get(PICKER, {"q": "tram"})
    assert [offer["image"].title for offer in page.context["pictures"]] == ["A tram"]


def test_the_picker_is_not_for_who_may_not_see_pictures(moderator_client):
    image = factories.image("A secret bridge")
    assert image.title not in moderator_client.get(PICKER).text


# --- The picker -----------------------------------------------------------------------------------

UPLOAD = reverse("admin:articles_image_upload")
NOTES = reverse("admin:articles_image_notes")


def photograph(**notes):
    """Return a JPEG with these notes in Exif."""
    exif = Picture.Exif()
    exif.update({getattr(ExifTags.Base, name): words for name, words in notes.items()})
    return factories.picture_bytes(format="JPEG", exif=exif)


def add(client, content=None, name="bridge.jpg", **values):
    file = SimpleUploadedFile(name, content or factories.picture_bytes())
    return client.post(UPLOAD, {"title": "The bridge", "file": file, **values})


def test_the_picker_adds_a_picture_and_returns_it_as_it_offers_it(editor_client):
    response = add(editor_client, alt='A "bridge"', credit="Anne")
    image = Image.objects.get()
    assert response.status_code == 201
    assert (image.title, image.alt, image.credit) == ("The bridge", 'A "bridge"', "Anne")
    assert f'data-id="{image.pk}"' in response.json()["picture"]
    assert 'data-alt="A &quot;bridge&quot;"' in response.json()["picture"]
    assert LogEntry.objects.get().object_id == str(image.pk)


def test_the_notes_of_a_file_fill_in_what_nobody_typed(editor_client):
    content = photograph(ImageDescription="Le pont", Artist="Anne " * 90)
    taken = {"taken_on": ""}
    add(editor_client, content, alt="A bridge", caption="Typed", **taken)
    image = Image.objects.get()
    assert (image.caption, image.alt) == ("Typed", "A bridge")
    assert image.credit.startswith("Anne Anne")
    assert len(image.credit) <= 120
    # A person who saw the notes has emptied the fields.
    add(editor_client, content, alt="A bridge", notes_shown="on")
    assert (Image.objects.first().caption, Image.objects.first().credit) == ("", "")


def test_the_form_of_the_library_reads_the_notes_too_and_the_date_is_that_of_the_file(
    editor_client,
):
    exif = Picture.Exif()
    exif[ExifTags.Base.Artist] = "Anne"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:05:06 07:08:09"
    content = factories.picture_bytes(format="JPEG", exif=exif)
    upload(editor_client, content, "bridge.jpg", credit="")
    image = Image.objects.get()
    assert (image.credit, image.taken_on) == ("Anne", date(2024, 5, 6))
    url = reverse("admin:articles_image_change", args=[image.pk])
    values = form_values(editor_client.get(url), "image_form")
    editor_client.post(url, {**values, "file": "", "credit": ""})
    image.refresh_from_db()
    assert (image.credit, image.taken_on) == ("", date(2024, 5, 6))


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "photo", f"{'pont' * 40}.jpg"])
def test_a_picture_of_ours_may_have_any_name_that_pictures_have(editor_client, name):
    assert add(editor_client, name=name, alt="A bridge").status_code == 201


def test_the_picker_has_pages_and_counts_nothing(editor_client, monkeypatch):
    monkeypatch.setattr(ImageAdmin, "PICKER_PAGE", 2)
    for number in range(5):
        factories.image(f"Bridge {number}")

    def page(asked):
        context = editor_client.get(PICKER, {"page": asked}).context
        titles = [offer["image"].title for offer in context["pictures"]]
        return titles, context["newer"], context["older"]

    with CaptureQueriesContext(connection) as queries:
        assert page("1") == (["Bridge 4", "Bridge 3"], 0, 2)
    assert not [query for query in queries.captured_queries if "COUNT(" in query["sql"]]
    assert page("3") == (["Bridge 0"], 2, None)
    assert page("9" * 30) == page("-1") == page("1")


@pytest.mark.parametrize(
    ("content", "name", "values", "field", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.jpg", {"alt": "x"}, "file", "HEIC"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "a.mov", {"alt": "x"}, "file", "video"),
        (b"Only a text.", "a.jpg", {"alt": "x"}, "file", "can be read"),
        (None, "a.jpg", {}, "alt", "decorates"),
        (None, "a.jpg", {"alt": "x", "title": ""}, "title", "required"),
    ],
)
def test_the_picker_refuses_a_picture_in_a_sentence_at_the_field(
    editor_client, content, name, values, field, words
):
    response = add(editor_client, content, name, **values)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    assert words in response.json()["errors"][field][0]
    assert not Image.objects.exists()


def animation(format):
    frames = [Picture.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_refused_with_what_to_do(editor_client, format):
    content = animation(format)
    errors = add(editor_client, content, "a.png", alt="x").json()["errors"]
    assert "first frame" in errors["file"][0]
    notes = editor_client.post(NOTES, {"file": SimpleUploadedFile("a.png", content)})
    assert notes.json()["errors"] == errors


def test_the_beginning_of_a_file_tells_its_words(editor_client):
    content = photograph(ImageDescription="Le pont", Artist="Anne")
    beginning = SimpleUploadedFile("bridge.jpg", content[:-50])
    words = {"title": "", "alt": "", "caption": "Le pont", "credit": "Anne"}
    assert editor_client.post(NOTES, {"file": beginning}).json() == {
        "words": {**words, "rights": "", "licence": ""}
    }
    unreadable = SimpleUploadedFile("bridge.jpg", b"Half of something.")
    assert set(editor_client.post(NOTES, {"file": unreadable}).json()["words"].values()) == {""}
    refused = editor_client.post(NOTES, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert "PDF" in refused.json()["errors"]["file"][0]
    assert editor_client.post(NOTES).status_code == 422


def test_words_that_nobody_was_shown_are_read_with_the_file(editor_client, monkeypatch):
    def busy(*args, **order):
        raise process.CannotDecode("busy")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(process, "decode", busy)
        file = SimpleUploadedFile("a.jpg", photograph(Artist="Anne"))
        assert editor_client.post(NOTES, {"file": file}).status_code == 503
    assert 'name="notes_shown"' in editor_client.get(PICKER).text
    add(editor_client, photograph(Artist="Anne"), alt="A bridge", notes_shown="")
    assert Image.objects.get().credit == "Anne"


def test_a_picker_whose_storage_is_full_says_so(editor_client, settings):
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / "none"
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "images").write_text("Not a folder.")
    response = add(editor_client, alt="x")
    assert response.status_code == 507
    assert "is full" in response.json()["errors"]["file"][0]
    assert not Image.objects.exists()


def test_who_may_not_add_pictures_is_offered_no_way_to(reporter_client):
    factories.image("A bridge")
    page = reporter_client.get(PICKER).text
    assert "A bridge" in page
    assert "picker-uploads" not in page
    assert add(reporter_client, alt="x").status_code == 403
    assert reporter_client.post(NOTES).status_code == 403


def test_the_picker_shows_one_picture_by_its_number(editor_client):
    image, _other = factories.image("A bridge"), factories.image("A tram")
    for key, found in ((image.pk, [image]), ("x", []), ("9" * 30, []), ("", [])):
        page = editor_client.get(PICKER, {"pk": key})
        assert [offer["image"] for offer in page.context["pictures"]] == found


@pytest.mark.parametrize(
    ("route", "name"), [("articles_article", "lead_image"), ("articles_author", "photo")]
)
def test_a_form_shows_the_chosen_picture_and_refuses_a_number_that_none_has(
    editor_client, route, name
):
    image = factories.image("A bridge", alt="A bridge")
    row = (
        factories.article(lead_image=image, lead_alt="A bridge")
        if name == "lead_image"
        else factories.author(photo=image)
    )
    url = reverse(f"admin:{route}_change", args=[row.pk])
    page = editor_client.get(url)
    assert image.file.url in page.text
    assert 'data-alt="A bridge"' in page.text
    values = form_values(page, f"{route.split('_')[1]}_form")
    assert values[name] == str(image.pk)
    for wrong in ("99999", "x", "²"):
        response = editor_client.post(url, {**values, name: wrong})
        assert "No picture of the library has this number." in response.text


def test_no_form_deletes_from_another_list_by_a_cross_beside_a_field(admin_client):
    factories.article(authors=[factories.author()], lead_image=factories.image())
    forms = [model for model in site._registry if model._meta.app_label in ("articles", "auth")]
    forms.remove(RuleLevel)  # It has a page of all rows, and no form of one.
    for model in forms:
        row = model._default_manager.first()
        names = ["add"] if row is None else ["change", "add"]
        for name in names:
            route = f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}"
            page = admin_client.get(reverse(route, args=[row.pk] if name == "change" else []))
            assert "delete-related" not in page.text


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 20, "٣", "\0", "x", ""])
def test_what_is_no_number_of_a_picture_shows_none(key):
    assert PictureChoice().get_context("lead_image", key, {})["image"] is None
