"""Readers find the public versions of an article and their differences, where a site shows them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.publishing.takedown.edition import take_down_edition

from .. import factories
from ..pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(settings):
    """Return an article with three public editions, the second with a correction."""
    settings.PUBLIC_VERSIONS = True
    now = timezone.now()
    made = factories.published("A fire", body="<p>It killed 12.</p>", at=now - timedelta(days=3))
    made.body = "<p>It killed 14.</p>"
    made.save()
    told = factories.correction("14 people died.", kind="correction")
    made.press(by=None, at=now - timedelta(days=2), correction=told)
    made.headline = "A fire in the harbour"
    made.save()
    made.press(by=None, at=now - timedelta(days=1))
    return made


def url(article):
    return f"{article.path}versions/"


def marked(response):
    return response.text.replace("</del> <ins>", "</del><ins>")


def test_each_version_is_listed_with_its_correction_and_what_changed(client, article):
    page = client.get(url(article))
    assert page.text.count("<li") - page.text.count("<link") >= 3
    assert "14 people died." in page.text
    assert "A fire <ins>in the harbour</ins>" in marked(page)
    assert "<del>12</del><ins>14</ins>" in marked(client.get(url(article), {"edition": 2}))
    assert "What changed" not in words(client.get(url(article), {"edition": 1}))


def test_no_search_engine_lists_the_page_and_caches_check_it(client, article):
    page = client.get(url(article))
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    again = client.get(url(article), headers={"if-none-match": page.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_of_an_article_leads_to_its_versions_if_there_are_several(client, article):
    assert f'href="{url(article)}"' in client.get(article.path).text
    alone = factories.published("Alone")
    assert "versions/" not in client.get(alone.path).text
    assert client.get(url(alone)).status_code == 200


def test_there_is_no_such_page_unless_the_site_asks_for_it(client, article, settings):
    settings.PUBLIC_VERSIONS = False
    assert client.get(url(article)).status_code == 404
    assert "versions/" not in client.get(article.path).text


@pytest.mark.parametrize("number", ["0", "4", "x", "٢", "9" * 20, ""])
def test_there_is_no_page_of_an_edition_that_does_not_exist(client, article, number):
    assert client.get(url(article), {"edition": number}).status_code == 404


def test_what_was_never_public_is_no_version(client, article):
    article.headline = "Secret headline"
    article.save()
    article.press(by=None, at=timezone.now() + timedelta(days=1))
    article.headline = "Secret copy"
    article.save()
    assert "Secret" not in client.get(url(article)).text
    assert client.get(url(article), {"edition": 4}).status_code == 404
    never = factories.article("Never public")
    assert client.get(f"/2026/01/01/{never.slug}/versions/").status_code == 404


def test_what_was_taken_down_is_no_version(client, editor, article):
    second = article.editions.get(number=2)
    take_down_edition(second, by=editor, reason="§ 1", with_working_copy=False)
    page = client.get(url(article), {"edition": 3})
    assert "14 people" not in page.text
    assert "[removed" not in page.text
    assert client.get(url(article), {"edition": 2}).status_code == 404


def test_the_oldest_version_is_not_called_the_first_where_that_was_taken_down(
    client, editor, article
):
    assert "first published" in client.get(url(article)).text
    first = article.editions.get(number=1)
    take_down_edition(first, by=editor, reason="§ 1", with_working_copy=False)
    page = client.get(url(article))
    assert page.text.count("<time") == 2
    assert "first published" not in page.text


def test_a_picture_has_the_words_that_readers_had(client, article):
    article.lead_image, article.lead_alt = factories.image(alt="Only in the library"), "A port"
    article.save()
    article.press(by=None)
    page = client.get(url(article)).text
    assert 'alt="A port"' in page
    assert "Only in the library" not in page


def test_the_versions_of_a_withdrawn_article_are_gone(client, article):
    article.withdraw(by=None, notice="It was wrong.")
    page = client.get(url(article))
    assert page.status_code == 410
    assert "It was wrong." in page.text
    assert "harbour" not in page.text


def test_a_former_address_leads_to_the_versions_at_the_present_one(client, article):
    former = article.path
    article.change_slug("fire", by=None)
    answer = client.get(f"{former}versions/")
    assert (answer.status_code, answer["Location"]) == (301, url(article))
    assert client.get(url(article).rstrip("/"))["Location"] == url(article)


def test_the_words_of_an_article_have_its_language_and_those_of_the_site_have_none(client, article):
    article.language, article.headline = "de", "Ein Brand"
    article.section = factories.section("Harbour")
    article.save()
    article.press(by=None)
    page = marked(client.get(url(article)))
    assert '<p lang="de"><del>A fire in the harbour</del><ins>Ein Brand</ins></p>' in page
    assert "<p><del>City</del><ins>Harbour</ins></p>" in page


def test_related_articles_are_not_compared(client, article):
    article.related.add(factories.article("Unpublished one"))
    article.press(by=None)
    page = client.get(url(article))
    assert "Unpublished one" not in page.text
    assert "No word changed." in page.text


def test_the_pictures_of_a_changed_text_take_one_query_together(client, article):
    def queries(count):
        article.body = "".join(
            f'<figure><img data-file="{factories.image().pk}"></figure><p>{number}</p>'
            for number in range(count)
        )
        article.save()
        article.press(by=None)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url(article)).text.count("<figure><ins>") == count
        return len(found)

    queries(1)
    assert queries(4) == queries(6)
