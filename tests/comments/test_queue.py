"""The queue, one comment after another, for a moderator whose browser has no JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, CommentEvent
from comments.moderation.reasons import Hold
from comments.moderation.states import Moderation, Screening
from tests import factories
from tests.pages import attributes, words

QUEUE = "/admin/comments/comment/queue/"


def screen(comment, name="moderate"):
    return f"/admin/comments/comment/{comment.pk}/{name}/"


@pytest.fixture
def three(article):
    """Return three comments, sent one minute apart, the oldest first."""
    comments = [
        factories.comment(article, name=name, text=f"{name} wrote this", address=f"192.0.2.{n}")
        for n, name in enumerate(("Ada", "Bea", "Cid"), start=1)
    ]
    for n, comment in enumerate(comments):
        comment.submitted_at = timezone.now() - timedelta(minutes=10 - n)
        comment.save(update_fields=["submitted_at"])
    return comments


def look(client, comment, query=""):
    return client.get(screen(comment) + query)


def decide(client, comment, page=None, query="", **data):
    seen = attributes_of(page or look(client, comment), "seen_at")
    return client.post(screen(comment) + query, {"seen_at": seen, **data})


def attributes_of(page, name):
    start = page.text.index(f'name="{name}"')
    tag = page.text[page.text.rindex("<", 0, start) :]
    return attributes(tag)["value"]


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


# --- The order of the queue -------------------------------------------------------------------


def test_the_queue_begins_with_the_comment_that_has_waited_longest(moderator_client, three):
    page = moderator_client.get(QUEUE)
    assert page.status_code == 303
    assert page.url == screen(three[0])
    shown = words(moderator_client.get(page.url))
    assert "Ada wrote this" in shown
    assert "3 awaiting a decision" in shown


def test_an_empty_queue_says_so(moderator_client):
    assert "All read." in words(moderator_client.get(QUEUE))


def test_a_step_leads_to_the_neighbours_in_the_queue(moderator_client, three):
    page = look(moderator_client, three[1]).text
    assert f'href="{screen(three[0])}" rel="prev"' in page
    assert f'href="{screen(three[2])}" rel="next"' in page


def test_comments_of_the_very_same_moment_follow_each_other_too(moderator_client, three):
    Comment.objects.update(submitted_at=timezone.now())
    seen, url = [], screen(three[0])
    while url and len(seen) < 9:
        seen.append(url)
        page = moderator_client.get(url).text
        url = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        url = url if 'rel="next"' in page else None
    assert seen == [screen(comment) for comment in three]


@pytest.mark.parametrize(
    ("data", "state", "reason"),
    [
        ({"decision": "approved"}, "approved", ""),
        ({"decision": "spam"}, "spam", ""),
        ({"reason": "insult"}, "rejected", "insult"),
        ({"decision": "approved", "reason": "insult"}, "rejected", "insult"),
    ],
)
def test_a_decision_leads_to_the_next_comment(moderator_client, three, data, state, reason):
    answer = decide(moderator_client, three[0], **data, note="See the style guide.")
    assert answer.status_code == 303
    assert answer.url == screen(three[1])
    comment = fresh(three[0])
    assert (comment.moderation, comment.reason) == (state, reason)
    row = comment.events.get(kind=CommentEvent.Kind.DECIDED)
    assert (row.reason, row.note, row.by.username) == (reason, "See the style guide.", "maurice")


def test_at_each_note_it_is_said_who_reads_it(moderator_client, three):
    page = words(moderator_client.get(screen(three[0])))
    said = "Only moderators and editors see it, never the comment’s writer."
    assert page.count(said) == page.count("Note for colleagues") == 2


def test_after_the_last_comment_those_passed_over_come_again(moderator_client, three):
    answer = decide(moderator_client, three[2], decision="approved")
    assert answer.url == QUEUE
    assert moderator_client.get(QUEUE).url == screen(three[0])


@pytest.mark.parametrize("data", [{}, {"decision": "gone"}, {"reason": "gone"}])
def test_an_odd_decision_is_none(moderator_client, three, data):
    assert decide(moderator_client, three[0], **data).status_code == 400
    assert fresh(three[0]).moderation == Moderation.PENDING


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=Bea", "Bea"),
        ("?screening__exact=spam", "Cid"),
        ("?hold__exact=name", "Bea"),
        ("?moderation=rejected", "Dan"),
        ("?article={other}", "Eve"),
    ],
)
def test_search_and_filters_are_the_lists_own_and_stay_on_the_way(
    moderator_client, moderator, three, article, query, found
):
    Comment.objects.filter(name="Cid").update(screening=Screening.SPAM)
    Comment.objects.filter(name="Bea").update(hold=Hold.NAME, hold_detail="Bea")
    factories.comment(article, name="Dan").reject(by=moderator)
    other = factories.published("The market")
    factories.comment(other, name="Eve")
    query = query.format(other=other.pk)
    first = moderator_client.get(QUEUE + query)
    assert first.url == screen(Comment.objects.get(name=found)) + query
    page = moderator_client.get(first.url)
    assert "1 in this queue" in words(page)
    assert 'rel="next"' not in page.text
    answer = decide(
        moderator_client, Comment.objects.get(name=found), query=query, decision="approved"
    )
    assert answer.url == QUEUE + query


def test_a_filter_that_matches_nothing_says_so_and_leads_back(moderator_client, three):
    page = moderator_client.get(QUEUE + "?q=nowhere")
    assert "No comment is like this." in words(page)


@pytest.mark.parametrize("odd", ["?hold__exact=nope", "?article=x", "?article=9999999", "?nope=1"])
def test_an_odd_filter_breaks_nothing(moderator_client, three, odd):
    assert moderator_client.get(QUEUE + odd, follow=True).status_code == 200
    assert moderator_client.get(screen(three[0]) + odd, follow=True).status_code == 200


# --- The page of a comment --------------------------------------------------------------------


def test_what_the_rule_found_is_marked_and_nothing_typed_is_markup(moderator_client, article):
    comment = factories.comment(article, name="<b>Zoé", text="Cheap <i>WATCHES</i> & watchés")
    Comment.objects.update(hold=Hold.NAME, hold_detail="watches\nzoe")
    page = look(moderator_client, comment).text
    assert "&lt;b&gt;<mark>Zoé</mark>" in page
    assert "&lt;i&gt;<mark>WATCHES</mark>&lt;/i&gt; &amp; <mark>watchés</mark>" in page
    assert "Uses a name of the newsroom, or one that looks like it" in page


def test_the_thread_around_it_is_there(moderator_client, article):
    names = (
        "Long before",
        "Before",
        "Just before",
        "Concerned",
        "Just after",
        "After",
        "Long after",
    )
    comments = [
        factories.comment(article, name=name, address=f"192.0.2.{n}")
        for n, name in enumerate(names)
    ]
    for comment in comments:
        if comment.name != "Concerned":
            comment.approve(by=None)
    page = words(look(moderator_client, comments[3]))
    order = [page.index(name) for name in names[1:-1]]
    assert order == sorted(order)
    assert "Long before" not in page
    assert "Long after" not in page


def test_a_reply_is_shown_under_what_it_replies_to(moderator_client, article):
    parent = factories.comment(article, name="Parent", text="I said so")
    reply = factories.comment(article, name="Reply")
    Comment.objects.filter(pk=reply.pk).update(parent=parent)
    assert "In reply to Parent · Pending I said so" in words(look(moderator_client, reply))


def test_the_writers_other_comments_are_there_while_traces_are(moderator_client, article):
    one, other, stranger = (
        factories.comment(article, name=name, address=address)
        for name, address in (("One", "2001:db8::1"), ("Other", "2001:db8::1"), ("No", "::2"))
    )
    assert f'href="{screen(other)}"' in look(moderator_client, one).text
    assert (
        f'href="{screen(one)}"'
        not in look(moderator_client, stranger).text.partition("From the same address")[2]
    )
    other.trace.delete()
    assert "No other comment, while traces are kept." in words(look(moderator_client, one))
    one.trace.delete()
    assert "Its traces are deleted" in words(look(moderator_client, one))


def test_an_unknown_address_is_nobodys(moderator_client, article):
    one, _other = (factories.comment(article, address=None) for _n in range(2))
    assert "No other comment, while traces are kept." in words(look(moderator_client, one))


def test_long_queues_are_not_counted_to_the_end(moderator_client, three):
    Comment.objects.bulk_create(
        Comment(article=three[0].article, name="x", text="x", html="x") for _n in range(1000)
    )
    assert "1,000+ awaiting a decision" in words(look(moderator_client, three[0]))
    assert "1,000+ comments await a decision" in words(moderator_client.get("/admin/"))
    assert "1,000+ comments" in words(moderator_client.get("/admin/comments/comment/"))


# --- Undo -------------------------------------------------------------------------------------


def undo(client, comment):
    return client.post(screen(comment, "undo"))


def test_the_last_decision_is_taken_back_with_a_row_of_history(moderator_client, three, clock):
    decide(moderator_client, three[0], reason="insult")
    page = look(moderator_client, three[1])
    assert f'action="{screen(three[0], "undo")}"' in page.text
    assert undo(moderator_client, three[0]).url == screen(three[0])
    comment = fresh(three[0])
    assert (comment.moderation, comment.reason) == (Moderation.PENDING, "")
    assert (comment.decided_at, comment.decided_by) == (None, None)
    kinds = list(comment.events.values_list("kind", flat=True))
    assert kinds[-2:] == [CommentEvent.Kind.DECIDED, CommentEvent.Kind.UNDONE]


def test_one_undo_after_another_goes_back_through_the_decisions(moderator_client, three):
    for comment in three:
        decide(moderator_client, comment, decision="approved")
    for comment in reversed(three):
        page = moderator_client.get(QUEUE, follow=True)
        assert f'action="{screen(comment, "undo")}"' in page.text
        undo(moderator_client, comment)
    assert 'class="undo"' not in moderator_client.get(QUEUE, follow=True).text
    assert Comment.objects.awaiting_moderation().count() == 3
    three[0].article.refresh_from_db()
    assert three[0].article.comment_count == 0


def test_undo_brings_back_what_a_colleague_had_decided(
    moderator_client, second_moderator, three, clock
):
    three[0].reject(by=second_moderator, reason="advert")
    clock.forward(minutes=1)
    decide(moderator_client, three[0], decision="spam")
    undo(moderator_client, three[0])
    comment = fresh(three[0])
    assert (comment.moderation, comment.reason) == ("rejected", "advert")
    assert comment.decided_by == second_moderator


def test_nobody_undoes_what_a_colleague_decided_since(
    moderator_client, second_moderator, three, clock
):
    decide(moderator_client, three[0], decision="approved")
    clock.forward(minutes=1)
    fresh(three[0]).reject(by=second_moderator)
    answer = moderator_client.post(screen(three[0], "undo"), follow=True)
    assert "was decided already: Rejected by simone" in words(answer)
    assert fresh(three[0]).moderation == Moderation.REJECTED


def test_what_was_taken_back_is_not_taken_back_again(moderator_client, three):
    decide(moderator_client, three[0], decision="approved")
    undo(moderator_client, three[0])
    answer = moderator_client.post(screen(three[0], "undo"), follow=True)
    assert "Nothing is left to undo." in words(answer)
    assert fresh(three[0]).events.filter(kind="undone").count() == 1


def test_a_report_of_spam_is_taken_back_before_it_is_sent(moderator_client, three):
    decide(moderator_client, three[0], decision="spam")
    assert fresh(three[0]).report_wanted == "spam"
    undo(moderator_client, three[0])
    assert fresh(three[0]).report_wanted == ""
    assert fresh(three[0]).awaits_check


def test_an_old_decision_is_not_offered_to_be_undone(moderator_client, three, clock):
    decide(moderator_client, three[0], decision="approved")
    clock.forward(hours=2)
    assert 'class="undo"' not in look(moderator_client, three[1]).text


# --- Two moderators ---------------------------------------------------------------------------


def test_the_second_moderator_is_told_who_was_first(moderator_client, second_moderator, three):
    page = look(moderator_client, three[0])
    three[0].reject(by=second_moderator)
    answer = decide(moderator_client, three[0], page, decision="approved")
    assert answer.url == screen(three[0])
    assert "was decided already: Rejected by simone" in words(moderator_client.get(answer.url))
    assert fresh(three[0]).moderation == Moderation.REJECTED


# --- Answers to the script --------------------------------------------------------------------

SCRIPT = {"headers": {"X-Requested-With": "fetch"}}


def test_the_script_gets_the_next_comment_without_the_page_around_it(moderator_client, three):
    page = moderator_client.get(screen(three[0]), **SCRIPT)
    assert "Ada wrote this" in words(page)
    assert "<html" not in page.text
    assert len(page.content) < len(look(moderator_client, three[0]).content)


def test_the_script_is_told_what_was_decided_and_how_to_undo_it(moderator_client, three):
    seen = attributes_of(look(moderator_client, three[0]), "seen_at")
    answer = moderator_client.post(
        screen(three[0]), {"seen_at": seen, "decision": "approved"}, **SCRIPT
    )
    assert answer.status_code == 200
    assert "Approved Ada – Ada wrote this" in words(answer)
    assert f'action="{screen(three[0], "undo")}"' in answer.text
    answer = moderator_client.post(screen(three[0], "undo"), **SCRIPT)
    assert f'data-go href="{screen(three[0])}"' in answer.text


def test_the_script_is_told_who_was_first(moderator_client, second_moderator, three):
    seen = attributes_of(look(moderator_client, three[0]), "seen_at")
    three[0].reject(by=second_moderator)
    answer = moderator_client.post(
        screen(three[0]), {"seen_at": seen, "decision": "approved"}, **SCRIPT
    )
    assert answer.status_code == 409
    assert "was decided already: Rejected by simone" in words(answer)


# --- Permissions ------------------------------------------------------------------------------


def test_an_editor_reads_the_queue_and_decides_nothing(editor_client, three):
    page = look(editor_client, three[0])
    assert "Ada wrote this" in words(page)
    assert 'class="decide"' not in page.text
    assert "From the same address" not in page.text
    for url in (screen(three[0]), screen(three[0], "undo")):
        assert editor_client.post(url, {"decision": "approved"}).status_code == 403
    assert fresh(three[0]).moderation == Moderation.PENDING


@pytest.mark.parametrize("name", ["moderate", "undo", "edit", "answer", "feature"])
def test_others_may_not_even_look(client, three, django_user_model, name):
    assert client.get(screen(three[0], name)).url.startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("new", is_staff=True))
    assert client.get(QUEUE).status_code == 403
    assert client.post(screen(three[0], name), {"text": "x"}).status_code == 403


def test_a_get_changes_nothing(moderator_client, three):
    for name in ("undo", "edit", "answer", "feature"):
        assert moderator_client.get(screen(three[0], name)).status_code == 405
    moderator_client.get(screen(three[0]) + "?decision=approved")
    assert fresh(three[0]).moderation == Moderation.PENDING


# --- The same words ---------------------------------------------------------------------------


def test_comments_with_the_same_words_are_one_group(moderator_client, article):
    group = [
        factories.comment(
            factories.published(f"Number {n}"),
            text="Buy now",
            name=f"Bot {n}",
            address=f"192.0.2.{n}",
        )
        for n in range(3)
    ]
    factories.comment(article, text="Something else")
    page = look(moderator_client, group[0])
    assert "2 other comments with the same words await a decision." in words(page)
    assert screen(group[1]) in page.text
    url = f"/admin/comments/comment/?words={group[0].pk}"
    assert f'href="{url}"' in page.text
    listed = moderator_client.get(url)
    assert "Something else" not in listed.text
    assert listed.text.count("action-select") >= 3
    moderator_client.post(
        url,
        {
            "action": "mark_as_spam",
            "_selected_action": [comment.pk for comment in group],
            "seen_at": timezone.now().isoformat(),
        },
    )
    assert {fresh(comment).moderation for comment in group} == {"spam"}
    assert "Decide them together" not in words(look(moderator_client, group[0]))


@pytest.mark.parametrize("odd", ["x", "0", "9" * 30, "-1", ""])
def test_a_group_of_no_comment_is_empty(moderator_client, article, odd):
    factories.comment(article, text="Something else")
    listed = moderator_client.get(f"/admin/comments/comment/?words={odd}")
    assert listed.status_code == 200
    assert "Something else" not in listed.text


# --- The parts of the queue -------------------------------------------------------------------


@pytest.fixture
def parted(three, article):
    """Return a queue of which Akismet takes the first and the last comment for spam."""
    Comment.objects.filter(name="Ada").update(screening=Screening.SPAM)
    Comment.objects.filter(name="Cid").update(screening=Screening.DISCARD)
    return three


def test_a_queue_without_spam_has_no_parts(moderator_client, three):
    page = look(moderator_client, three[0])
    assert 'aria-label="Parts of the queue" hidden' in page.text
    assert "Taken for spam by Akismet" not in words(page)


def test_what_akismet_takes_for_spam_stands_apart_with_its_number(moderator_client, parted):
    page = look(moderator_client, parted[0])
    assert "3 awaiting a decision" in words(page)
    assert "Not taken for spam (1) Taken for spam by Akismet (2) Both" in words(page)
    assert moderator_client.get(f"{QUEUE}?akismet=rest").url == f"{screen(parted[1])}?akismet=rest"
    page = look(moderator_client, parted[1], "?akismet=rest")
    assert "Not taken for spam Taken for spam by Akismet (2) Both" in words(page)
    assert "1 in this queue" in words(page)
    assert 'aria-current="true">Not taken for spam' in page.text


def test_who_decides_in_a_part_stays_in_it(moderator_client, parted):
    query = "?akismet=spam"
    answer = decide(moderator_client, parted[0], query=query, decision="spam")
    assert answer.url == screen(parted[2]) + query
    answer = decide(moderator_client, parted[2], query=query, decision="spam")
    assert answer.url == QUEUE + query
    page = moderator_client.get(answer.url)
    assert "No comment is like this." in words(page)
    assert "Not taken for spam (1)" in words(page)


def test_the_chosen_part_is_kept_for_the_session(moderator_client, parted):
    moderator_client.get(f"{QUEUE}?akismet=rest")
    assert moderator_client.get(QUEUE).url == f"{QUEUE}?akismet=rest"
    assert moderator_client.get(f"{QUEUE}?q=a").url == f"{QUEUE}?q=a&akismet=rest"
    assert moderator_client.get(f"{QUEUE}?akismet=nonsense").url == f"{QUEUE}?akismet=rest"
    assert moderator_client.get(f"{QUEUE}?akismet=both").url == QUEUE
    assert moderator_client.get(QUEUE).url == screen(parted[0])


def test_the_numbers_of_the_parts_are_those_of_the_other_filters(moderator_client, parted):
    other = factories.published("The market")
    comment = factories.comment(other, name="Dan", address="192.0.2.9")
    Comment.objects.filter(pk=comment.pk).update(screening=Screening.SPAM)
    for query in (f"?article={other.pk}", "?q=Dan"):
        page = look(moderator_client, comment, query)
        assert "Not taken for spam (0) Taken for spam by Akismet (1)" in words(page)
        assert f"{query}&amp;akismet=rest" in page.text or "?akismet=rest&amp;" in page.text


def test_the_script_is_told_the_numbers_after_a_decision(moderator_client, parted):
    seen = attributes_of(look(moderator_client, parted[0]), "seen_at")
    answer = moderator_client.post(
        screen(parted[0]), {"seen_at": seen, "decision": "spam"}, **SCRIPT
    )
    assert "Not taken for spam (1) Taken for spam by Akismet (1) Both" in words(answer)


def test_the_list_has_the_same_filter(moderator_client, parted):
    listed = words(moderator_client.get("/admin/comments/comment/?akismet=rest"))
    assert "Bea wrote this" in listed
    assert "Ada wrote this" not in listed
    listed = words(moderator_client.get("/admin/comments/comment/?akismet=spam"))
    assert "Bea wrote this" not in listed
    assert "Ada wrote this" in listed


def test_the_desk_says_how_many_are_taken_for_spam(moderator_client, parted):
    page = moderator_client.get("/admin/")
    assert "3 comments await a decision" in words(page)
    assert "2 of them are taken for spam by Akismet." in words(page)
    assert f'href="{QUEUE}?akismet=rest"' in page.text
