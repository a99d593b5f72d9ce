"""Lists of keys in conditions."""

import pytest
from django.db import connection

from articles.models import Topic
from common.key_lists import listed
from tests import factories

pytestmark = pytest.mark.django_db


def rows(*keys):
    return Topic.objects.filter(pk__in=listed(keys, using="default"))


def test_a_list_stands_for_its_keys():
    first, second, _third = (factories.topic(name) for name in ("Trams", "Bridges", "Rivers"))
    assert {*rows(first.pk, second.pk)} == {first, second}
    assert list(rows(first.pk, second.pk).filter(pk__in=listed([second.pk], using="default"))) == [
        second
    ]
    assert rows(first.pk, 0).count() == 1
    assert not rows().exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite looks up a list by itself")
def test_two_long_lists_are_looked_up_and_not_multiplied():
    keys = range(1, 2000)
    plan = rows(*keys).filter(pk__in=listed(keys, using="default")).explain()
    assert "ANY" not in plan, plan
