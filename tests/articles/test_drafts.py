"""Unsaved text of the form of an article: kept, taken up again, erased once it is saved."""

import json
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleEvent, Draft
from articles.publishing import drafts
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.passage import take_down_passage
from articles.publishing.takedown.picture import take_down_picture
from tests import factories
from tests.pages import form_values, forms_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(editor_client, article):
    return Desk(editor_client, article)


class Desk:
    """The form of an article in a browser that keeps what is typed there."""

    def __init__(self, client, article=None):
        self.client, self.article = client, article
        args = [article.pk] if article else []
        name = "change" if article else "add"
        self.form = reverse(f"admin:articles_article_{name}", args=args)
        name = "draft" if article else "add_draft"
        self.address = reverse(f"admin:articles_article_{name}", args=args)

    def values(self, query="", **typed):
        return form_values(self.client.get(self.form + query), "article_form") | typed

    def send(self, **body):
        return self.client.post(self.address, body, content_type="application/json")

    def type(self, sitting="one", place="", **typed):
        values = {name: [value] for name, value in self.values(**typed).items()}
        return self.send(values=values, sitting=sitting, place=place)

    def save(self, **typed):
        return self.client.post(self.form, self.values(**typed))


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_superuser("clem", first_name="Clémence")
    return user


@pytest.fixture
def theirs(colleague, article):
    client = Client()
    client.force_login(colleague)
    return Desk(client, article)


def test_typed_text_is_kept_in_one_row_and_touches_nothing_else(desk, article, changes):
    before = Article.objects.values().get()
    events = ArticleEvent.objects.count()
    changes()
    for text in ("A first word", "A second word"):
        answer = desk.type(headline=text)
        assert answer.json()["moment"]
    draft = Draft.objects.get()
    assert draft.content["headline"] == ["A second word"]
    assert "csrfmiddlewaretoken" not in draft.content
    assert Article.objects.values().get() == before
    assert (ArticleEvent.objects.count(), changes()) == (events, set())


def test_the_text_is_offered_with_what_differs_and_taken_up_without_scripts(desk):
    desk.type(headline="Typed & lost", bylines_unknown="x")
    page = desk.client.get(desk.form)
    assert "Take up your text of" in words(page)
    assert "Typed & lost" in words(page)
    assert desk.values()["headline"] == desk.article.headline
    taken = desk.values("?draft=1")
    assert taken["headline"] == "Typed & lost"
    assert desk.client.get(desk.form + "?draft=1").text.count("errornote") == 0
    assert Article.objects.get().headline == desk.article.headline
    assert desk.client.post(desk.form, taken).status_code == 302
    assert Article.objects.get().headline == "Typed & lost"
    assert "Take up" not in words(desk.client.get(desk.form))


@pytest.mark.parametrize("sign", ["new:", "left:"])
def test_topics_and_authors_that_are_only_typed_yet_are_offered_by_name(desk, theirs, sign):
    stored = factories.topic(name="Bridges")
    desk.article.topics.add(stored)
    values = {name: [value] for name, value in desk.values().items()}
    values |= {"topics": [str(stored.pk), f"{sign}Rivers"], "bylines-0-author": [f"{sign}Jo Roe"]}
    assert desk.send(values=values, sitting="one").status_code == 200
    offer = words(desk.client.get(desk.address))
    assert "Bridges , Rivers" in offer
    assert "Jo Roe" in offer
    assert sign not in offer
    assert "has unsaved text" in words(theirs.save(_publish="1"))


def test_a_text_that_is_no_valid_article_yet_is_taken_up_without_complaint(desk):
    desk.type(headline="", publish_at_0="tomorrow", **{"bylines-TOTAL_FORMS": "1"})
    page = desk.client.get(desk.form + "?draft=1")
    assert page.status_code == 200
    assert "errornote" not in page.text
    assert form_values(page, "article_form")["headline"] == ""


def test_a_topic_and_an_author_that_are_still_to_be_made_are_offered_by_name(desk):
    author = {"bylines-TOTAL_FORMS": "1", "bylines-0-author": "new:Rosalie Quint"}
    desk.type(topics="new:Floods", **author)
    page = words(desk.client.get(desk.form))
    assert "Take up your text of" in page
    assert "Floods" in page
    assert "Rosalie Quint" in page
    assert "new:" not in page


def test_the_text_of_a_new_article_is_kept_until_the_article_is_saved(editor_client):
    desk = Desk(editor_client)
    desk.type(headline="New & unsaved")
    assert desk.values("?draft=1")["headline"] == "New & unsaved"
    typed = desk.values("?draft=1", headline="New & saved", section=factories.section().pk)
    assert editor_client.post(desk.form, typed).status_code == 302
    assert Draft.objects.get().content == {}
    assert "Take up" not in words(editor_client.get(desk.form))


def test_saving_erases_the_draft_and_refuses_what_is_late(desk):
    desk.type("one", headline="Typed")
    desk.save(headline="Typed and saved", sitting="one")
    draft = Draft.objects.get()
    assert (draft.content, draft.saved_at, draft.ended_sitting) == ({}, None, "one")
    # A request that was under way arrives after the save.
    assert desk.type("one", headline="Typed").status_code == 200
    assert Draft.objects.get().content == {}
    desk.type("two", headline="Typed later")
    assert Draft.objects.get().content["headline"] == ["Typed later"]


def test_a_text_that_was_taken_back_is_kept_again_once_it_is_typed_again(desk):
    desk.type("one", headline="Typed")
    desk.send(give_up=True, sitting="one")
    assert not Draft.objects.with_text().exists()
    assert desk.type("one", headline="Typed again").json()["kept"]
    assert Draft.objects.get().content["headline"] == ["Typed again"]


def test_the_text_of_another_window_is_neither_overwritten_nor_erased(desk):
    desk.type("one", headline="Of the first window")
    second = {name: [value] for name, value in desk.values(kicker="Of the second").items()}
    assert not desk.send(values=second, sitting="two").json()["kept"]
    desk.send(give_up=True, sitting="two")
    desk.save(kicker="Of the second", sitting="two")
    assert Draft.objects.get().content["headline"] == ["Of the first window"]
    # Whoever takes it up goes on with it, and so does a form that comes back with errors.
    taken = desk.values("?draft=1", headline="", sitting="three")
    again = form_values(desk.client.post(desk.form, taken), "article_form")
    assert (again["sitting"], again["taken_up"]) == ("three", "one")
    values = {name: [value] for name, value in again.items()}
    assert desk.send(values=values, sitting="three", taken_up="one").json()["kept"]
    assert desk.client.post(desk.form, {**again, "headline": "Saved"}).status_code == 302
    assert not Draft.objects.with_text().exists()


def test_the_text_of_an_article_that_is_deleted_meanwhile_becomes_a_new_article(desk):
    desk.article.bylines.create(author=factories.author("Anna"))
    typed = desk.values(headline="Typed & kept", _save="1")
    desk.article.editions.all().delete()
    desk.article.delete()
    assert desk.send(values={"headline": ["Typed"]}).status_code == 404
    page = desk.client.post(desk.form, typed)
    assert "was deleted after you had opened it" in words(page)
    assert not Article.objects.exists()
    form = forms_of(page.text)["article_form"]
    assert desk.client.post(form["action"], form["values"]).status_code == 302
    article = Article.objects.get()
    assert article.headline.strip() == "Typed & kept"
    assert [author.name for author in article.authors()] == ["Anna"]


def test_a_refused_save_keeps_the_draft(desk):
    desk.type(headline="")
    assert desk.save(headline="").status_code == 200
    assert Draft.objects.get().content["headline"] == [""]


@pytest.mark.parametrize("way", ["script", "page"])
def test_a_draft_is_given_up(desk, way):
    desk.type(headline="Typed")
    page = desk.client.get(desk.address)
    assert "Typed" in words(page)
    if way == "script":
        assert desk.send(give_up=True).status_code == 200
    else:
        assert desk.client.post(desk.address, {"_discard": "1"}).status_code == 302
    assert Draft.objects.get().content == {}
    assert desk.client.get(desk.address).status_code == 302


def test_a_text_of_the_browser_is_compared_and_shown_and_stores_nothing(desk):
    values = {name: [value] for name, value in desk.values(headline="Typed here").items()}
    offer = desk.send(compare=True, values=values, sitting="one", age=60).json()["html"]
    assert "Typed here" in offer
    same = {name: [value] for name, value in desk.values().items()}
    assert desk.send(compare=True, values=same, sitting="one", age=60).json()["html"] == ""
    assert not Draft.objects.with_text().exists()
    sent = desk.values(headline="Typed here", _take_up="1", sitting="one", _publish="1")
    page = desk.client.post(desk.address, sent)
    assert form_values(page, "article_form")["headline"] == "Typed here"
    # The form is sent to its own address.
    assert forms_of(page.text)["article_form"]["action"] == desk.form
    assert not Draft.objects.with_text().exists()
    assert Article.objects.get().headline == desk.article.headline
    # What the server has too is offered once.
    desk.send(values=values, sitting="two")
    assert desk.send(compare=True, values=values, sitting="one", age=60).json()["html"] == ""


def test_nobody_is_offered_the_text_of_another_account(desk, theirs):
    theirs.type(headline="Of Clémence")
    assert "Of Clémence" not in words(desk.client.get(desk.form))
    assert desk.values("?draft=1")["headline"] == desk.article.headline
    assert desk.client.get(desk.address).status_code == 302


def test_signing_out_makes_a_browser_forget_the_texts_of_that_account_alone(desk, theirs):
    [owner] = re.findall('data-owner="([0-9a-z]+)"', desk.client.get(desk.form).text)
    page = desk.client.post(reverse("admin:logout"))
    assert f'data-forget-drafts="{owner}"' in page.text
    assert owner not in theirs.client.get(theirs.form).text


def test_whoever_may_not_write_any_more_is_told_where_the_text_is(desk, editor):
    editor.groups.clear()
    answer = desk.send(values={"headline": ["Typed"]})
    assert answer.status_code == 403
    assert "You may not change this any more" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("x", 400),
        ("[]", 400),
        ('{"values": []}', 400),
        ('{"values": {"headline": "x"}}', 400),
        ('{"age": "x"}', 400),
        ('{"age": -1e999}', 400),
        ("[" * 100_000, 400),
        ('{"age": 1e999}', 200),
        ('{"age": -2e11, "compare": true, "values": {"takedowns_seen": ["0"]}}', 200),
        ('{"age": -8e12, "compare": true, "values": {"takedowns_seen": ["0"]}}', 400),
        ('{"values": {"headline": ["\\u0000 \\ud800"]}, "sitting": 5, "place": ["x"]}', 409),
        ('{"values": {"headline": ["\\u0000 \\ud800"], "takedowns_seen": ["0"]}}', 200),
        (json.dumps({"values": {"body": ["x" * drafts.LARGEST]}}), 413),
    ],
)
def test_whatever_a_browser_sends_is_answered(desk, body, status):
    answer = desk.client.post(desk.address, body, content_type="application/json")
    assert answer.status_code == status
    if status == 413:
        assert "too long" in answer.json()["error"]


@pytest.mark.parametrize(
    "base", ["[" * 9999, '{"a": {}}', '{"a": "\\u0000"}', '{"\\ud800": 1}', '{"a": NaN}', "[]", "x"]
)
def test_what_is_no_state_of_an_article_is_not_kept_as_one(base):
    assert drafts.Typed.of({"base": [base], "version": ["-1"]}).content()["base"] == {}
    assert drafts.Typed.of({"version": ["-1"]}).number("version") is None


# --- Colleagues -----------------------------------------------------------------------------------


def test_colleagues_see_one_another_and_where_they_are(desk, theirs):
    answer = theirs.send(place="body")
    assert answer.json()["here"] == []
    assert "Clémence is in this article, in the text." in words(desk.client.get(desk.form))
    assert desk.send().json()["here"] == ["Clémence is in this article, in the text."]
    theirs.send(place="slug")
    assert desk.send().json()["here"] == ["Clémence is in this article."]
    Draft.objects.update(beat_at=timezone.now() - timedelta(seconds=61))
    assert desk.send().json()["here"] == []


def test_whoever_publishes_is_told_once_of_a_colleague_with_unsaved_text(desk, theirs):
    theirs.send()
    assert desk.save(headline="It opens", _publish="1").status_code == 302
    theirs.type(headline="Of Clémence")
    page = desk.save(headline="It closes", _publish="1")
    assert page.status_code == 200
    assert "Clémence has unsaved text in this article" in words(page)
    assert Article.objects.get().live_edition().headline == "It opens"
    difference = reverse(
        "admin:articles_article_others_draft",
        args=[desk.article.pk, Draft.objects.latest("saved_at").by_id],
    )
    assert difference in page.text
    assert "Of Clémence" in words(desk.client.get(difference))
    again = form_values(page, "article_form") | {"_publish": "1"}
    assert desk.client.post(desk.form, again).status_code == 302
    assert Article.objects.get().live_edition().headline == "It closes"


def test_a_colleagues_text_and_the_question_to_tell_readers_stand_on_one_page(desk, theirs):
    desk.save(headline="It opens on 3 May", _publish="1")
    theirs.type(headline="Of Clémence")
    page = desk.save(headline="It opens on 4 May", _publish="1")
    assert "Clémence has unsaved text in this article" in words(page)
    assert "Should they be told?" in words(page)
    again = form_values(page, "article_form") | {"_publish": "without-telling"}
    assert desk.client.post(desk.form, again).status_code == 302
    assert Article.objects.get().live_edition().headline == "It opens on 4 May"


def test_nobody_is_told_of_what_is_saved_or_long_left(desk, theirs):
    theirs.type(headline="One")
    assert desk.save(headline="One").status_code == 302
    assert desk.save(_publish="1").status_code == 302
    theirs.type(headline="Two")
    long_ago = timezone.now() - timedelta(minutes=31)
    Draft.objects.update(saved_at=long_ago, beat_at=long_ago)
    assert desk.save(_publish="1").status_code == 302


# --- The lock of the database ---------------------------------------------------------------------


@contextmanager
def locked():
    other = connection.copy()
    with other.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE articles_draft IN SHARE MODE")
        yield
        cursor.execute("ROLLBACK")
    other.close()


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_is_said_after_a_short_wait_and_leaves_nothing(desk, monkeypatch):
    values = {name: [value] for name, value in desk.values(headline="Typed").items()}
    assert drafts.LONGEST_WAIT.total_seconds() <= 1
    monkeypatch.setattr(drafts, "LONGEST_WAIT", timedelta(milliseconds=50))
    with locked():
        answer = desk.send(values=values, sitting="one")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert not Draft.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # The connection waits as long as before.
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (30_000,)
    assert desk.send(values=values, sitting="one").status_code == 200


# --- Its end --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_text", [True, False])
def test_what_comes_while_the_article_is_deleted_is_not_found(desk, monkeypatch, has_text):
    values = {name: [value] for name, value in desk.values().items()}
    write = Draft.objects.write

    def write_late(person, article, **columns):
        Article.objects.filter(pk=article.pk).delete()
        write(person, article, **columns)

    monkeypatch.setattr(Draft.objects, "write", write_late)
    assert desk.send(**({"values": values} if has_text else {})).status_code == 404


def test_old_drafts_are_deleted(desk, theirs):
    desk.type(headline="Typed")
    theirs.send()
    Draft.objects.update(beat_at=timezone.now() - timedelta(days=8))
    assert [draft.by.username for draft in Draft.objects.expired()] == ["clem"]
    Draft.objects.update(beat_at=timezone.now() - timedelta(days=31))
    assert Draft.objects.expired().count() == 2


def test_a_suppressed_passage_leaves_the_drafts_and_cannot_come_back(desk, editor):
    before = desk.values(headline="About zanzibar", base=json.dumps({"headline": "In Zanzibar"}))
    before = {name: [value] for name, value in before.items()}
    desk.send(values=before, sitting="one")
    take_down_passage(desk.article, "zanzibar", by=editor, reason="§ 1")
    assert "zanzibar" not in str(Draft.objects.get().content).lower()
    # Another window still has it, and its browser as well.
    assert desk.send(values=before, sitting="one").status_code == 409
    assert desk.send(compare=True, values=before, sitting="one").status_code == 409
    assert "zanzibar" not in str(Draft.objects.get().content).lower()
    # What is left can be taken up, and is not refused for the takedown.
    taken = desk.values("?draft=1", base="")
    assert taken["takedowns_seen"] == "1"
    assert "About […]" in taken["headline"]


def test_drafts_go_with_the_working_copy_that_is_taken_down(desk, editor):
    desk.type(headline="About zanzibar")
    edition = desk.article.live_edition()
    take_down_edition(edition, by=editor, reason="§ 1", notice="Gone.")
    assert Draft.objects.get().content == {}
    assert "Take up" not in words(desk.client.get(desk.form))


def test_drafts_lose_a_picture_that_is_taken_down(desk, editor):
    picture = factories.image(content=factories.picture_bytes((900, 600)))
    figure = f'<figure><img data-file="{picture.pk}" src="{picture.file.url}" alt="x"></figure>'
    desk.type(
        body=f"<p>Kept.</p>{figure}",
        lead_image=str(picture.pk),
        lead_alt="What it shows",
        headline="Kept",
    )
    take_down_picture(picture, by=editor, reason="§ 1")
    content = Draft.objects.get().content
    assert content["body"] == ["<p>Kept.</p>"]
    assert (content["lead_image"], content["lead_alt"]) == ([""], [""])
    assert content["headline"] == ["Kept"]
