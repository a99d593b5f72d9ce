"""The page on which a person reads what was handed in and decides."""

import pytest

from articles.models import Article
from articles.publishing.stages import Stage
from tests import factories
from tests.pages import forms_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(reporter):
    article = factories.article("Trams return", started_by=reporter, body="<p>At last.</p>")
    article.move_to(Stage.IN_REVIEW, by=reporter, note="Please check the figures.")
    return article


def address(article):
    return f"/admin/articles/article/{article.pk}/review/"


def form_of(page):
    (form,) = (form for form in forms_of(page.text).values() if "seen" in form["values"])
    return form


def press(client, article, button, note="", values=None):
    values = values or form_of(client.get(address(article)))["values"]
    chosen = {"seen": values["seen"], "note": note, button: "1"}
    return client.post(address(article), chosen)


def stage_of(article):
    return Article.objects.values_list("stage", flat=True).get(pk=article.pk)


def test_it_shows_the_text_who_handed_it_in_and_their_word(handed_in, editor_client):
    page = words(editor_client.get(address(handed_in)))
    for said in ("At last.", "Handed in by", "Please check the figures.", "Approve"):
        assert said in page


@pytest.mark.parametrize(
    ("button", "stage"),
    [("_approve", Stage.APPROVED), ("_send_back", Stage.DRAFT), ("_publish", Stage.PUBLISHED)],
)
def test_a_press_decides_with_a_note_and_leads_to_the_desk(
    handed_in, editor_client, editor, button, stage
):
    response = press(editor_client, handed_in, button, note="Well done.")
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert stage_of(handed_in) == stage
    said = [*handed_in.events.values_list("note", flat=True)]
    said += handed_in.notes.values_list("note", flat=True)
    assert "Well done." in said


def test_what_is_sent_back_needs_a_reason_and_nothing_typed_is_lost(handed_in, editor_client):
    response = press(editor_client, handed_in, "_send_back")
    assert response.status_code == 422
    assert stage_of(handed_in) == Stage.IN_REVIEW
    response = press(editor_client, handed_in, "_send_back", note="@nobody.here why?")
    assert response.status_code == 422
    assert form_of(response)["values"]["note"].strip() == "@nobody.here why?"


@pytest.mark.parametrize("button", ["_approve", "_publish"])
def test_nobody_decides_about_a_text_that_they_have_not_read(
    handed_in, editor_client, reporter, editor, button
):
    values = form_of(editor_client.get(address(handed_in)))["values"]
    handed_in.move_to(Stage.DRAFT, by=reporter)
    handed_in.move_to(Stage.IN_REVIEW, by=reporter)
    Article.objects.update(version=7, headline="Trams never return")
    response = press(editor_client, handed_in, button, "My word", values)
    assert response.status_code == 409
    assert "Trams never return" in words(response)
    assert form_of(response)["values"]["note"].strip() == "My word"
    assert stage_of(handed_in) == Stage.IN_REVIEW
    # Read again, it is decided.
    again = press(editor_client, handed_in, button, "My word", form_of(response)["values"])
    assert again.status_code == 302


def test_what_would_stop_a_press_is_told_and_stops_it(handed_in, editor_client):
    Article.objects.update(body="")
    page = words(editor_client.get(address(handed_in)))
    assert "Before publishing" in page
    assert press(editor_client, handed_in, "_publish").status_code == 422
    assert stage_of(handed_in) == Stage.IN_REVIEW


def test_what_readers_have_is_compared_and_not_published_from_here(editor, editor_client):
    article = factories.published("Trams return", body="<p>At noon.</p>")
    Article.objects.update(body="<p>At night.</p>", stage=Stage.IN_REVIEW)
    page = editor_client.get(address(article))
    assert "<del>noon</del>" in page.text
    assert "_publish" not in page.text
    assert press(editor_client, article, "_publish").status_code == 403
    assert press(editor_client, article, "_approve").status_code == 302


def test_who_may_not_decide_reads_and_changes_nothing(handed_in, reporter_client, moderator_client):
    for client in (reporter_client, moderator_client):
        page = client.get(address(handed_in))
        assert "At last." in words(page)
        assert "_approve" not in page.text
        values = {"seen": f"{handed_in.version} in_review", "note": "", "_approve": "1"}
        assert client.post(address(handed_in), values).status_code == 403
    assert stage_of(handed_in) == Stage.IN_REVIEW


def test_a_press_of_no_button_is_refused(handed_in, editor_client):
    assert editor_client.post(address(handed_in), {"seen": "x"}).status_code == 403
