"""Pages with comments make a constant number of queries, for any number of comments."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment
from comments.threads.pages import PAGE_SIZE
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


def queries(client, url):
    client.get(url)  # After this request, sessions and content types are cached.
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.get(url)
    assert page.status_code == 200
    return len(captured), page


def fill(article, number, by):
    """Add `number` published comments to `article`."""
    for n in range(number):
        comment = factories.comment(article, address=f"192.0.2.{n}")
        comment.approve(by=by)


def test_an_article_with_a_hundred_comments_costs_the_queries_of_one(client, article, moderator):
    fill(article, 1, moderator)
    one, page = queries(client, article.path)
    assert page.text.count('class="comment"') == 1
    fill(article, 99, moderator)
    hundred, page = queries(client, article.path)
    assert page.text.count('class="comment"') == PAGE_SIZE == 50
    assert one == hundred <= 14


@pytest.mark.parametrize("queue", ["", "?moderation=approved", "?moderation=all"])
def test_a_moderators_list_of_fifty_comments_costs_the_queries_of_one(
    moderator_client, moderator, queue
):
    def add(number):
        for n in range(number):
            comment = factories.comment(factories.published(f"Number {n}"), address=f"192.0.2.{n}")
            if queue:
                comment.approve(by=moderator)

    url = f"/admin/comments/comment/{queue}"
    add(1)
    one, _page = queries(moderator_client, url)
    add(40)
    many, page = queries(moderator_client, url)
    assert page.text.count("action-select") >= 41
    assert one == many


def test_a_comments_page_in_the_admin_costs_the_same_with_a_long_history(
    moderator_client, moderator, article
):
    comment = factories.comment(article)
    url = f"/admin/comments/comment/{comment.pk}/change/"
    comment.approve(by=moderator)
    few, _page = queries(moderator_client, url)
    for _time in range(20):
        comment.reject(by=moderator)
        comment.approve(by=moderator)
    many, page = queries(moderator_client, url)
    assert page.text.count("maurice") > 20
    assert few == many


def test_the_queue_costs_the_same_with_a_hundred_comments_around(
    moderator_client, moderator, article
):
    """Add comments from the same address and in the queue, and rows to the history."""

    def add(number):
        for n in range(number):
            factories.comment(article, address=f"192.0.2.{n % 7}").approve(by=moderator)
            factories.comment(article, address=f"192.0.2.{n % 7}")

    add(3)
    comment = Comment.objects.awaiting_moderation().all()[1]
    url = f"/admin/comments/comment/{comment.pk}/moderate/"
    few, _page = queries(moderator_client, url)
    add(40)
    for _time in range(10):
        comment.reject(by=moderator)
        comment.undo(by=moderator)
    many, page = queries(moderator_client, url)
    assert page.text.count("Taken back by maurice") == 10
    assert few == many <= 19


def test_no_screen_of_moderators_counts_the_whole_table(moderator_client, article):
    factories.comment(article)
    for url in ("/admin/", "/admin/comments/comment/", "/admin/comments/comment/?moderation=all"):
        with CaptureQueriesContext(connection) as captured:
            moderator_client.get(url)
        counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
        assert counts
        assert all("LIMIT 1001" in sql for sql in counts)


def test_a_sweep_without_work_costs_next_to_nothing(akismet, article):
    from comments.screening import attempts

    factories.comment(article)
    attempts.screen_due()
    with CaptureQueriesContext(connection) as captured:
        assert attempts.screen_due() == 0
    assert len(captured) <= 2
    assert Comment.objects.count() == 1
