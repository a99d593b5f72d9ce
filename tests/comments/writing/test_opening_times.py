"""The rule that opens and closes comments, and the reason that readers see for each case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, CommentPolicy
from comments.writing import admission
from comments.writing.refusal import Refused
from tests import factories
from tests.comments.reader import Reader
from tests.pages import field_values, words


def close_article(article, settings):
    article.comments_open = False
    article.save()


def close_section(article, settings):
    article.section.comments_open = False
    article.section.save()


def close_by_age(article, settings):
    settings.COMMENTS_CLOSE_AFTER_DAYS = 7


def pause(article, settings):
    CommentPolicy(paused=True, pause_reason="We are moving house.").save()


def test_a_reason_for_a_pause_of_which_nothing_can_be_seen_is_none(db):
    for typed, kept in [
        ("\u2800", ""),
        ("\u3164\u200b", ""),
        ("Mo\u00adving\u2028out", "Moving out"),
    ]:
        policy = CommentPolicy(paused=True, pause_reason=typed)
        policy.save()
        policy.refresh_from_db()
        assert policy.pause_reason == kept


WAYS = {
    "closed": (close_article, "Comments on this article are closed."),
    "section": (close_section, "Comments in this section are closed."),
    "old": (close_by_age, "This article is too old to be commented on."),
    "paused": (pause, "We are moving house."),
}


@pytest.fixture
def article(db):
    return factories.published(at=timezone.now() - timedelta(days=8))


@pytest.mark.parametrize("code", WAYS)
def test_each_way_to_close_has_its_reason(article, settings, code):
    admission.check_open(article)
    close, message = WAYS[code]
    close(article, settings)
    with pytest.raises(Refused) as refused:
        admission.check_open(article)
    assert refused.value.code == code
    assert str(refused.value.message) == message


@pytest.mark.parametrize("code", WAYS)
def test_readers_see_the_reason_and_no_form(client, article, settings, code):
    close, message = WAYS[code]
    close(article, settings)
    page = client.get(article.path)
    assert message in words(page)
    assert "<form" not in page.text


@pytest.mark.parametrize("code", WAYS)
def test_what_was_being_typed_comes_back(client, article, settings, code):
    reader = Reader(client, article)
    reader.open()
    close, message = WAYS[code]
    close(article, settings)
    answer = reader.send(name="Paul", comment="Just in time?")
    assert answer.status_code == 422
    assert message in words(answer)
    assert field_values(answer)["typed-comment"] == "Just in time?"
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (7, False), (8, False), (9, True)])
def test_an_article_closes_so_many_days_after_its_first_publication(
    article, settings, days, is_open
):
    settings.COMMENTS_CLOSE_AFTER_DAYS = days
    article.press(by=None, correction=factories.correction("News"))
    if is_open:
        admission.check_open(article)
    else:
        with pytest.raises(Refused):
            admission.check_open(article)


def test_another_sections_articles_stay_open(article):
    other = factories.published("Elsewhere", section=factories.section("Sports"))
    close_section(article, None)
    admission.check_open(other)


@pytest.mark.parametrize("close", [close_article, close_section, close_by_age, pause])
def test_the_head_of_an_article_asks_for_a_comment_only_where_one_is_taken(
    client, article, settings, close
):
    invitation = '<p><a href="#comment-form">'
    assert invitation in client.get(article.path).text
    close(article, settings)
    assert invitation not in client.get(article.path).text
