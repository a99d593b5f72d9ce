"""The desk: the first page of the admin, with the work that waits for editors."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Revision
from articles.publishing.stages import Stage
from newsroom import work
from tests import factories
from tests.pages import words

pytestmark = pytest.mark.django_db


def saved_by(user, headline, **fields):
    """Return a working copy that `user` began, and was the last to change."""
    article = factories.article(headline, started_by=user, **fields)
    Revision.objects.record(article, {}, by=user)
    return article


def shown(page):
    lists = {each.name: {article.headline for article in each.articles} for each in page["work"]}
    return lists | {"scheduled": {edition.headline for edition in page["scheduled"]}}


def test_it_lists_what_is_mine_what_waits_for_me_what_is_changed_and_what_comes(
    editor_client, editor, moderator
):
    saved_by(editor, "My draft")
    saved_by(editor, "Approved since", stage=Stage.APPROVED)
    saved_by(moderator, "Somebody else’s draft")
    saved_by(moderator, "One in review", stage=Stage.IN_REVIEW)
    tomorrow = timezone.now() + timedelta(days=1)
    coming = factories.published("For tomorrow", at=tomorrow).editions.get()
    live = factories.published("Live and changed")
    factories.published("Live and as it should be")
    live.return_to_draft_after_edit(by=None)
    page = editor_client.get("/admin/")
    lists = shown(page.context)
    assert lists == {
        "mine": {"My draft", "Approved since"},
        "waiting": {"One in review"},
        "changed": {"Live and changed"},
        "scheduled": {"For tomorrow"},
    }
    for headline in set().union(*lists.values()):
        assert headline in words(page)
    assert reverse("admin:articles_edition_preview", args=[coming.pk]) in page.content.decode()


def test_what_was_sent_back_waits_for_the_one_who_wrote_it(editor, moderator):
    article = saved_by(moderator, "Not yet", stage=Stage.IN_REVIEW)
    taken_back = saved_by(moderator, "On second thoughts", stage=Stage.IN_REVIEW)
    assert shown(work.lists_for(moderator))["waiting"] == set()  # Only a publisher reviews.
    article.move_to(Stage.DRAFT, by=editor, note="Ask the mayor too.")
    taken_back.move_to(Stage.DRAFT, by=None)
    taken_back.events.update(by=moderator)
    assert shown(work.lists_for(moderator))["waiting"] == {"Not yet"}
    Article.objects.filter(pk=article.pk).update(version=2)
    article.refresh_from_db()
    Revision.objects.record(article, {}, by=moderator)
    assert shown(work.lists_for(moderator))["waiting"] == {"Not yet"}
    Article.objects.filter(pk=article.pk).update(stage=Stage.IN_REVIEW, assignee=None)
    assert shown(work.lists_for(moderator))["waiting"] == set()


def test_what_was_approved_and_sent_back_waits_until_it_is_moved_again(editor, moderator):
    article = saved_by(moderator, "After all no", stage=Stage.APPROVED)
    article.move_to(Stage.DRAFT, by=editor, note="Not now.")
    assert shown(work.lists_for(moderator))["waiting"] == {"After all no"}
    # It is published as it is, and withdrawn later: that is no question to its writer.
    article.press(by=editor)
    article.withdraw(by=editor)
    assert article.stage == Stage.DRAFT
    assert shown(work.lists_for(moderator))["waiting"] == set()


def test_a_long_list_leads_to_all_of_it(editor_client, editor):
    for number in range(work.SHOWN + 1):
        saved_by(editor, f"Draft {number}")
    page = editor_client.get("/admin/")
    [mine] = [each for each in page.context["work"] if each.name == "mine"]
    assert len(mine.articles) == work.SHOWN
    address = f"/admin/articles/article/?{mine.query}"
    assert address.replace("&", "&amp;") in page.text
    assert editor_client.get(address).context["cl"].result_count == work.SHOWN + 1
