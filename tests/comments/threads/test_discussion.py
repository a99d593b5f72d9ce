"""The `Discussion` that templates receive, from any view or from the template tag."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from comments.forms import CommentForm
from comments.models import CommentPolicy
from comments.threads.discussion import Discussion
from comments.writing.refusal import Refused
from tests import factories
from tests.pages import forms_of

pytestmark = pytest.mark.django_db


def test_a_thread_needs_nothing_but_its_discussion(article, moderator):
    factories.comment_in("approved", article, by=moderator, text="Hello there")
    html = render_to_string("comments/thread.html", {"discussion": Discussion(article)})
    assert "Hello there" in html
    assert "comment-form" in forms_of(html)


def test_a_form_alone_reads_no_thread(article, moderator, django_assert_num_queries):
    parent = factories.comment_in("approved", article, by=moderator)
    discussion = Discussion(article, parent=parent)
    with django_assert_num_queries(0):
        html = render_to_string("comments/_form.html", {"discussion": discussion})
        assert parent.html in discussion.parent_html()
    assert forms_of(html)["comment-form"]["action"] == f"/comments/{parent.pk}/reply/"


def test_why_it_is_closed_is_asked_once(article, django_assert_num_queries):
    CommentPolicy(paused=True, pause_reason="Elections.").save()
    discussion = Discussion(article)
    with django_assert_num_queries(1):
        assert discussion.closed_reason.code == "paused"
        assert discussion.closed_reason.message == "Elections."


def test_a_form_that_was_sent_in_vain_is_unsent(article):
    assert not Discussion(article).has_errors
    assert Discussion(article, CommentForm({})).has_errors
    sent = CommentForm({"name": "Paul", "comment": "Hello"})
    assert not Discussion(article, sent).has_errors
    assert Discussion(article, sent, Refused("rate")).has_errors


def test_the_tag_takes_the_views_own_and_makes_one_where_there_is_none(article):
    template = Template("{% load comments %}{% discussion article as discussion %}")
    made = Discussion(article)
    context = Context({"article": article, "discussion": made})
    template.render(context)
    assert context["discussion"] is made
    context = Context({"article": article})
    template.render(context)
    assert context["discussion"].article == article
