"""Typography wherever a reader reads: on pages, in lists and in feeds, but not in data."""

import json
import re

import feedparser
import pytest
from django.utils import timezone

from articles.models import Correction
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

B = "\xa0"
TYPED, SHOWN = 'l\'"x"...', f"l’«{B}x{B}»…"


@pytest.fixture
def article(settings):
    settings.LANGUAGE_CODE = "fr"
    heading = f"<h2>{TYPED}</h2>"
    made = factories.article(
        f"Titre {TYPED}",
        language="fr",
        kicker=f"Surtitre {TYPED}",
        standfirst=f"Chapeau {TYPED}",
        dateline=f"Lieu {TYPED}",
        section=factories.section(f"Rubrique {TYPED}"),
        topics=[factories.topic(f"Sujet {TYPED}")],
        authors=[factories.author(f"Auteur {TYPED}", role=f"Poste {TYPED}", bio=f"Vie {TYPED}")],
        lead_image=factories.image(),
        lead_alt="Un pont",
        lead_caption=f"Légende {TYPED}",
        lead_credit=f"Crédit {TYPED}",
        body=heading * 3 + f"<p>Corps {TYPED}</p>" + "<p>" + "mot " * 800 + "</p>",
    )
    made.press(by=None)
    made.press(
        by=None,
        correction=factories.correction(f"Rectificatif {TYPED}", Correction.Kind.CORRECTION),
    )
    return made


def shown_text(page):
    """Return what a reader reads of a page: without its head, but for the title, and its tags."""
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    return title + re.sub(r"<[^>]*>", "", page.partition("<body")[2])


def test_every_text_of_an_article_is_typeset_on_its_page(client, article):
    page = shown_text(client.get(article.path).text)
    for name in (
        *("Titre", "Surtitre", "Chapeau", "Lieu", "Rubrique", "Sujet", "Légende", "Crédit"),
        *("Corps", "Rectificatif", "Auteur"),
    ):
        assert f"{name} {SHOWN}" in page, name
    # Three headings, and as many lines of the contents.
    assert page.count(SHOWN) >= 16
    assert "&quot;x" not in page
    assert "l&#x27;" not in page


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/", ("Rubrique", "Titre", "Chapeau", "Surtitre", "Auteur")),
        ("section", ("Rubrique", "Titre")),
        ("topic", ("Sujet", "Titre")),
        ("author", ("Auteur", "Poste", "Vie", "Titre")),
        ("/corrections/", ("Titre", "Rectificatif")),
        ("/search/?q=corps", ("Rubrique", "Titre", "Corps")),
    ],
)
def test_lists_and_other_pages_are_typeset(client, article, address, names):
    addresses = {
        "section": article.section.get_absolute_url(),
        "topic": article.topics.get().get_absolute_url(),
        "author": article.bylines.get().author.get_absolute_url(),
    }
    page = shown_text(client.get(addresses.get(address, address)).text)
    for name in names:
        assert f"{name} {SHOWN}" in page, name
    assert "&quot;x&quot;..." not in page


def test_the_page_of_a_reply_is_headed_by_the_typeset_headline(client, article, moderator):
    comment = factories.comment(article)
    comment.approve(by=moderator)
    page = shown_text(client.get(f"/comments/{comment.pk}/reply/").text)
    assert f"Titre {SHOWN}" in page


def test_a_page_of_its_own_and_its_link_in_the_footer_are_typeset(client, settings):
    settings.LANGUAGE_CODE = "fr"
    made = factories.page(f"Page {TYPED}", body=f"<p>Texte {TYPED}</p>", in_footer=True)
    page = shown_text(client.get(made.get_absolute_url()).text)
    assert page.count(f"Page {SHOWN}") == 3
    assert f"Texte {SHOWN}" in page


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feeds_are_typeset_as_the_pages_are(client, article, kind):
    [entry] = feedparser.parse(client.get(f"/{kind}.xml").content).entries
    assert entry.title == f"Titre {SHOWN}"
    assert f"Chapeau {SHOWN}" in entry.summary
    for name in ("Légende", "Crédit", "Lieu", "Corps", "Rectificatif"):
        assert f"{name} {SHOWN}" in re.sub(r"<[^>]*>", "", entry.content[0].value), name


def test_data_and_the_stored_text_stay_as_typed(client, article):
    page = client.get(article.path).text
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    described = json.loads(data)["@graph"][0]
    assert described["headline"] == f"Titre {TYPED}"
    assert described["dateline"] == f"Lieu {TYPED}"
    assert article.live_edition().headline == f"Titre {TYPED}"


def test_a_notice_of_withdrawal_is_typeset(client, article):
    article.withdraw(by=None, notice=f"Avis {TYPED}")
    assert f"Avis {SHOWN}" in shown_text(client.get(article.path).text)


def test_the_words_of_readers_stay_as_they_typed_them(client, article, moderator):
    comment = factories.comment(article, text=f"Bonjour {TYPED}")
    comment.approve(by=moderator)
    page = client.get(article.path).text
    assert "Bonjour l&#x27;" in page or "Bonjour l'" in page


def test_a_day_and_its_month_stay_on_one_line_in_french(client, article):
    today = timezone.localtime(article.first_published_at)
    assert f">{today.day}{B}" in client.get(article.path).text
