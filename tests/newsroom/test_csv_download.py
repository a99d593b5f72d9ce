"""The CSV files of the admin's lists: the rows of the list, for whoever may see it, and no more."""

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Topic
from common import csv_download

from .. import factories

pytestmark = pytest.mark.django_db

LISTS = [
    *("articles_article", "articles_author", "articles_edition", "articles_image"),
    *("articles_attachment", "articles_page", "articles_section", "articles_series"),
    *("articles_topic", "comments_comment"),
]


def download(client, name, query="", language="en"):
    url = reverse(f"admin:{name}_csv")
    response = client.get(f"{url}{query}", headers={"accept-language": language})
    assert response.status_code == 200
    return response, response.getvalue().decode()


def table(client, name, query=""):
    text = download(client, name, query)[1]
    return list(csv.reader(text.removeprefix("\ufeff").splitlines()))


def column(client, name, query="", number=0):
    return [row[number] for row in table(client, name, query)[1:]]


@pytest.mark.any_database
def test_a_file_is_named_by_list_and_day_and_read_by_a_french_spreadsheet(admin_client):
    factories.topic("Élections")
    response, text = download(admin_client, "articles_topic", language="fr")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "no-store" in response["Cache-Control"]
    assert text.startswith('\ufeff"Nom";"')
    assert '"Élections";' in text


def test_a_file_has_the_rows_of_filter_search_and_order_from_all_pages(admin_client, monkeypatch):
    monkeypatch.setattr(csv_download, "CHUNK", 2)
    for number in range(7):
        factories.topic(f"River {number}", slug=f"r{number}")
    factories.topic("Bridges")
    found = [f"River {number}" for number in range(7)]
    assert column(admin_client, "articles_topic", "?q=river&o=-1") == found[::-1]

    factories.published("Live", section=factories.section("Sport", slug="sport"))
    draft = factories.article("Draft")
    assert column(admin_client, "articles_article", "?state=draft") == ["Draft"]
    by_section = f"?section__id__exact={draft.section_id}"
    assert column(admin_client, "articles_article", by_section) == ["Draft"]


def test_a_list_says_what_it_shows_in_a_column_for_each(admin_client):
    factories.published("=1+1", kicker="Roads", authors=[factories.author("Anne")])
    heading, row = table(admin_client, "articles_article")
    assert row[:5] == ["'=1+1", "Roads", "City", "Live", "Anne"]
    assert [word for word in heading if word.endswith("(Europe/Paris)")] == heading[-3:]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_links_to_its_file_with_its_filters_for_whoever_may_have_it(admin_client, name):
    page = admin_client.get(reverse(f"admin:{name}_changelist"), {"q": "a&b"})
    assert 'href="csv/?q=a%26b"' in page.text
    popup = admin_client.get(reverse(f"admin:{name}_changelist"), {"_popup": "1"})
    assert 'href="csv/' not in popup.text


def test_an_editor_sees_comments_and_takes_no_file_of_them(client, editor):
    client.force_login(editor)
    assert 'href="csv/' not in client.get(reverse("admin:comments_comment_changelist")).text
    assert client.get(reverse("admin:comments_comment_csv")).status_code == 403


def test_a_file_of_comments_holds_words_and_states_and_no_trace(client, moderator):
    comment = factories.comment(name="@Paul", text="One\n\n=two", address="192.0.2.77")
    comment.approve(by=moderator)
    client.force_login(moderator)
    text = download(client, "comments_comment", "?moderation=all")[1]
    assert "'@Paul" in text
    assert '"One =two"' in text
    trace = comment.trace
    kept = [trace.ip_address, trace.user_agent, trace.referrer, str(comment.receipt)]
    assert not [word for word in kept if word and word in text]


@pytest.mark.parametrize("name", LISTS)
def test_the_queries_of_a_chunk_do_not_grow_with_its_rows(admin_client, name):
    def make(number):
        author = factories.author(f"Author {number}", slug=f"a{number}")
        topic = factories.topic(f"Topic {number}", slug=f"t{number}")
        section = factories.section(f"Section {number}", slug=f"s{number}")
        article = factories.published(
            f"Article {number}", section=section, authors=[author], topics=[topic]
        )
        factories.image(f"Image {number}")
        factories.series(f"Series {number}")
        factories.attachment(f"Attachment {number}")
        factories.page(f"Page {number}", slug=f"p{number}")
        factories.comment(article, text=f"Comment {number}")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            rows = len(column(admin_client, name, "?moderation=all" if "comment" in name else ""))
        return rows, len(asked)

    make(1)
    queries()  # Content types and the like are read once.
    (few, asked_for_few) = queries()
    make(2)
    (more, asked_for_more) = queries()
    assert more == few + 1
    assert asked_for_more == asked_for_few


def test_a_file_that_is_cut_says_so_in_its_last_line(admin_client, monkeypatch):
    monkeypatch.setattr(csv_download, "MOST_ROWS", 2)
    Topic.objects.bulk_create(Topic(name=f"T{n}", slug=f"t{n}") for n in range(3))
    *_rows, last = table(admin_client, "articles_topic")
    assert last == ["The list goes on: a file has its first 2 rows."]
    Topic.objects.first().delete()
    assert len(table(admin_client, "articles_topic")) == 3


def test_a_parameter_that_the_list_does_not_know_leads_to_the_list(admin_client):
    response = admin_client.get(reverse("admin:articles_topic_csv"), {"o": "1", "nothing": "x"})
    assert response.status_code == 302
    assert response["Location"] == reverse("admin:articles_topic_changelist") + "?e=1"
