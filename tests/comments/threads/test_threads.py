"""The threads under an article: on one level, and every page costs the same to read."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment
from comments.moderation.states import Moderation
from comments.threads import pages
from comments.threads.pages import ThreadPage
from tests import factories
from tests.pages import words


@pytest.fixture
def publish(article, moderator):
    """Return a function that publishes a comment with this name, or an answer to `parent`."""

    def publish(name, parent=None):
        if parent:
            return factories.reply(parent, by=moderator, name=name)
        return factories.comment_in(Moderation.APPROVED, article, by=moderator, name=name)

    return publish


@pytest.fixture
def conversation(publish):
    """Return six comments by name: A1 and A2 answer A, A11 answers A1, B1 answers B."""
    a, b = publish("A"), publish("B")
    a1 = publish("A1", a)
    comments = {
        "A": a,
        "B": b,
        "A1": a1,
        "B1": publish("B1", b),
        "A11": publish("A11", a1),
        "A2": publish("A2", a),
    }
    for comment in comments.values():
        comment.refresh_from_db()
    return comments


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)


def names(page):
    return [comment.name if comment.is_public else "–" for comment in page.comments]


def shown(response):
    """Return the head of each comment on a page: its name, and the name that it answers."""
    heads = re.findall(r'<p class="(?:comment-head meta|removed)">.*?</p>', response.text)
    return [re.sub(r"<[^>]*>", "", head.partition("<time")[0]).strip() for head in heads]


# --- The order of comments ----------------------------------------------------------------------


def test_answers_stand_under_what_began_their_thread_in_the_order_of_the_talk(
    article, conversation
):
    assert names(ThreadPage(article)) == ["A", "A1", "A11", "A2", "B", "B1"]


def test_newest_first_turns_the_threads_round_but_not_their_talk(article, conversation):
    assert names(ThreadPage(article, "newest")) == ["B", "B1", "A", "A1", "A11", "A2"]


def test_featured_are_alone_the_latest_choice_first(article, conversation, clock):
    for name in ("B1", "A"):
        Comment.objects.filter(name=name).update(featured_at=clock.forward(hours=1))
    assert names(ThreadPage(article, "featured")) == ["A", "B1"]


def test_what_is_featured_and_no_longer_published_is_not_shown(article, conversation, moderator):
    Comment.objects.filter(name="A2").update(featured_at=timezone.now())
    Comment.objects.get(name="A2").reject(by=moderator)
    assert names(ThreadPage(article, "featured")) == []


def test_featured_comments_have_one_page_whatever_place_is_asked_for(article, conversation):
    for name in ("B", "A1"):
        Comment.objects.filter(pk=conversation[name].pk).update(featured_at=timezone.now())
    page = ThreadPage(article, "featured", before=(10**6, 10**6))
    assert (names(page), page.next) == (names(ThreadPage(article, "featured")), "")
    assert names(page) == ["A1", "B"]


def test_other_articles_comments_are_not_shown(article, conversation, moderator):
    factories.comment_in("approved", by=moderator, name="Elsewhere")
    assert "Elsewhere" not in names(ThreadPage(article))


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_a_walk_forward_and_back_meets_everything_once(article, conversation, small_pages, order):
    everything = names(ThreadPage(article, order))
    page = ThreadPage(article, order)
    walk = [*page.comments]
    while page.has_more:
        page = ThreadPage(article, order, after=page.comments[-1].place)
        walk += page.comments
    assert [c.name for c in walk] == (
        ["A", "A1", "A11", "A2", "B", "B1"]
        if order == "oldest"
        else ["B", "B1", "A", "A1", "A11", "A2"]
    )
    assert everything == [c.name for c in walk[:2]]
    back = ThreadPage(article, order, before=page.comments[0].place)
    assert [c.name for c in back.comments] == [c.name for c in walk[2:4]]
    assert back.next == page.link("after", walk[3].place)


def test_what_is_said_meanwhile_moves_no_page(article, conversation, small_pages, publish):
    page = ThreadPage(article)
    second = names(ThreadPage(article, after=page.comments[-1].place))
    publish("A0", conversation["A"])
    assert second == ["A11", "A2"]
    assert names(ThreadPage(article, after=page.comments[-1].place)) == second


# --- Pages --------------------------------------------------------------------------------------


def test_the_article_shows_the_first_page_and_leads_on(client, article, conversation, small_pages):
    page = client.get(article.path)
    assert shown(page) == ["A", "A1 in reply to A"]
    address = re.search(r'rel="next" href="([^"]+)"', page.text)[1].replace("&amp;", "&")
    assert shown(client.get(address)) == ["A11 in reply to A1", "A2 in reply to A"]


def test_the_first_page_has_one_address(client, article, conversation, small_pages):
    url = f"/comments/article/{article.pk}/thread/"
    for query in ("", "?order=oldest", f"?before={conversation['A'].pk}-{conversation['A1'].pk}"):
        answer = client.get(url + query)
        assert (answer.status_code, answer.url) == (302, f"{article.path}#comments")
    answer = client.get(f"{url}?order=newest&before={conversation['B'].pk}-{conversation['B1'].pk}")
    assert (answer.status_code, answer.url) == (302, f"{url}?order=newest")


def test_a_page_leads_back(client, article, conversation, small_pages):
    url = f"/comments/article/{article.pk}/thread/?order=newest"
    first = client.get(url)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)
    previous = re.search(r'rel="prev" href="([^"]+)"', second.text)[1].replace("&amp;", "&")
    assert shown(client.get(previous)) == shown(first) == ["B", "B1 in reply to B"]


def test_the_pages_beyond_the_article_are_no_pages_for_search_engines(
    client, article, conversation
):
    page = client.get(f"/comments/article/{article.pk}/thread/?order=newest")
    assert '<meta name="robots" content="noindex, follow">' in page.text
    assert f'rel="canonical" href="http://127.0.0.1:8000{article.path}"' in page.text
    assert not page.cookies


@pytest.mark.parametrize(
    "query", ["order=best", "after=1", "after=x-y", "before=1-", f"after={'9' * 30}-1", "after=١-١"]
)
def test_an_odd_place_or_order_is_not_found(client, article, query):
    assert client.get(f"/comments/article/{article.pk}/thread/?{query}").status_code == 404


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**70])
@pytest.mark.parametrize("page", ["article/{}/thread/", "article/{}/", "{}/", "{}/reply/"])
def test_a_number_that_no_article_or_comment_has_is_not_found(client, db, page, number):
    for ask in (client.get, client.post):
        assert ask(f"/comments/{page.format(number)}").status_code in (404, 405)


def test_a_place_beyond_the_end_leads_to_the_beginning(client, article, conversation):
    answer = client.get(f"/comments/article/{article.pk}/thread/?after=999999999-1")
    assert answer.url == f"{article.path}#comments"


def test_orders_are_plain_links_and_featured_is_offered_where_there_is_something(
    client, article, conversation
):
    page = client.get(article.path).text
    assert "?order=newest" in page
    assert "?order=featured" not in page
    Comment.objects.filter(name="B").update(featured_at=timezone.now())
    assert "?order=featured" in client.get(article.path).text


def test_a_withdrawn_article_has_no_thread(client, article, conversation):
    article.withdraw(by=None)
    assert client.get(f"/comments/article/{article.pk}/thread/?order=newest").status_code == 404


# --- Permanent URLs -----------------------------------------------------------------------------


def follow(client, comment):
    """Follow a comment's permanent URL; return the page to which it redirects."""
    answer = client.get(comment.get_absolute_url())
    assert answer.status_code == 302
    address, _hash, fragment = answer.url.partition("#")
    assert fragment == f"comment-{comment.pk}"
    return client.get(address)


@pytest.mark.parametrize("name", ["A", "A1", "A11", "A2", "B", "B1"])
def test_a_permalink_leads_to_the_page_that_has_the_comment(
    client, conversation, small_pages, name
):
    page = follow(client, conversation[name])
    assert f'id="comment-{conversation[name].pk}"' in page.text


def test_a_permalink_leads_to_the_article_where_it_can(client, article, conversation, small_pages):
    assert client.get(conversation["A1"].get_absolute_url()).url.startswith(f"{article.path}#")


def test_a_permalink_shows_the_thread_from_its_beginning_where_it_can(
    client, conversation, small_pages
):
    assert shown(follow(client, conversation["B1"])) == ["B", "B1 in reply to B"]


def test_a_permalink_of_what_was_never_published_is_not_found(client, article):
    assert client.get(factories.comment(article).get_absolute_url()).status_code == 404


def test_a_permalink_under_a_withdrawn_article_leads_to_its_notice(client, article, conversation):
    article.withdraw(by=None)
    answer = client.get(conversation["B"].get_absolute_url(), follow=True)
    assert answer.status_code == 410


# --- Gaps ---------------------------------------------------------------------------------------


def test_a_removed_comment_leaves_a_gap_while_it_is_answered(
    client, article, conversation, moderator
):
    conversation["A"].reject(by=moderator)
    page = client.get(article.path)
    assert shown(page)[:2] == [
        "This comment was removed.",
        "A1 in reply to a comment that was removed",
    ]
    assert conversation["A"].text not in page.text
    assert client.get(conversation["A"].get_absolute_url()).status_code == 302


def test_a_gap_closes_with_its_last_answer_and_opens_again_with_one(
    article, conversation, moderator
):
    conversation["A1"].reject(by=moderator)
    assert names(ThreadPage(article)) == ["A", "–", "A11", "A2", "B", "B1"]
    conversation["A11"].reject(by=moderator)
    assert names(ThreadPage(article)) == ["A", "A2", "B", "B1"]
    conversation["A11"].approve(by=moderator)
    assert names(ThreadPage(article)) == ["A", "–", "A11", "A2", "B", "B1"]


def test_a_whole_thread_closes_from_its_end(article, conversation, moderator):
    conversation["A"].reject(by=moderator)
    conversation["A1"].reject(by=moderator)
    conversation["A2"].reject(by=moderator)
    assert names(ThreadPage(article)) == ["–", "–", "A11", "B", "B1"]
    conversation["A11"].reject(by=moderator)
    assert names(ThreadPage(article)) == ["B", "B1"]


def test_gaps_are_not_counted(article, conversation, moderator):
    conversation["A"].reject(by=moderator)
    article.refresh_from_db()
    assert article.comment_count == 5


# --- The HTML of a comment ----------------------------------------------------------------------


def test_an_answer_on_another_page_is_answered_by_address(client, conversation, small_pages):
    page = follow(client, conversation["A2"])
    assert f'<a href="{conversation["A"].get_absolute_url()}">in reply to A</a>' in page.text


def test_what_readers_typed_is_shown_as_text(client, article, moderator):
    name = "<b onclick='x'>\"Zoé\" & Cie</b>"
    comment = factories.comment_in("approved", article, by=moderator, name=name)
    factories.reply(comment, by=moderator, name="%s {name}")
    page = client.get(article.path)
    assert "<b onclick" not in page.text
    assert f"in reply to {name}" in words(page)
    assert "%s {name}" in words(page)


def test_the_newsroom_and_its_choice_have_a_word_and_an_edit_is_told(client, article, conversation):
    Comment.objects.filter(name="A1").update(is_newsroom=True)
    Comment.objects.filter(name="B").update(featured_at=timezone.now())
    Comment.objects.filter(name="B1").update(edited_at=timezone.now())
    heads = shown(client.get(article.path))
    assert heads[1] == "A1 The newsroom in reply to A"
    assert heads[4] == "B Featured"
    assert words(client.get(article.path)).count("Edited by the moderators") == 1


def test_each_comment_has_its_address_and_a_way_to_report_it_but_the_newsrooms(
    client, article, conversation
):
    Comment.objects.filter(name="A1").update(is_newsroom=True)
    page = client.get(article.path).text
    for name, comment in conversation.items():
        address = comment.get_absolute_url()
        assert f'<a href="{address}"><time' in page
        assert (f'href="{address}report/"' in page) is (name != "A1")


def test_nobody_can_answer_where_comments_are_closed(client, article, conversation):
    assert "/reply/" in client.get(article.path).text
    article.comments_open = False
    article.save()
    page = client.get(article.path).text
    assert "/reply/" not in page
    assert "/report/" in page


# --- The number of queries ----------------------------------------------------------------------


def count_queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code in (200, 302)
    assert not [q for q in captured if "COUNT(" in q["sql"] or "OFFSET" in q["sql"]]
    return len(captured)


def test_every_page_costs_the_same_number_of_queries(
    client, article, conversation, small_pages, publish
):
    first, last = conversation["A1"].place, conversation["B"].place
    urls = [
        f"/comments/article/{article.pk}/thread/?{query}"
        for query in (
            f"after={first[0]}-{first[1]}",
            f"after={last[0]}-{last[1]}",
            "order=newest",
        )
    ]
    before = [count_queries(client, url) for url in urls]
    for number in range(20):
        publish(f"C{number}", conversation["A"])
    assert [count_queries(client, url) for url in urls] == before
    assert len(set(before)) == 1


def test_a_page_far_down_is_found_by_an_index(article, conversation):
    shown = pages._shown(article)
    for newest_first in (False, True):
        plan = shown.after_place(conversation["B"].place, newest_first=newest_first)[:50].explain()
        if connection.vendor == "sqlite":
            # SQLite only: with so few rows PostgreSQL rightly reads the whole table.
            assert "comment_place" in plan
            assert "TEMP B-TREE" not in plan
