"""Topics, authors and articles chosen by typing their names; new topics and authors."""

import pytest

from articles.models import Article, Author, Topic

from .. import factories
from ..pages import form_values, words
from .conftest import reporter, reporter_client  # noqa: F401
from .test_admin import ADD, change_url, errors_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def choose(client, article, **values):
    """Save the form of `article` with these values; return the answer."""
    return send(client, change_url(article), **values)


def topics_of(article):
    return sorted(topic.name for topic in article.topics.all())


def byline_of(article):
    return [(byline.author.name, byline.role) for byline in article.bylines.all()]


# --- Making ---------------------------------------------------------------------------------------


def test_a_new_topic_is_made_when_the_article_is_saved(editor_client):
    article, river = factories.article(), factories.topic(name="Rivers")
    choose(editor_client, article, topics=[river.pk, "new:L’œuvre & moi"])
    assert topics_of(article) == ["L’œuvre & moi", "Rivers"]
    assert Topic.objects.get(name="L’œuvre & moi").slug == "l-oeuvre-moi"


@pytest.mark.parametrize("typed", ["elections", "ÉLECTIONS", " Élections ", "Élections"])
def test_a_name_that_there_is_already_is_taken_whatever_its_accents(editor_client, typed):
    article, topic = factories.article(), factories.topic(name="Élections")
    choose(editor_client, article, topics=[f"new:{typed}"])
    assert list(article.topics.all()) == [topic]
    assert Topic.objects.count() == 1


def test_a_new_name_that_is_given_twice_makes_one_row(editor_client):
    article = factories.article()
    choose(
        editor_client, article,
        **{"topics": ["new:Rivers", "new:rivers"], "bylines-0-author": "new:Anna Martin",
           "bylines-1-author": "new:anna martin", "bylines-1-role": "photographs"},
    )  # fmt: skip
    assert topics_of(article) == ["Rivers"]
    assert byline_of(article) == [("Anna Martin", ""), ("Anna Martin", "photographs")]
    assert Author.objects.count() == 1


def test_a_form_that_is_refused_makes_nothing_and_keeps_the_names(editor_client):
    article = factories.article()
    response = choose(
        editor_client, article,
        **{"headline": "", "topics": ["new:Rivers"], "bylines-0-author": "new:Anna Martin"},
    )  # fmt: skip
    assert errors_of(response) == {"headline": ["required"]}
    assert not Topic.objects.exists()
    assert not Author.objects.exists()
    shown = form_values(response, "article_form")
    assert (shown["topics"], shown["bylines-0-author"]) == ("new:Rivers", "new:Anna Martin")
    editor_client.post(change_url(article), {**shown, "headline": "The bridge", "_save": "1"})
    assert (topics_of(article), byline_of(article)) == (["Rivers"], [("Anna Martin", "")])


def test_a_new_article_may_have_new_topics_and_authors(editor_client):
    send(
        editor_client, ADD,
        **{"headline": "The bridge", "body": "<p>Text</p>", "section": factories.section().pk,
           "topics": ["new:Rivers"], "bylines-0-author": "new:Anna Martin"},
    )  # fmt: skip
    article = Article.objects.get()
    assert (topics_of(article), byline_of(article)) == (["Rivers"], [("Anna Martin", "")])


def test_a_name_that_no_topic_may_have_is_refused_in_words(editor_client):
    article = factories.article()
    response = choose(editor_client, article, topics=["new:" + "x" * 61])
    assert errors_of(response) == {"topics": ["not_made"]}
    assert "cannot be made" in words(response)


def test_a_reporter_may_take_a_topic_by_name_but_not_make_one(reporter_client):  # noqa: F811
    article, rivers = factories.article(), factories.topic(name="Rivers")
    response = choose(reporter_client, article, topics=["new:Bridges"])
    assert errors_of(response) == {"topics": ["no_such_name"]}
    assert "There is no topic “Bridges”, and you may not add one." in words(response)
    assert "Make the topic" not in response.text
    choose(reporter_client, article, topics=["new:rivers"])
    assert list(article.topics.all()) == [rivers]
    assert Topic.objects.count() == 1


def test_what_was_typed_and_left_is_taken_or_kept_with_an_error(editor_client):
    article, rivers = factories.article(), factories.topic(name="Rivers")
    choose(editor_client, article, topics_left="rivers")
    assert list(article.topics.all()) == [rivers]
    response = choose(editor_client, article, topics_left="brid", headline="Typed")
    assert errors_of(response) == {"topics": ["no_such_name"]}
    assert ">brid</textarea>" in response.text
    assert Topic.objects.count() == 1


# --- Choosing -------------------------------------------------------------------------------------


def test_without_scripts_names_are_typed_one_to_a_line(editor_client):
    article, other = factories.article(), factories.published("The tramway")
    factories.published("The tramway is late")
    rivers = factories.topic(name="Rivers")
    choose(
        editor_client, article,
        topics_names="rivers\nBridges\n\n", related_names=f"the tramway\n{other.path}",
        **{"bylines-0-author_names": "Anna Martin"},
    )  # fmt: skip
    assert topics_of(article) == ["Bridges", "Rivers"]
    assert rivers in article.topics.all()
    assert list(article.related.all()) == [other]
    assert byline_of(article) == [("Anna Martin", "")]


def test_a_name_of_several_is_not_guessed(editor_client):
    article = factories.article()
    authors = [Author.objects.create(name="Anna Martin", slug=f"anna-{n}") for n in range(2)]
    response = choose(editor_client, article, **{"bylines-0-author_names": "anna martin"})
    assert "Several are called “anna martin”" in words(response)
    choose(editor_client, article, **{"bylines-0-author": authors[1].pk})
    assert article.bylines.get().author == authors[1]


@pytest.mark.parametrize("value", ["x", "new:", "left:", "999999", "9" * 20, "-1", "٢"])
def test_no_value_breaks_the_form(editor_client, value):
    article = factories.article()
    response = choose(editor_client, article, topics=[value], **{"bylines-0-author": value})
    assert response.status_code == 200
    assert not article.topics.exists()


def test_the_writing_screen_has_no_icons_that_open_windows(editor_client):
    page = editor_client.get(change_url(factories.article()))
    assert "related-widget-wrapper" not in page.text
    assert "select2" not in page.text
    assert "inlines.js" not in page.text


# --- The byline -----------------------------------------------------------------------------------


def test_the_byline_is_in_the_order_of_the_form(editor_client):
    article = factories.article()
    choose(
        editor_client, article,
        **{"bylines-0-author_names": "Anna Martin", "bylines-1-author_names": "Zoé Petit"},
    )  # fmt: skip
    assert [name for name, _role in byline_of(article)] == ["Anna Martin", "Zoé Petit"]
    choose(editor_client, article, **{"bylines-0-position": 1, "bylines-1-position": 0})
    assert [name for name, _role in byline_of(article)] == ["Zoé Petit", "Anna Martin"]
