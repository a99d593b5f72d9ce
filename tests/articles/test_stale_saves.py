"""Two people in one article: nobody overwrites or publishes what they have not seen."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Edition
from articles.publishing import working_copy
from articles.publishing.stages import Stage

from .. import factories
from ..conftest import EDITOR, make_user
from ..pages import form_values, forms_of, words

pytestmark = pytest.mark.django_db

BODY = "<p>One.</p><p>Two.</p><p>Three.</p><p>Four.</p>"


def byline(author, role=""):
    fields = {"author": author.pk, "role": role, "position": 0}
    return {"bylines-TOTAL_FORMS": 1} | {f"bylines-0-{k}": v for k, v in fields.items()}


def url_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def shown(client, article):
    return form_values(client.get(url_of(article)), "article_form")


@pytest.fixture
def article(db):
    return factories.article(headline="The bridge", standfirst="It opens.", body=BODY)


@pytest.fixture
def colleague(db, django_user_model):
    return make_user(django_user_model, "clemence", EDITOR, first_name="Clémence")


@pytest.fixture
def two(editor_client, colleague, article):
    """Return what a form held that an editor opened, and a function that saves for a colleague."""
    other = Client()
    other.force_login(colleague)
    mine = shown(editor_client, article)

    def save(**values):
        answer = other.post(url_of(article), {**shown(other, article), "_save": "1", **values})
        assert answer.status_code == 302, words(answer)

    return mine, save


def stored(article):
    return Article.objects.get(pk=article.pk)


def again(answer, **values):
    """Return what a browser sends from a page of differences."""
    return {**forms_of(answer.text)["stale"]["values"], **values}


# --- Versions -------------------------------------------------------------------------------------


def test_a_version_rises_with_the_content_and_with_nothing_else(editor_client, article):
    def version_after(**values):
        values = {**shown(editor_client, article), "_save": "1", **values}
        assert editor_client.post(url_of(article), values).status_code == 302
        return stored(article).version

    author, topic = factories.author(), factories.topic()
    assert version_after() == 1
    assert version_after(slug="other", embargo_until_0="", comments_open="") == 1
    assert version_after(headline="The new bridge") == 2
    assert version_after(topics=[topic.pk]) == 3
    assert version_after(related=[factories.published().pk]) == 4
    byline = {
        "bylines-TOTAL_FORMS": 1,
        "bylines-0-author": author.pk,
        "bylines-0-role": "text",
        "bylines-0-position": 0,
    }
    assert version_after(**byline) == 5
    assert version_after(body=BODY.replace("</p>", "</p>\r\n")) in (5, 6)


def test_a_save_without_a_change_changes_nothing(editor_client):
    article = factories.published(standfirst="One line.\nAnother.")
    before = stored(article)
    editor_client.post(url_of(article), {**shown(editor_client, article), "_save": "1"})
    after = stored(article)
    assert (after.stage, after.saved_at, after.version) == (
        Stage.PUBLISHED,
        before.saved_at,
        before.version,
    )
    assert not after.revisions.exists()


# --- Merging --------------------------------------------------------------------------------------


def test_changes_of_different_fields_merge_by_themselves(editor_client, article, two):
    mine, save = two
    author = factories.author()
    save(
        headline="The long bridge",
        **{"bylines-TOTAL_FORMS": 1, "bylines-0-author": author.pk, "bylines-0-position": 0},
    )
    answer = editor_client.post(
        url_of(article), {**mine, "_save": "1", "standfirst": "It opens on Friday."}
    )
    assert answer.status_code == 302
    article = stored(article)
    assert (article.headline, article.standfirst) == ("The long bridge", "It opens on Friday.")
    assert article.authors() == [author]
    assert article.version == 3


def test_rows_of_a_byline_that_a_colleague_has_replaced_refuse_no_save(editor_client, article, two):
    _mine, save = two
    anna, zoe, tom = (factories.author(name) for name in ("Anna", "Zoé", "Tom"))
    for position, author in enumerate([anna, zoe]):
        article.bylines.create(author=author, position=position)
    mine = shown(editor_client, article)
    save(headline="The long bridge", **{"bylines-1-DELETE": "on"})
    article.bylines.all().delete()
    article.bylines.create(author=anna)
    # The form comes back for its own fault, with all rows.
    page = editor_client.post(url_of(article), {**mine, "_save": "1", "slug": "no slug"})
    assert form_values(page, "article_form")["bylines-1-author"] == str(zoe.pk)
    answer = editor_client.post(url_of(article), {**mine, "_save": "1", "standfirst": "It shuts."})
    assert answer.status_code == 302
    merged = stored(article)
    assert [*merged.authors()] == [anna]
    assert (merged.headline, merged.standfirst) == ("The long bridge", "It shuts.")
    changed = {"bylines-1-author": tom.pk, "_save": "1"}
    answer = editor_client.post(url_of(article), {**mine, **changed})
    assert answer.status_code == 409
    sent = again(answer, **{"pick-bylines": "mine", "_save": "1"})
    assert editor_client.post(url_of(article), sent).status_code == 302
    assert [*stored(article).authors()] == [anna, tom]


def test_a_change_of_settings_is_not_taken_back_by_a_stale_save(editor_client, article, two):
    mine, save = two
    save(slug="long-bridge", comments_open="")
    editor_client.post(url_of(article), {**mine, "_save": "1", "headline": "The long bridge"})
    article = stored(article)
    assert (article.slug, article.comments_open) == ("long-bridge", False)
    assert article.headline == "The long bridge"


def test_a_stale_save_does_not_take_back_a_new_address(editor_client, colleague):
    article = factories.published(headline="The bridge", slug="bridge")
    mine = shown(editor_client, article)
    article.change_slug("long-bridge", by=colleague)
    editor_client.post(url_of(article), {**mine, "_save": "1", "headline": "The long bridge"})
    article = stored(article)
    assert (article.headline, article.slug) == ("The long bridge", "long-bridge")
    assert article.path.endswith("/long-bridge/")
    assert article.events.filter(kind="readdressed").count() == 1


def test_two_changes_of_one_field_stand_side_by_side(editor_client, article, two):
    mine, save = two
    save(headline="The long bridge")
    answer = editor_client.post(
        url_of(article), {**mine, "_save": "1", "headline": "The short bridge"}
    )
    assert answer.status_code == 409
    assert stored(article).headline == "The long bridge"
    page = words(answer)
    assert {"Clémence", "long", "short"} <= set(page.split())
    sent = again(answer, **{"pick-headline": "mine", "_save": "1"})
    assert editor_client.post(url_of(article), sent).status_code == 302
    assert stored(article).headline == "The short bridge"


def test_a_page_of_differences_sent_without_a_choice_comes_again(editor_client, article, two):
    mine, save = two
    save(headline="The long bridge")
    answer = editor_client.post(
        url_of(article), {**mine, "_save": "1", "headline": "The short bridge"}
    )
    assert editor_client.post(url_of(article), again(answer, _save="1")).status_code == 409
    assert stored(article).headline == "The long bridge"


def test_a_body_that_both_changed_is_picked_by_paragraph(editor_client, article, two):
    mine, save = two
    save(body=BODY.replace("One", "First").replace("Three", "Third"))
    body = BODY.replace("Three", "Number three").replace("Four", "Fourth")
    answer = editor_client.post(url_of(article), {**mine, "_save": "1", "body": body})
    assert answer.status_code == 409
    form = forms_of(answer.text)["stale"]["values"]
    assert (form["pick-body-0"], form["pick-body-3"]) == ("theirs", "mine")
    sent = again(answer, **{"pick-body-2": "theirs", "_save": "1"})
    assert editor_client.post(url_of(article), sent).status_code == 302
    expected = BODY.replace("One", "First").replace("Three", "Third").replace("Four", "Fourth")
    assert stored(article).body == expected


def test_the_editors_own_way_to_write_a_body_is_no_change(editor_client, colleague):
    stored_body = "<p>One.</p>\n<ul><li>Two.</li></ul>\n<p>Three.</p>"
    written = "<p>One.</p><ul><li><p>Two.</p></li></ul><p>Three.</p>"
    article = factories.published(body=stored_body)
    mine = shown(editor_client, article)
    editor_client.post(url_of(article), {**mine, "_save": "1", "body": written})
    after = stored(article)
    assert (after.stage, after.version, after.body) == (Stage.PUBLISHED, 1, stored_body)
    # Two people change two paragraphs: there is nothing to choose.
    other = Client()
    other.force_login(colleague)
    theirs = written.replace("One", "First")
    other.post(url_of(article), {**mine, "_save": "1", "body": theirs})
    answer = editor_client.post(
        url_of(article), {**mine, "_save": "1", "body": written.replace("Three", "Third")}
    )
    assert answer.status_code == 302
    assert "".join(stored(article).body.split()) == "".join(
        stored_body.replace("One", "First").replace("Three", "Third").split()
    )


@pytest.mark.parametrize("button", ["_submit_for_review", "_publish"])
def test_nobody_moves_what_they_have_not_read(editor_client, article, two, button):
    mine, save = two
    save(standfirst="It opens on Friday.")
    answer = editor_client.post(url_of(article), {**mine, button: "1"})
    assert answer.status_code == 409
    assert "on Friday" in words(answer)
    assert stored(article).stage == Stage.DRAFT
    assert not article.editions.exists()
    answer = editor_client.post(url_of(article), again(answer, **{button: "1"}))
    assert answer.status_code == 302
    article = stored(article)
    assert article.stage != Stage.DRAFT
    assert article.standfirst == "It opens on Friday."


@pytest.mark.parametrize("ends", ["withdrawn", "expired", "known"])
def test_nobody_publishes_again_without_knowing_what_readers_have_lost(
    editor_client, editor, article, ends
):
    article.press(by=editor)
    before = shown(editor_client, article)
    if ends == "expired":
        now = timezone.now()
        Edition.objects.update(
            visible_from=now - timedelta(hours=2), visible_until=now - timedelta(hours=1)
        )
    else:
        article.withdraw(by=editor)
    typed = shown(editor_client, article) if ends == "known" else before
    typed |= {"headline": "The second bridge", "_publish": "1"}
    answer = editor_client.post(url_of(article), typed)
    if ends != "known":
        assert "Readers lost this article" in words(answer)
        assert not article.live_edition()
        answer = editor_client.post(
            url_of(article), form_values(answer, "article_form") | {"_publish": "1"}
        )
    assert answer.status_code == 302, words(answer)
    assert article.live_edition().headline == "The second bridge"


def test_what_changes_while_one_picks_is_shown_too(editor_client, article, two):
    mine, save = two
    save(headline="The long bridge")
    answer = editor_client.post(
        url_of(article), {**mine, "_publish": "1", "headline": "The short bridge"}
    )
    save(headline="The longest bridge")
    sent = again(answer, **{"pick-headline": "theirs", "_publish": "1"})
    answer = editor_client.post(url_of(article), sent)
    assert answer.status_code == 409
    assert "longest" in words(answer)


@pytest.mark.parametrize(
    "broken",
    [
        {"version": ""},
        {"base": ""},
        {"base": "[1]"},
        {"base": "[" * 100_000},
        {"base": "1" * 5000},
        {"base": '{"headline": [2]}'},
        {"base": '{"headline": "\\ud800"}'},
    ],
)
def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing(
    editor_client, article, two, broken
):
    mine, _save = two
    values = {**mine, "headline": "Another", "_publish": "1", **broken}
    assert editor_client.post(url_of(article), values).status_code == 409
    assert stored(article).headline == "The bridge"


def test_a_broken_moment_from_a_browser_is_compared_all_the_same(editor_client, article, two):
    Article.objects.update(embargo_until=timezone.now() + timedelta(days=1))
    broken = {"base": '{"embargo_until": "2026-13-45T25:00"}', "embargo_until": "1 March 2050"}
    answer = editor_client.post(url_of(article), {**two[0], **broken, "_save": "1"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "body", ["<>", "< >", "</>", "</p></p>", "<p>" * 500, "<script>x()</script>", "x" * 10**6, ""]
)
def test_a_broken_body_from_a_browser_is_compared_all_the_same(editor_client, article, two, body):
    mine, save = two
    save(body=BODY.replace("One", "First"))
    base = json.dumps({**json.loads(mine["base"]), "body": body})
    typed = {"body": BODY.replace("Two", "Second"), "base": base}
    answer = editor_client.post(url_of(article), {**mine, **typed, "_save": "1"})
    assert answer.status_code == 409
    assert "x()" not in answer.text.partition('class="stale-head"')[2]
    assert "First" in stored(article).body


def test_a_save_that_waits_for_a_deletion_is_no_fault(editor_client, article, two, monkeypatch):
    begin = working_copy.begin

    def begin_late(article):
        Article.objects.filter(pk=article.pk).delete()
        return begin(article)

    monkeypatch.setattr(working_copy, "begin", begin_late)
    sent = {**two[0], "headline": "Another", "_save": "1"}
    assert editor_client.post(url_of(article), sent).status_code in (200, 302)
