"""Readers get the site's language; users of the admin get their browser's language."""

import pytest
from django.conf import settings as django_settings
from django.utils.translation import override

from comments.models import Complaint
from comments.moderation.reasons import Hold, Reason
from comments.moderation.states import Moderation, Screening
from comments.privacy import notice
from comments.writing.refusal import Refused
from tests import factories
from tests.comments.reader import Reader
from tests.pages import words


@pytest.fixture
def french(settings):
    settings.LANGUAGE_CODE = "fr"


def test_the_form_asks_for_what_is_missing_in_french(client, article, french):
    answer = Reader(client, article).comment(name="", comment="")
    assert answer.status_code == 422
    assert "Veuillez saisir votre nom ici" in answer.text
    assert "Veuillez saisir votre commentaire !" in answer.text


def test_the_form_counts_characters_in_french(client, article, french):
    answer = Reader(client, article).comment(comment="x" * 5001)
    assert "5000 caractères" in answer.text
    assert "5001" in answer.text


def test_the_notice_names_akismet_in_french(client, article, french, settings):
    settings.AKISMET_API_KEY = "0123456789ab"
    assert "Ce site utilise Akismet" in words(client.get(article.path))


def test_a_refusal_is_explained_in_french(client, article, french):
    reader = Reader(client, article)
    reader.open()
    answer = reader.send(headers={"Sec-Fetch-Site": "cross-site"}, name="Paul", comment="Hello")
    assert "This comment came from another site" not in words(answer)
    with override("fr"):
        # French puts no-break spaces before its punctuation; `words` reads them as spaces.
        assert " ".join(str(Refused.MESSAGES["origin"]).split()) in words(answer)


@pytest.mark.any_database
@pytest.mark.parametrize(
    "message",
    [
        *Refused.MESSAGES.values(),
        *notice.FIELD_MEANINGS.values(),
        *(state.label for states in (Moderation, Screening, Hold, Reason) for state in states),
        *(choice.label for choices in (Complaint.Grounds, Complaint.Outcome) for choice in choices),
    ],
    ids=str,
)
def test_readers_and_moderators_are_told_everything_in_french_too(message):
    with override("en"):
        english = str(message)
    with override("fr"):
        french = str(message)
    # A word may be the same in both languages.
    assert french != english or english in {"Spam", "Ham"}


@pytest.mark.any_database
@pytest.mark.parametrize("browser", ["fr", "en", "de", "fr-CA, en;q=0.5"])
@pytest.mark.parametrize("site", ["en", "fr"])
def test_reader_pages_are_in_the_sites_language_whatever_the_browser_asks(
    client, article, settings, site, browser
):
    settings.LANGUAGE_CODE = site
    for url in (article.path, "/", "/comments/privacy/"):
        page = client.get(url, headers={"Accept-Language": browser})
        assert f'<html lang="{site}">' in page.text
        assert page["Content-Language"] == site
        assert "accept-language" not in page.get("Vary", "").lower()


@pytest.mark.any_database
@pytest.mark.parametrize(("browser", "greeting"), [("fr", "Bienvenue"), ("en", "Welcome")])
@pytest.mark.parametrize("site", ["en", "fr"])
def test_the_admin_speaks_the_browsers_language(
    moderator_client, settings, site, browser, greeting
):
    settings.LANGUAGE_CODE = site
    page = moderator_client.get("/admin/", headers={"Accept-Language": browser})
    assert greeting in page.text


def test_a_comment_is_marked_with_the_language_of_its_article(client, moderator):
    article = factories.published("Le pont", language="fr")
    factories.comment(article).approve(by=moderator)
    page = client.get(article.path).text
    assert '<article class="story" lang="fr">' in page
    assert '<div class="comment-text" lang="fr">' in page


def test_the_languages_on_offer_are_english_and_french():
    assert [code for code, _name in django_settings.LANGUAGES] == ["en", "fr"]


def test_the_rich_text_editor_speaks_french_too(editor_client):
    catalogue = editor_client.get("/admin/jsi18n/", headers={"Accept-Language": "fr"}).text
    assert "Texte alternatif" in catalogue
