"""The demo newsroom, in each of its languages."""

import re

import pytest
from django.core.management import call_command

from articles.models import Edition
from newsroom.management.commands import demo

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]


@pytest.fixture(params=["fr", "en"])
def front(request, client, settings, tmp_path, monkeypatch):
    """The front page of a site with the demo, in one of its languages."""
    settings.LANGUAGE_CODE = request.param
    monkeypatch.setattr(demo, "LOGINS", tmp_path / "logins.txt")
    call_command("demo", verbosity=0)
    return client.get("/").text


def test_the_front_page_of_the_demo_shows_no_picture_twice(front):
    addresses = re.findall(r'<img src="([^"]*)"', front)
    assert len(addresses) > 4
    assert len(addresses) == len(set(addresses))
    # The other language has its own strip, with as many articles as it is to have.
    foreign = (
        Edition.objects.live()
        .filter(section__strip="columns")
        .exclude(language=Edition.objects.live().newest_first().first().language)
    )
    assert foreign.count() == demo.FOREIGN_ARTICLE_COUNT
