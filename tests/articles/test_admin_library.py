"""The library of pictures: its grid and filters, several at once, clearing, and other files."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles.admin import clearing
from articles.admin.library import AdderFilter
from articles.models import Image
from articles.pictures import process

from .. import factories
from ..pages import form_values
from .test_admin import errors_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LIBRARY = reverse("admin:articles_image_changelist")
SEVERAL = reverse("admin:articles_image_several")
WORDS = reverse("admin:articles_image_words")
CLEAR = reverse("admin:articles_image_clear")


def page_of(image):
    return reverse("admin:articles_image_change", args=[image.pk])


def shown(client, **query):
    return {image.title for image in client.get(LIBRARY, query).context["cl"].result_list}


# --- The grid -------------------------------------------------------------------------------------


def test_the_grid_says_what_each_picture_is_and_where_it_is_used(editor_client):
    image = factories.image("The bridge", credit="Anne", expires_on=timezone.localdate())
    factories.published(lead_image=image)
    factories.article(lead_image=image)
    page = editor_client.get(LIBRARY).text
    for words in ("The bridge", "Anne", "used in 2 articles, 1 live", "may be used until"):
        assert words in page
    assert 'width="320" height="213" loading="lazy"' in page
    assert '<table id="result_list"' not in page
    assert '<table id="result_list"' in editor_client.get(LIBRARY, {"look": "table"}).text


def test_the_grid_costs_the_same_queries_for_many_pictures(
    editor_client, django_assert_max_num_queries
):
    factories.published(lead_image=factories.image())
    editor_client.get(LIBRARY)
    for _number in range(6):
        factories.published(lead_image=factories.image())
    with django_assert_max_num_queries(32):
        assert len(editor_client.get(LIBRARY).context["cl"].result_list) == 7


def test_filters_find_what_is_unused_expired_incomplete_or_upright(editor_client, editor):
    today = timezone.localdate()
    live = factories.image("live", alt="x", rights="AFP", expires_on=today + timedelta(30))
    factories.published(lead_image=live)
    upright = factories.picture_bytes(size=(40, 60))
    other = {"credit": "Anne", "expires_on": today - timedelta(1), "added_by": editor}
    factories.image("other", upright, **other)
    for query, found in (
        ({"use": "unused"}, {"other"}),
        ({"use": "live"}, {"live"}),
        ({"use": "used"}, {"live"}),
        ({"until": "expired"}, {"other"}),
        ({"until": "soon"}, {"live"}),
        ({"until": "soon_live"}, {"live"}),
        ({"without": "alt"}, {"other"}),
        ({"without": "credit"}, {"live"}),
        ({"without": "rights"}, {"other"}),
        ({"shape": "upright"}, {"other"}),
        ({"credit": "Anne"}, {"other"}),
        ({"by": "me"}, {"other"}),
        ({"q": "áfp"}, {"live"}),
    ):
        assert shown(editor_client, **query) == found, query


def test_the_person_chosen_is_always_among_those_to_choose(editor_client, django_user_model):
    people = [django_user_model.objects.create_user(f"p{n:02}") for n in range(40)]
    for person in people:
        factories.image(person.username, added_by=person)
    filters = editor_client.get(LIBRARY, {"by": people[-1].pk}).context["cl"].filter_specs
    [names] = [dict(f.lookup_choices) for f in filters if isinstance(f, AdderFilter)]
    assert names[str(people[-1].pk)] == "p39"


@pytest.mark.parametrize("name", ["use", "until", "without", "shape", "credit", "by", "o", "look"])
def test_odd_values_of_a_filter_break_nothing(editor_client, name):
    for value in ("\0", "é" * 300, "9" * 40, "-1"):
        assert editor_client.get(LIBRARY, {name: value}).status_code in (200, 302, 400)


# --- Several at once ------------------------------------------------------------------------------


def picture(name="the_bridge.png", **how):
    return SimpleUploadedFile(name, factories.picture_bytes(**how), content_type="image/png")


def send(client, *sent, as_script=True, **values):
    headers = {"accept": "application/json" if as_script else "text/html"}
    return client.post(SEVERAL, {"file": list(sent), **values}, headers=headers)


def test_a_script_adds_one_file_and_is_told_of_one_that_is_there_already(editor_client, editor):
    answer = send(editor_client, picture())
    image = Image.objects.get()
    assert (answer.status_code, answer.json()["picture"]["pk"]) == (201, image.pk)
    assert (image.title, image.added_by) == ("the bridge", editor)
    # The same pixels in another format.
    same = send(editor_client, picture("copy.webp", format="WEBP", lossless=True))
    assert (same.status_code, same.json()["same"]["url"]) == (409, page_of(image))
    assert send(editor_client, picture(), again="on").status_code == 201
    assert LogEntry.objects.count() == 2


def test_a_script_is_told_what_is_refused_and_when_to_try_again(editor_client, monkeypatch):
    refused = send(editor_client, SimpleUploadedFile("a.pdf", b"%PDF-1.7"))
    assert refused.status_code == 422
    assert "PDF" in refused.json()["errors"]["file"][0]
    assert send(editor_client).status_code == 422

    def busy(*args, **order):
        raise process.CannotDecode("busy")

    monkeypatch.setattr(process, "decode", busy)
    assert send(editor_client, picture()).status_code == 503


def test_without_a_script_several_are_added_and_their_words_are_asked_for(editor_client):
    sent = (picture("a.png"), picture("b.png", size=(30, 30)), picture("c.txt"), picture("a.png"))
    response = send(editor_client, *sent, as_script=False)
    images = list(Image.objects.order_by("pk"))
    assert [image.title for image in images] == ["a", "b"]
    page = editor_client.get(response.url)
    assert "already in the library" in page.text
    assert "“c.txt”: " in page.text
    one, two = (f"p{image.pk}" for image in images)
    values = {f"{one}-title": "A", f"{two}-title": "B", f"{one}-alt": "A bridge"}
    values |= {f"{one}-credit": "Anne", "all-credit": "AFP", "all-expires_on": "2030-05-03"}
    again = editor_client.post(response.url, values)
    assert [list(form.errors) for form in again.context["rows"]] == [[], ["alt"]]
    assert 'value="A bridge"' in again.text
    assert not Image.objects.filter(credit="AFP").exists()
    editor_client.post(response.url, {**values, f"{two}-decorative": "on"})
    assert list(Image.objects.order_by("pk").values_list("title", "credit", "alt")) == [
        ("A", "Anne", "A bridge"),
        ("B", "AFP", ""),
    ]


@pytest.mark.parametrize("query", ["", "?pk=0&pk=x", "?pk=99999999999999999999"])
def test_words_for_no_picture_are_asked_for_in_no_field(editor_client, query):
    page = editor_client.get(WORDS + query)
    assert (page.status_code, page.context["rows"]) == (200, [])


# --- Clearing -------------------------------------------------------------------------------------


def choose(client, *images):
    values = {"action": "clear_unused", "_selected_action": [image.pk for image in images]}
    return client.post(LIBRARY, values)


@pytest.mark.django_db(transaction=True)
def test_unused_pictures_are_shown_with_their_sizes_and_deleted_with_their_files(editor_client):
    used, unused = factories.image("used"), factories.image("unused")
    factories.article(lead_image=used)
    page = choose(editor_client, used, unused)
    assert [image.title for image in page.context["pictures"]] == ["unused"]
    assert [image.title for image in page.context["kept"]] == ["used"]
    assert page.context["bytes"] == default_storage.size(unused.file.name)
    done = editor_client.post(CLEAR, {"picture": [used.pk, unused.pk]}, follow=True)
    assert list(Image.objects.values_list("title", flat=True)) == ["used"]
    assert not default_storage.exists(unused.file.name)
    # It has come to be used since the page was shown.
    assert "“used” is kept" in done.text
    assert LogEntry.objects.get().object_repr == "unused"


def test_a_picture_of_an_old_version_is_not_ticked(editor_client, monkeypatch):
    image = factories.image()
    monkeypatch.setattr(clearing.places_of_use, "in_old_versions", lambda images: {image.pk})
    page = choose(editor_client, image).text
    assert f'value="{image.pk}">' in page
    assert "Only in old versions" in page


def test_only_who_may_delete_pictures_clears_the_library(reporter_client):
    image = factories.image()
    choose(reporter_client, image)
    assert reporter_client.post(CLEAR, {"picture": image.pk}).status_code == 403
    assert Image.objects.exists()


# --- Another file ---------------------------------------------------------------------------------


def replace(client, image, **values):
    kept = form_values(client.get(page_of(image)), "image_form")
    file = picture(size=(40, 60))
    return client.post(page_of(image), {**kept, "file": file, "alt": "x", **values})


def test_another_file_for_a_picture_in_use_asks_what_it_is_for(editor_client):
    image = factories.image()
    article = factories.published("Opened again", lead_image=image, lead_alt="Its words there")
    page = editor_client.get(page_of(image)).text
    assert "1 live article" in page
    assert "Opened again" in page
    assert "Its words there" in page
    assert errors_of(replace(editor_client, image)) == {"replacing": ["required"]}
    replace(editor_client, image, replacing="add", title="Another")
    new = Image.objects.get(title="Another")
    assert (new.pk != image.pk, new.height, new.was_shown) == (True, 60, False)
    image.refresh_from_db()
    assert (image.title, image.height) == ("A bridge", 40)
    assert default_storage.exists(image.file.name)
    article.refresh_from_db()
    assert article.lead_image == image
    done = editor_client.get(replace(editor_client, image, replacing="everywhere").url)
    assert "another shape" in done.text
    image.refresh_from_db()
    assert image.height == 60


def test_the_uses_of_a_picture_are_named_to_those_who_may_view_them(client, django_user_model):
    from django.contrib.auth.models import Permission

    image = factories.image()
    factories.article("A secret headline", lead_image=image)
    person = django_user_model.objects.create_user("anne", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(person)
    page = client.get(page_of(image)).text
    assert "used in 1 article" in page
    assert "A secret headline" not in page
