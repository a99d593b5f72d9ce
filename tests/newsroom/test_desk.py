"""The desk: the first page of the admin, with the work that waits for editors."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.publishing.stages import Stage
from tests import factories
from tests.pages import words


@pytest.mark.django_db
def test_it_lists_the_articles_in_review_the_drafts_and_the_scheduled_ones(editor_client):
    factories.article("A draft", stage=Stage.DRAFT)
    factories.article("An approved one", stage=Stage.APPROVED)
    factories.article("One in review", stage=Stage.IN_REVIEW)
    factories.published("For tomorrow", at=timezone.now() + timedelta(days=1))
    factories.published("Of today")
    page = editor_client.get("/admin/")
    lists = {
        name: {str(row) for row in page.context[name]}
        for name in ("in_review", "drafts", "scheduled")
    }
    assert lists == {
        "in_review": {"One in review"},
        "drafts": {"A draft", "An approved one"},
        "scheduled": {"For tomorrow"},
    }
    for headline in set().union(*lists.values()):
        assert headline in words(page)
