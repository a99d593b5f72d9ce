"""The credits of the pictures in a body, from the library."""

import re

import feedparser
import pytest

from articles.pictures.credits import with_credits
from articles.pictures.display import pictures_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    return factories.image(credit="Zoé Martin")


def img(image):
    return f'<img data-file="{image.pk}" alt="Un pont">'


def stored(body):
    return factories.article(body=body).body


def shown(body, language="fr"):
    """Return `body` as stored, with its credits and without its pictures."""
    body = stored(body)
    return re.sub("<img[^>]*>", "IMG", with_credits(body, pictures_of(body), language))


CREDIT = '<span class="credit">Zoé Martin</span>'


def test_a_caption_gets_the_credit_of_its_picture(image):
    figure = f"<figure>{img(image)}<figcaption>Le pont.</figcaption></figure>"
    assert shown(figure) == f"<figure>IMG<figcaption>Le pont. {CREDIT}</figcaption></figure>"


def test_a_picture_without_a_caption_has_its_credit_too(image):
    expected = f"<figure>IMG<figcaption>{CREDIT}</figcaption></figure>"
    assert shown(f"<figure>{img(image)}</figure>") == expected


@pytest.mark.parametrize("caption", ["Le pont. Photo Zoé Martin", "<em>zoe martin</em> : le pont"])
def test_a_caption_that_names_it_already_says_it_once(image, caption):
    assert "credit" not in shown(f"<figure>{img(image)}<figcaption>{caption}</figcaption></figure>")


@pytest.mark.parametrize(
    ("credit", "caption", "names"),
    [
        ("Lee", "Leeds reopened.", False),
        ("AFP", "The AFPS.", False),
        ("Lee", "Leeds (Lee)", True),
        ("© AFP", "Le pont (© AFP)", True),
        ("山田", "橋の写真山田太郎", True),
    ],
)
def test_a_caption_names_a_credit_only_in_words_of_its_own(credit, caption, names):
    image = factories.image(credit=credit)
    figure = f"<figure>{img(image)}<figcaption>{caption}</figcaption></figure>"
    assert ("credit" not in shown(figure)) == names


def test_a_picture_without_a_credit_stays_as_it_is():
    figure = f"<figure>{img(factories.image())}</figure>"
    assert shown(figure) == "<figure>IMG</figure>"


def test_a_picture_in_a_paragraph_has_its_credit_behind_it(image):
    body = f"<p>a {img(image)} b</p>"
    if "<img" in stored(body):
        assert shown(body) == f"<p>a IMG{CREDIT} b</p>"


def test_figures_keep_their_own_credits(image):
    other = factories.image(credit='"A" & <b>')
    shown_html = shown(f"<figure>{img(image)}</figure><p>x</p><figure>{img(other)}</figure>", "fr")
    assert shown_html == (
        f"<figure>IMG<figcaption>{CREDIT}</figcaption></figure><p>x</p>"
        '<figure>IMG<figcaption><span class="credit">«\xa0A\xa0» &amp; &lt;b&gt;</span>'
        "</figcaption></figure>"
    )


def test_the_page_the_feed_and_older_editions_show_the_credit_of_the_library(client, image):
    article = factories.published(body=f"<p>Un.</p><figure>{img(image)}</figure>", language="fr")
    assert client.get(article.path).text.count(CREDIT) == 1
    [entry] = feedparser.parse(client.get("/atom.xml").content).entries
    assert "Zoé Martin" in entry.content[0].value
    image.credit = "Agence"
    image.save()
    page = client.get(article.path).text
    assert '<span class="credit">Agence</span>' in page
    assert "Zoé Martin" not in page
    assert "credit" not in article.live_edition().body


def test_a_standing_page_shows_credits(client, image):
    page = factories.page(body=f"<figure>{img(image)}<figcaption>x</figcaption></figure>")
    assert CREDIT in client.get(page.get_absolute_url()).text
