"""The library of pictures in the admin, and the picker that the rich text editor opens."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from articles.models import Image
from articles.pictures import files, process

from .. import factories
from ..pages import form_values
from .test_admin import errors_of

pytestmark = pytest.mark.django_db

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
        'data-alt="A &quot;bridge&quot;"',
        'data-caption="New"',
    ):
        assert attribute in page


def test_the_picker_searches_the_library(editor_client):
    factories.image("A bridge")
    factories.image("A tram")
    page = editor_client.get(PICKER, {"q": "tram"})
    assert [image.title for image in page.context["page"]] == ["A tram"]


def test_the_picker_hands_on_who_asked(editor_client):
    page = editor_client.get(PICKER, {"CKEditorFuncNum": '7"><script>'}).text
    assert 'data-callback="7&quot;&gt;&lt;script&gt;"' in page


def test_the_picker_is_not_for_who_may_not_see_pictures(moderator_client):
    image = factories.image("A secret bridge")
    assert image.title not in moderator_client.get(PICKER).text
