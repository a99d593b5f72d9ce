"""Editions in the admin: read-only once public; until then editors move or cancel them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Edition

from .. import factories, machines
from ..pages import form_values, words
from .test_admin import errors_of, messages_in, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    at = (timezone.now() + timedelta(hours=3)).replace(second=7, microsecond=0)
    return factories.published(at=at).editions.get()


def url_of(edition, page="change"):
    return reverse(f"admin:articles_edition_{page}", args=[edition.pk])


def test_an_editor_moves_a_scheduled_edition(editor_client, edition):
    shown = form_values(editor_client.get(url_of(edition)), "edition_form")
    assert f"{timezone.localtime(edition.visible_from):%H:%M:%S}" in shown["begins_at"]
    later = edition.visible_from + timedelta(days=1)
    response = editor_client.post(url_of(edition), {**shown, **moment("begins_at", later)})
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.visible_from == later


def test_a_move_into_the_past_is_an_error_at_its_field(editor_client, edition):
    before = timezone.now() - timedelta(hours=1)
    response = editor_client.post(url_of(edition), moment("begins_at", before))
    assert errors_of(response) == {"begins_at": ["past_date"]}
    assert form_values(response, "edition_form")["begins_at"] == moment("b", before)["b"]
    assert messages_in(response) == []
    assert Edition.objects.get().visible_from == edition.visible_from
    # This field cannot be left empty, so it is not said how to choose “now”.
    assert "That moment has gone by. " in words(response)


def test_the_page_before_that_sets_the_colon_as_in_french(editor_client, edition):
    page = editor_client.get(
        reverse("admin:articles_edition_delete", args=[edition.pk]),
        headers={"Accept-Language": "fr"},
    )
    assert "Édition\xa0: <a" in page.text
    assert "Edition_" not in page.text


def test_an_editor_takes_a_scheduled_edition_back(editor_client, edition):
    assert editor_client.get(url_of(edition, "delete")).status_code == 200
    editor_client.post(url_of(edition, "delete"), {"post": "yes"})
    assert not Edition.objects.exists()
    assert edition.article.events.filter(kind="cancelled").exists()


def test_an_edition_that_readers_have_seen_is_only_read(editor_client):
    edition = factories.published(body="<p>Its own words.</p>").editions.get()
    page = editor_client.get(url_of(edition))
    assert "Its own words." in words(page)
    assert 'name="begins_at"' not in page.text
    assert editor_client.post(url_of(edition), {"headline": "x"}).status_code == 403
    assert editor_client.post(url_of(edition, "delete"), {"post": "yes"}).status_code == 403
    assert Edition.objects.get().headline == edition.headline


def test_nobody_adds_an_edition_by_hand(editor_client, admin_client):
    for client in (editor_client, admin_client):
        assert client.get(reverse("admin:articles_edition_add")).status_code == 403


def test_the_list_of_editions_says_which_is_public(editor_client, edition):
    past = factories.published("Past", at=timezone.now() - timedelta(days=2))
    past.press(by=None)
    response = editor_client.get(reverse("admin:articles_edition_changelist"))
    page = words(response)
    for state in ("scheduled", "past", "public"):
        assert state in page
    rows = machines.page(response).xpath('//table[@id="result_list"]/tbody/tr')
    told = {
        tuple(
            row.xpath(f'string(.//*[contains(@class, "field-{name}")])')
            for name in ("headline", "number", "state")
        )
        for row in rows
    }
    assert told == {
        (edition.headline, "1", "scheduled"),
        ("Past", "1", "past"),
        ("Past", "2", "public"),
    }


def test_the_list_of_editions_takes_no_filter_but_its_own(editor_client):
    editions = reverse("admin:articles_edition_changelist")
    for lookup in ("first_published_at__year=99999", "pressed_by__password__startswith=a"):
        assert editor_client.get(f"{editions}?{lookup}").status_code == 400
    assert editor_client.get(f"{editions}?section__id__exact=1").status_code == 200


def test_the_list_is_sorted_by_no_column_without_an_index(admin_client):
    for number, headline in enumerate(["B", "C", "A"]):
        factories.published(headline, at=timezone.now() - timedelta(days=9 - number))
    listed = reverse("admin:articles_edition_changelist")

    def headlines(order):
        found = admin_client.get(listed, {"o": order}).context["cl"].result_list
        return [edition.headline for edition in found]

    assert headlines("") == headlines("0") == headlines("-1") == headlines("5") == ["A", "C", "B"]
    assert headlines("2") == ["B", "C", "A"]
    assert "?o=0" not in admin_client.get(listed).text
