"""A list loads no body of an article, an edition or a page: it shows none, and each may be long."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article, Edition, FrontSlot, Page
from comments.models import Comment, Complaint
from comments.privacy.export import export_for
from tests import factories

pytestmark = pytest.mark.django_db

#: The models whose lists in the admin must have a row in this test.
LISTED = {Article, Edition, Page, FrontSlot, Comment, Complaint}


@pytest.fixture
def article(moderator):
    """Return an article that is on the front page and has comments, one of them reported."""
    article = factories.published(authors=[factories.author()], topics=[factories.topic()])
    article.press(by=None, correction=factories.correction())
    FrontSlot.objects.create(article=article, place=FrontSlot.Place.LEAD)
    factories.published("Another")
    factories.page(in_footer=True)
    for _number in range(2):
        factories.comment(article)
    public = factories.comment_in("approved", article, by=moderator)
    Complaint.objects.file(public, grounds="abuse", words="", address="192.0.2.9")
    return article


def bodies(act):
    """Return the result of `act()`, and the tables whose column `body` it selects."""
    with CaptureQueriesContext(connection) as queries:
        result = act()
    selected = " ".join(query["sql"].partition(" FROM ")[0] for query in queries)
    return result, re.findall(r'"(\w+)"\."body"', selected)


def test_no_list_of_the_admin_loads_a_body(article, admin_client):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response, found = bodies(lambda url=url: admin_client.get(url))
        assert (response.status_code, found) == (200, []), url
        assert model not in LISTED or response.context["cl"].result_list, url


def test_a_comment_in_the_queue_and_those_around_it_load_no_body(article, moderator_client):
    comment = Comment.objects.awaiting_moderation().first()
    url = reverse("admin:comments_comment_moderate", args=[comment.pk])
    page, found = bodies(lambda: moderator_client.get(url))
    assert len(page.context["same_writer"]) == 2
    assert found == []


def test_an_export_of_comments_loads_no_body(article, moderator):
    kept, found = bodies(lambda: export_for(Comment.objects.all(), by=moderator))
    assert (len(kept), found) == (3, [])


def test_no_list_for_readers_loads_a_body(article, client):
    subjects = [article.section, *article.topics.all(), *article.authors()]
    day = article.path[:12]
    urls = [subject.get_absolute_url() for subject in subjects]
    for url in ("/", *urls, day, "/archive/", "/corrections/", "/sitemap-news.xml"):
        response, found = bodies(lambda url=url: client.get(url))
        assert (response.status_code, found) == (200, []), url
        assert url == "/archive/" or article.path in response.text
