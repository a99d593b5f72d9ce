"""A reader answers a published comment, without JavaScript; the checks are the same."""

import pytest
from django.urls import reverse

from comments.models import Comment
from comments.screening import attempts
from tests import factories
from tests.comments.reader import Reader
from tests.pages import form_values, forms_of, words


class Answerer(Reader):
    """A reader who follows “Reply” under a comment to the page with the form."""

    def __init__(self, client, parent, address="192.0.2.1"):
        super().__init__(client, parent.article, address)
        self.parent = parent
        self.url = reverse("comments:reply", args=[parent.pk])

    def open(self):
        self.page = self.client.get(self.url)
        return form_values(self.page)


@pytest.fixture
def parent(article, moderator):
    return factories.comment_in("approved", article, by=moderator, name="Zoé", text="Hello")


@pytest.fixture
def answerer(client, parent):
    return Answerer(client, parent)


def test_the_page_shows_what_is_answered_and_names_its_writer(answerer, parent):
    answerer.open()
    assert "Reply to Zoé" in words(answerer.page)
    assert "Hello" in words(answerer.page)
    assert forms_of(answerer.page.text)["comment-form"]["action"] == answerer.url
    assert '<meta name="robots" content="noindex">' in answerer.page.text


def test_an_answer_leads_to_its_receipt_and_hangs_on_what_it_answers(answerer, parent):
    answer = answerer.comment()
    stored = Comment.objects.get(parent=parent)
    assert answer.status_code == 303
    assert answer.url == stored.get_receipt_url()
    assert stored.root == parent
    assert not stored.is_shown


def test_an_answer_to_an_answer_belongs_to_the_same_thread(client, answerer, parent, moderator):
    answerer.comment(name="Rosa")
    first = Comment.objects.get(name="Rosa")
    first.approve(by=moderator)
    Answerer(client, first).comment(name="Emil")
    second = Comment.objects.get(name="Emil")
    assert (second.parent, second.root) == (first, parent)


def test_akismet_is_told_that_it_is_a_reply(akismet, answerer):
    answerer.comment(name="Rosa")
    attempts.screen_due()
    kinds = {c.fields["comment_author"]: c.fields["comment_type"] for c in akismet.checks}
    assert kinds["Rosa"] == "reply"


def test_errors_come_back_on_the_same_page_with_the_text(answerer, parent):
    answer = answerer.comment(name="", comment="Not lost")
    assert answer.status_code == 422
    assert "Reply to Zoé" in words(answer)
    assert form_values(answer)["comment"] == "Not lost"
    assert answerer.send(name="Paul").status_code == 303
    assert Comment.objects.get(name="Paul").parent == parent


def test_the_same_words_may_answer_two_comments_but_one_only_once(
    client, article, parent, moderator
):
    other = factories.comment_in("approved", article, by=moderator, name="Max")
    urls = [Answerer(client, to).comment(comment="Quite so.").url for to in (parent, other, parent)]
    assert urls[0] == urls[2] != urls[1]
    assert Comment.objects.filter(text="Quite so.").count() == 2


@pytest.mark.parametrize("verb", ["reject", "withdraw", "erase"])
def test_an_answer_to_what_is_gone_meanwhile_is_refused_and_not_lost(
    answerer, parent, moderator, verb
):
    answerer.open()
    getattr(parent, verb)(**({"by": moderator} if verb == "reject" else {}))
    answer = answerer.send(name="Paul", comment="Too late")
    assert answer.status_code == 422
    assert "The comment that you answer is no longer there." in words(answer)
    assert "Too late" in answer.text
    assert f'href="{parent.article.path}"' in answer.text
    assert not Comment.objects.filter(name="Paul").exists()


def test_what_is_not_published_cannot_be_answered(client, article):
    pending = factories.comment(article)
    assert client.get(reverse("comments:reply", args=[pending.pk])).status_code == 404
    assert client.get("/comments/999999/reply/").status_code == 404


def test_a_refused_answer_does_not_tell_of_which_article_an_unpublished_comment_is(client, article):
    pending = factories.comment(article)
    typed = {"name": "Paul", "comment": "Where is it?", "stamp": "wrong"}
    answer = client.post(reverse("comments:reply", args=[pending.pk]), typed)
    assert answer.status_code == 422
    assert "Where is it?" in answer.text
    assert article.path not in answer.text


def test_nothing_can_be_answered_under_a_withdrawn_article(client, parent):
    parent.article.withdraw(by=None)
    assert client.get(reverse("comments:reply", args=[parent.pk])).status_code == 404


def test_a_form_that_another_site_sends_is_refused(answerer):
    answerer.open()
    answer = answerer.send(headers={"Sec-Fetch-Site": "cross-site"}, name="Paul", comment="Hello")
    assert answer.status_code == 422
    assert "another site" in words(answer)


def test_a_published_answer_names_whom_it_answers(client, answerer, parent, moderator):
    answerer.comment(name="Rosa")
    Comment.objects.get(name="Rosa").approve(by=moderator)
    page = client.get(parent.article.path)
    assert f'<a href="#comment-{parent.pk}">in reply to Zoé</a>' in page.text
    assert '<li id="comment-' in page.text
    assert 'class="comment reply"' in page.text
