"""An article may be in any language, with its own direction and the site's words around it."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from articles.text.languages import choices, interface_language
from comments.models import Comment
from tests import factories

LANGUAGES = [code for code, _name in choices()]


def test_the_languages_of_the_site_come_first_and_none_is_there_twice():
    assert LANGUAGES[:2] == ["en", "fr"]
    assert {"ar", "de", "es", "zh-hans", "he", "wo", "br", "yi", "pt-br"} <= set(LANGUAGES)
    assert len(LANGUAGES) == len(set(LANGUAGES)) > 150
    assert max(map(len, LANGUAGES)) <= 10


def test_each_has_a_name_in_both_languages():
    with override("fr"):
        french = dict(choices())
    with override("en"):
        english = dict(choices())
    assert all(french.values())
    assert all(english.values())
    assert (french["wo"], french["ps"], french["de"]) == ("Wolof", "Pachto", "Allemand")
    assert (english["ps"], english["de"]) == ("Pashto", "German")


@pytest.mark.parametrize(
    ("language", "own"), [("fr", "fr"), ("en-gb", "en"), ("ar", "fr"), ("fr-ca", "fr"), ("x", "fr")]
)
def test_the_sites_own_words_are_in_one_of_its_languages(settings, language, own):
    settings.LANGUAGE_CODE = "fr"
    assert interface_language(language) == own


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_in_any_language_is_published_and_read(client, settings, language):
    settings.LANGUAGE_CODE = "fr"
    headings = "<h2>مدينة</h2><p>Häuser 東京</p><table><tbody><tr><td>1</td></tr></tbody></table>"
    article = factories.published("جسر Brücke", language=language, body=headings)
    article.full_clean()
    page = client.get(article.path)
    assert page.status_code == 200
    assert f'<article class="story" lang="{language}"' in page.text
    for address in ("/", "/atom.xml", "/sitemap-news.xml", "/search/?q=Brücke"):
        assert "Brücke" in client.get(address).text.replace("<mark>", "").replace("</mark>", "")
    assert f'xml:lang="{language}"' in client.get("/atom.xml").text


@pytest.mark.django_db
def test_a_language_that_is_none_is_refused():
    with pytest.raises(ValidationError) as refused:
        factories.article(language="klingon").full_clean()
    assert "language" in refused.value.error_dict


@pytest.fixture
def arabic(settings):
    settings.LANGUAGE_CODE = "fr"
    return factories.published(
        "الجسر", standfirst="بعد سنة", language="ar", body="<p>نص</p>",
        authors=[factories.author()], topics=[factories.topic("Eau")],
    )  # fmt: skip


@pytest.mark.django_db
def test_an_arabic_article_reads_from_right_to_left_and_the_sites_words_from_left(client, arabic):
    page = client.get(arabic.path).text
    assert '<html lang="fr">' in page
    assert '<article class="story" lang="ar" dir="rtl">' in page
    assert 'class="story-meta meta" lang="fr" dir="ltr"' in page
    story = page.partition("<article")[2].partition("</article>")[0]
    assert not re.search(r'lang="fr"(?! dir="ltr")', story)
    data = json.loads(re.search(r'ld\+json">(.+?)</script>', page)[1])
    assert data["@graph"][0]["inLanguage"] == "ar"
    assert '<meta property="og:locale" content="ar">' in page


@pytest.mark.django_db
def test_it_keeps_its_direction_in_lists_and_under_other_articles(client, arabic):
    other = factories.published("Le pont", language="fr", section=arabic.section)
    for address in ("/", f"/section/{arabic.section.slug}/", other.path, "/search/?q=الجسر"):
        assert re.search(r'<(article|a)[^>]* lang="ar" dir="rtl"', client.get(address).text), (
            address
        )
    assert 'class="story" lang="fr">' in client.get(other.path).text


@pytest.mark.django_db
def test_its_feed_entry_has_the_sites_words_in_the_sites_language(client, arabic):
    arabic.press(by=None, correction=factories.correction("تصحيح"))
    entry = client.get("/atom.xml").text
    assert "Mise à jour" in entry
    assert 'lang="fr" dir="ltr"' in entry.replace("&quot;", '"')


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "found"), [("other", True), ("fr", False), ("", True)])
def test_the_list_of_articles_can_be_narrowed_to_other_languages(
    admin_client, arabic, language, found
):
    page = admin_client.get("/admin/articles/article/", {"language": language} if language else {})
    assert (arabic.headline in page.text) == found


@pytest.mark.django_db
def test_a_preview_and_a_restored_edition_keep_the_language(editor_client, arabic):
    edition = arabic.editions.get()
    assert edition.language == "ar"
    preview = editor_client.get(f"/admin/articles/article/{arabic.pk}/preview/")
    assert 'lang="ar" dir="rtl"' in preview.text


# --- Comments -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_names_and_texts_of_comments_have_their_own_direction(client, moderator, article):
    comment = factories.comment(article, name="علي", text="> Bonjour\n  العالم\n\nEnglish")
    comment.approve(by=moderator)
    factories.reply(comment, by=moderator)
    page = client.get(article.path).text
    assert '<span class="comment-name" dir="auto">علي</span>' in page
    assert '<div dir="auto"><p>&gt; Bonjour<br>  العالم</p>\n<p>English</p></div>' in page
    assert "Reply to \u2068علي\u2069" in page
    assert '<input type="text" name="name" autocomplete="name" dir="auto"' in page
    assert "\u2068علي\u2069" in str(Comment.objects.first())
    feed = client.get(reverse("comments:feed", args=[article.pk, "atom"])).text
    assert "\u2068علي\u2069: " in feed
    assert "&lt;br&gt;\xa0\xa0العالم" in feed


@pytest.mark.django_db
def test_search_terms_have_their_own_direction(client):
    page = client.get("/search/", {"q": "مدينة"}).text
    assert "<title>\u2068مدينة\u2069 – " in page
    assert re.search(r'<input type="search" name="q" value="مدينة"[^>]* dir="auto"', page)


@pytest.mark.django_db
def test_moderators_see_names_and_texts_isolated(moderator_client, article):
    comment = factories.comment(article, name="علي", text="نص")
    for address in (
        "/admin/comments/comment/",
        "/admin/comments/comment/queue/",
        f"/admin/comments/comment/{comment.pk}/moderate/",
    ):
        page = moderator_client.get(address, follow=True).text
        assert re.search(r'(dir="auto">|<bdi>)علي<', page), address
        assert re.search(r'dir="auto">نص<', page), address
