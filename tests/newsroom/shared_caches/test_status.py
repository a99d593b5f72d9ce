"""The health page tells of the caches in front, and the desk of one that fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.models import Purge
from newsroom.shared_caches.purging import tell_caches
from tests.pages import words

from .conftest import Cache

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TROUBLE = "has not confirmed for"


def pages(client):
    return [words(client.get(url)) for url in ("/admin/health/", "/admin/")]


def test_without_a_cache_in_front_nothing_is_said_of_one(moderator_client):
    assert "Caches in front" not in words(moderator_client.get("/admin/health/"))


def test_the_page_tells_what_each_cache_confirmed(cache, moderator_client):
    health, desk = pages(moderator_client)
    assert "Varnish not told anything yet" in health
    tell_caches()
    health, desk = pages(moderator_client)
    assert "Varnish forgets what changed" in health
    assert TROUBLE not in health + desk


def test_a_cache_that_fails_is_told_of_with_its_words_and_on_the_desk_too(cache, moderator_client):
    cache.failure = "HTTP 401: <b>no</b> such token"
    tell_caches()
    Purge.objects.update(failing_since=timezone.now() - timedelta(minutes=7))
    health, desk = pages(moderator_client)
    for page in (health, desk):
        assert f"Varnish, a cache in front of the site, {TROUBLE} 7 minutes" in page
    assert "HTTP 401: <b>no</b> such token" in health
    assert "no</b>" not in desk


def test_what_a_failure_means_for_readers_depends_on_the_cache(caches, moderator_client):
    caches.append(Cache("nginx", finds_by_key=False))
    for_an_hour, in_an_outage = "for an hour at most", "While Newsroom is away"
    caches[0].failure = "HTTP 503"
    tell_caches()
    for page in pages(moderator_client):
        assert for_an_hour in page
        assert in_an_outage not in page
    caches[0].failure, caches[1].failure = "", "HTTP 503"
    Purge.objects.all().delete()
    tell_caches()
    for page in pages(moderator_client):
        assert for_an_hour not in page
        assert in_an_outage in page
