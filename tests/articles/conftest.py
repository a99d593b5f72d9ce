"""Fixtures that the tests of articles share."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from .. import factories


class Clock:
    """Replace `django.utils.timezone.now`: the time stands still until a test moves it."""

    def __init__(self):
        self.now = timezone.now()

    def __call__(self):
        return self.now

    def forward(self, **delta):
        self.now += timedelta(**delta)
        return self.now

    def plus(self, **delta):
        """Return the instant `delta` from now (before now, if negative); do not move the clock."""
        return self.now + timedelta(**delta)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def reporter(db, django_user_model):
    """A user who may write articles and may not publish them."""
    user = django_user_model.objects.create_user(
        "rose", "rose@news.example", "correct horse battery", is_staff=True
    )
    codenames = [
        *("view_article", "add_article", "change_article"),
        *("view_byline", "add_byline", "change_byline"),
        *("view_section", "view_author", "view_topic", "view_series", "view_image"),
    ]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)
    )
    return user


@pytest.fixture
def reporter_client(client, reporter):
    client.force_login(reporter)
    return client


@pytest.fixture
def draft(db):
    return factories.article()
