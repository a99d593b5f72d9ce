"""Each writer of what readers see says what it changed, in the transaction that changes it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from articles.models import Change, FrontSlot, Section, Topic
from articles.pictures import renditions
from tests import factories

pytestmark = pytest.mark.django_db

Kind = Change.Kind


@pytest.fixture
def changes(db):
    """Return what was said since this was last asked, each once."""
    seen = [0]

    def changes():
        rows = list(Change.objects.filter(pk__gt=seen[0]).order_by("pk"))
        seen[0] = max([seen[0], *(row.pk for row in rows)])
        return {(row.kind, row.key) for row in rows}

    return changes


def place():
    return FrontSlot.objects.create(article=factories.published())


THINGS = [
    (Kind.SECTION, factories.section),
    (Kind.TOPIC, factories.topic),
    (Kind.AUTHOR, factories.author),
    (Kind.PAGE, factories.page),
    (Kind.IMAGE, factories.image),
    (Kind.FRONT, place),
]


@pytest.mark.parametrize(("kind", "make"), THINGS)
def test_whatever_is_made_changed_or_deleted_is_said(changes, kind, make):
    thing = make()
    assert (kind, thing.pk) in changes()
    thing.save()
    assert changes() == {(kind, thing.pk)}
    key = thing.pk
    thing.delete()
    assert changes() == {(kind, key)}


@pytest.mark.parametrize(("kind", "make"), THINGS)
def test_whatever_is_deleted_from_a_list_is_said(changes, kind, make):
    thing = make()
    changes()
    type(thing).objects.filter(pk=thing.pk).delete()
    assert changes() == {(kind, thing.pk)}


def test_deleting_nothing_says_nothing(changes):
    Section.objects.none().delete()
    Topic.objects.filter(pk=0).delete()
    assert changes() == set()


def test_renditions_that_are_made_are_said(changes):
    image = factories.image()
    changes()
    renditions.make_due(type(image).objects.all())
    assert changes() == {(Kind.IMAGE, image.pk)}


def test_a_change_that_is_rolled_back_was_never_said(changes):
    with transaction.atomic():
        factories.section()
        transaction.set_rollback(True)
    assert changes() == set()


def test_rows_that_are_older_than_any_kept_page_go():
    factories.section()
    Change.objects.update(at=timezone.now() - timedelta(days=8))
    young = factories.topic()
    Change.objects.outlived().delete()
    assert list(Change.objects.values_list("key", flat=True)) == [young.pk]
