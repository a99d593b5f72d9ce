"""Links to previews: who makes them, what they show, and when they lead nowhere."""

from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from articles.models import Correction, PreviewLink
from articles.publishing import previews, working_copy
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.picture import take_down_picture

from ... import factories
from ...pages import words

pytestmark = pytest.mark.django_db


def address(token):
    return reverse("articles:preview", args=[token])


@pytest.fixture
def linked(editor):
    """An article with a link to its working copy, and the address of that link."""
    image = factories.image()
    article = factories.article(
        "Not yet",
        body=f'<p>Text</p><figure><img data-file="{image.pk}" alt="It">'
        "<figcaption>A secret place</figcaption></figure>",
        authors=[factories.author()],
        topics=[factories.topic()],
        lead_image=image,
        lead_caption="A secret meeting",
    )
    link, token = previews.make_link(article, by=editor, days=7)
    return article, link, address(token)


def test_a_link_shows_the_text_as_it_was_and_nothing_that_is_written_later(client, linked, clock):
    article, _link, url = linked
    shown = client.get(url).text
    clock.forward(hours=2)
    assert client.get(url).text == shown
    article.press(by=None)
    clock.forward(hours=2)
    article.headline = "Later"
    article.save()
    article.bylines.all().delete()
    article.press(by=None, correction=Correction(kind="correction", text="It was later."))
    page = client.get(url)
    assert "It was later." not in page.text
    assert "Not yet</h1>" in page.text
    assert "Anne Leroy" in page.text
    assert "A secret meeting" in page.text
    assert "Later" not in page.text


def test_a_sitting_goes_on_in_another_revision_than_that_of_the_link(linked, editor):
    article, link, _url = linked
    article.refresh_from_db()
    part = {"headline": "Later"}
    working_copy.store(article, part, by=editor, seen=article.version)
    link.revision.refresh_from_db()
    assert link.revision.content["headline"] == "Not yet"


def test_the_page_of_a_link_is_kept_and_listed_nowhere(client, linked, settings):
    settings.LANGUAGE_CODE = "fr"
    page = client.get(linked[2], headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "fr"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Frame-Options"] == "DENY"
    assert not page.cookies
    assert "/preview/" not in client.get("/robots.txt").text


def test_links_that_lead_nowhere_all_answer_in_the_same_words(client, linked, editor, clock):
    article, _link, _url = linked
    link, ended = previews.make_link(article, by=editor, days=7)
    previews.end_link(article, link.pk, by=editor)
    short, expired = previews.make_link(article, by=editor, days=1)
    clock.forward(days=1)
    answers = [client.get(address(token)) for token in ("nothing", ended, expired)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.text for answer in answers}) == 1
    assert list(PreviewLink.objects.over()) == [short]


def test_the_token_of_a_link_is_stored_nowhere(linked):
    _article, link, url = linked
    token = url.split("/")[-2]
    assert token not in str(PreviewLink.objects.values().get(pk=link.pk))
    assert len(token) >= 43


def test_a_link_to_an_edition_shows_it_before_it_is_public(client, editor, clock):
    article = factories.published("Tomorrow", at=clock.plus(days=1))
    edition = article.editions.get()
    _link, token = previews.make_link(article, by=editor, days=7, edition=edition)
    article.headline = "Later"
    article.save()
    assert "Tomorrow</h1>" in client.get(address(token)).text
    article.cancel(edition, by=None)
    assert client.get(address(token)).status_code == 404


def test_what_is_taken_down_goes_from_links_too(client, linked, editor):
    article, _link, url = linked
    take_down_picture(article.lead_image, by=None, reason="§ 1")
    page = client.get(url)
    assert "<img" not in page.text
    assert "secret" not in page.text
    article.press(by=None)
    take_down_edition(article.editions.get(), by=None, reason="§ 1")
    assert client.get(url).status_code == 404


def test_only_who_may_write_makes_and_ends_links(linked, moderator):
    article, link, _url = linked
    with pytest.raises(PermissionDenied):
        previews.make_link(article, by=moderator, days=7)
    with pytest.raises(PermissionDenied):
        previews.end_link(article, link.pk, by=moderator)


def test_an_editor_makes_a_link_sees_its_address_once_and_ends_it(editor_client, editor):
    article = factories.article()
    url = reverse("admin:articles_article_links", args=[article.pk])
    page = editor_client.post(url, {"days": "3", "edition": ""})
    shown = page.context["address"]
    assert shown in page.text
    assert "The bridge reopens</h1>" in editor_client.get(urlsplit(shown).path).text
    listed = editor_client.get(url)
    assert shown not in listed.text
    assert "version 1" in words(listed)
    assert "Edith" in words(listed)
    link = article.preview_links.get()
    assert editor_client.post(url, {"end": str(link.pk)}).status_code == 302
    assert not article.preview_links.exists()
    assert editor_client.post(url, {"days": "365", "edition": ""}).context["address"] is None
