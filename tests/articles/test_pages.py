"""Public pages: their content, their language and their headers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from articles.models import Article
from articles.views import PAGE_SIZE

from .. import factories
from ..pages import words

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def many(count, **fields):
    """Publish `count` articles one hour apart, each with a byline, a topic and a picture."""
    author, other = factories.author(), factories.author("Léa Petit")
    topic, image = factories.topic(), factories.image()
    return [
        factories.published(
            f"Story number {number}", at=MAY + timedelta(hours=number), authors=[author, other],
            topics=[topic], lead_image=image, lead_alt="A bridge", **fields,
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


@pytest.fixture
def site():
    """The address of one page of each kind, by name."""
    author, topic, section = factories.author(), factories.topic(), factories.section()
    article = factories.published(at=MAY, authors=[author], topics=[topic], section=section)
    gone = factories.published("Gone", at=MAY)
    gone.withdraw(by=None)
    return {
        "front": "/",
        "article": article.path,
        "section": section.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "author": author.get_absolute_url(),
        "page": factories.page().get_absolute_url(),
        "privacy": reverse("comments:privacy"),
        "not found": "/2025/05/04/nothing/",
        "gone": gone.path,
    }


def headlines(response, *names):
    """Return the headlines in the lists `names` of the template context, in their order."""
    found = [e for name in names for e in response.context[name] or []]
    return [edition.headline for edition in found]


# --- Lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["section", "topic", "author"])
def test_a_list_holds_only_its_own_articles_newest_first(client, site, kind):
    other = factories.section("Sports")
    factories.published("Elsewhere", at=MAY, section=other, authors=[factories.author("Zoé")])
    own = Article.objects.get(path=site["article"])
    factories.published(
        "Newer", at=MAY + timedelta(hours=1), section=own.section,
        authors=own.authors(), topics=own.topics.all(),
    )  # fmt: skip
    assert headlines(client.get(site[kind]), "page") == ["Newer", own.headline]


def test_lists_follow_the_edition_and_not_the_working_copy(client, site):
    article = Article.objects.get(path=site["article"])
    Article.objects.filter(pk=article.pk).update(section=factories.section("Sports"))
    article.topics.clear()
    article.bylines.all().delete()
    for kind in ("section", "topic", "author"):
        assert headlines(client.get(site[kind]), "page") == [article.headline]


def test_an_author_named_twice_in_a_byline_has_the_article_once(client):
    author = factories.author()
    factories.published(at=MAY, authors=[author, author])
    assert len(headlines(client.get(author.get_absolute_url()), "page")) == 1


def test_a_long_list_goes_on_on_the_next_page(client):
    many(PAGE_SIZE + 1)
    url = factories.section().get_absolute_url()
    first = client.get(url)
    assert len(headlines(first, "page")) == PAGE_SIZE
    older = re.search(r'<a rel="next" href="([^"]+)"', first.text)[1]
    assert f'<link rel="next" href="{settings.SITE_URL}{url}{older}">' in first.text
    second = client.get(url + older)
    assert headlines(second, "page") == ["Story number 1"]
    assert 'rel="next"' not in second.text


def test_a_page_that_is_none_is_the_first_one(client, site):
    for value in ("0", "-1", "x", "1e9", "%00", "", "1-2-3", "9" * 30, f"{'9' * 18}-1", "١-٢"):
        for name in ("before", "page"):
            response = client.get(f"{site['section']}?{name}={value}")
            assert len(headlines(response, "page")) == 1


def test_a_section_without_articles_says_so(client):
    section = factories.section("Sports")
    assert "Nothing is published here yet." in client.get(section.get_absolute_url()).text


@pytest.mark.parametrize("kind", ["section", "topic", "author", "page"])
def test_what_does_not_exist_is_not_found(client, kind):
    response = client.get(reverse(f"articles:{kind}", args=["nothing"]))
    assert response.status_code == 404
    assert "This page is not in the paper" in response.text


# --- An article and a page ------------------------------------------------------------------------


def test_an_article_page_shows_what_was_pressed(client):
    article = factories.published(
        "The bridge <reopens>", kicker="Traffic", standfirst="At last & for good.",
        dateline="Lyon", body="<h2>Tolls</h2><p>None.</p>", at=MAY,
        authors=[factories.author()], topics=[factories.topic("Bridges")],
        lead_image=factories.image(), lead_alt='A "bridge"', lead_caption="New", lead_credit="AL",
    )  # fmt: skip
    page = client.get(article.path).text
    for part in (
        ">The bridge &lt;reopens&gt;</h1>", "Traffic", "At last &amp; for good.", "Lyon",
        '<h2 id="part-tolls"><a href="#part-tolls">Tolls</a></h2>'
        '<p><span class="dateline">Lyon —</span> None.</p>', "Anne Leroy",
        "Bridges", "A &quot;bridge&quot;", "New", "AL",
        "May 4, 2025, 2 p.m.",
    ):  # fmt: skip
        assert part in page


def test_an_article_never_updated_shows_no_second_date(client, site):
    article = Article.objects.get(path=site["article"])
    assert "Updated" not in words(client.get(article.path))
    article.press(by=None, correction=factories.correction("New figures."))
    assert "Updated" in words(client.get(article.path))


def test_a_page_shows_its_text_and_stands_in_the_footer(client):
    page = factories.page("About us", body="<p>Who we are.</p>")
    factories.page("Hidden", in_footer=False)
    shown = client.get(page.get_absolute_url())
    assert "<p>Who we are.</p>" in shown.text
    footer = client.get("/").text.partition("<footer")[2]
    assert f'href="{page.get_absolute_url()}"' in footer
    assert "Hidden" not in footer


# --- Language -------------------------------------------------------------------------------------


def test_a_french_article_on_an_english_site_says_which_words_are_french(client):
    article = factories.published("Le pont rouvre", language="fr", at=MAY)
    page = client.get(article.path)
    assert '<html lang="en">' in page.text
    assert '<article class="story" lang="fr">' in page.text
    assert page["Content-Language"] == "en"
    assert 'lang="fr"' in client.get("/").text


def test_reader_pages_speak_the_sites_language(client, site, settings):
    settings.LANGUAGE_CODE = "fr"
    for url in site.values():
        response = client.get(url, headers={"Accept-Language": "en"})
        assert '<html lang="fr">' in response.text
        assert response["Content-Language"] == "fr"


# --- One copy for everybody -----------------------------------------------------------------------


def test_reader_pages_set_no_cookie_and_vary_on_nobody(client, site):
    for name, url in site.items():
        response = client.get(url)
        assert not response.cookies, name
        vary = response.get("Vary", "").casefold()
        assert "cookie" not in vary, name
        assert "accept-language" not in vary, name


def test_reader_pages_are_the_same_bytes_for_everybody(client, editor, site):
    strangers = {name: client.get(url).content for name, url in site.items()}
    client.force_login(editor)
    headers = {"Accept-Language": "fr", "User-Agent": "Other"}
    for name, url in site.items():
        assert client.get(url, headers=headers).content == strangers[name], name


def test_every_reader_page_is_asked_for_again_each_time(client, site):
    """Redirects, 404 and 410 too: a cache may keep these for years if no header forbids it."""
    article = Article.objects.get(path=site["article"])
    article.change_slug("tramway", by=None)
    assert client.get(site["article"]).status_code == 301
    for name, url in site.items():
        assert client.get(url)["Cache-Control"] == "no-cache", name


def test_a_page_that_has_not_changed_is_not_sent_again(client, site):
    for name, url in site.items():
        first = client.get(url)
        if first.status_code != 200:
            continue
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), name


def test_a_page_that_has_changed_is_sent_again(client, site):
    before = client.get(site["article"])["ETag"]
    article = Article.objects.get(path=site["article"])
    article.headline = "Something else"
    article.save()
    article.press(by=None)
    again = client.get(site["article"], headers={"If-None-Match": before})
    assert again.status_code == 200


def page_changes(article):
    """Return functions that change an article's page without an edit of its text, by name."""

    def rename(subject):
        subject.name = "Renamed"
        subject.save()

    return {
        "a comment": lambda: factories.comment(article).approve(by=None),
        "a section": lambda: rename(article.section),
        "an author": lambda: rename(article.authors()[0]),
        "a topic": lambda: rename(article.topics.get()),
        "a correction": lambda: article.press(by=None, correction=factories.correction()),
        "the footer": lambda: factories.page("About"),
    }


@pytest.mark.parametrize("change", page_changes(None))
def test_an_article_page_is_told_apart_by_its_bytes_and_not_by_a_date(client, site, change):
    """No date could be true: comments, names, menus and the form's stamp all change the page."""
    before = client.get(site["article"])
    assert "Last-Modified" not in before
    page_changes(Article.objects.get(path=site["article"]))[change]()
    again = client.get(site["article"], headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 200
