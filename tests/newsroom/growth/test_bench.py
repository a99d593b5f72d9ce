"""The bench of large sites asks for each address of readers, and each of its pages is there."""

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import resolve

from articles import urls as of_articles
from articles.models import Article
from comments import urls as of_comments
from tests import bench_growth, factories
from tests.newsroom.whole_pages.conftest import connection_stays  # noqa: F401

pytestmark = pytest.mark.django_db


def test_each_page_of_the_bench_is_there_and_none_is_forgotten(settings):
    settings.PUBLIC_VERSIONS = True
    settings.TIME_ZONE = "Pacific/Kiritimati"  # most of its days are others than those of UTC
    call_command("grow", articles=40, comments=200, verbosity=0)
    factories.comment(Article.objects.filter(comment_count__gt=0).last())
    clients, named = bench_growth.Clients(), set()
    for asked in bench_growth.everything():
        if asked.call:
            # The client of before has connected them again.
            for signal in (request_started, request_finished):
                signal.disconnect(close_old_connections)
            asked.call()
            continue
        named.add(resolve(asked.address.partition("?")[0]).url_name)
        if not asked.is_staff:
            assert clients.ask(asked).status_code in (200, 302, 303), asked
    patterns = [*of_articles.urlpatterns, *of_comments.urlpatterns]
    assert {pattern.name for pattern in patterns} - named == set(bench_growth.NOT_TIMED)


def test_the_bench_shows_the_plan_of_each_statement():
    sql = "SELECT name FROM articles_section WHERE slug = %s"
    [told] = bench_growth.explained([(sql, ["city"]), ("BEGIN", None)])
    statement, _blank, plan = told.partition("\n\n")
    assert sql in statement
    assert "articles_section" in plan
