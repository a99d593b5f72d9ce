"""Each write that readers see records a `Change`, in the transaction of that write."""

from datetime import timedelta
from inspect import isfunction

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Change, FrontSlot, Section, Topic
from articles.models.change import ChangeQuerySet
from articles.pictures import renditions
from articles.publishing.stages import Stage
from tests import factories
from tests.pages import form_values

pytestmark = pytest.mark.django_db

Kind = Change.Kind


def place():
    return FrontSlot.objects.create(article=factories.published())


THINGS = [
    (Kind.SECTION, factories.section),
    (Kind.TOPIC, factories.topic),
    (Kind.AUTHOR, factories.author),
    (Kind.PAGE, factories.page),
    (Kind.IMAGE, factories.image),
    (Kind.FILE, factories.attachment),
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
    renditions.make_due_renditions(type(image).objects.all())
    assert changes() == {(Kind.IMAGE, image.pk)}


# --- Articles -------------------------------------------------------------------------------------


@pytest.fixture
def article(clock):
    """An article with a live edition, and a second edition that replaces it in an hour."""
    made = factories.published()
    clock.forward(hours=1)
    made.press(by=None, at=clock.plus(hours=1))
    return made


#: Methods of `Article` that change the pages of readers, each with a call of it.
VISIBLE = {
    "press": lambda article, clock: article.press(by=None),
    "reschedule": lambda article, clock: article.reschedule(
        article.scheduled_editions().get(), clock.plus(hours=2), by=None
    ),
    "cancel": lambda article, clock: article.cancel(article.scheduled_editions().get(), by=None),
    "withdraw": lambda article, clock: article.withdraw(by=None),
    "change_slug": lambda article, clock: article.change_slug("tramway", by=None),
}
#: Methods that write only the working copy, which readers do not see, each with a call of it.
WORKING_COPY = {
    "save": lambda article: article.save(),
    "copy_to": lambda article: factories.article("Other").copy_to(article),
    "return_to_draft_after_edit": lambda article: article.return_to_draft_after_edit(by=None),
    "move_to": lambda article: factories.article("Draft").move_to(Stage.IN_REVIEW, by=None),
}
#: Methods that write nothing.
READ_ONLY = {
    *("authors", "clean", "comments_for_readers", "content", "entry_name", "get_absolute_url"),
    *("is_live", "live_edition", "own_slug", "scheduled_editions"),
}


def test_every_method_of_an_article_is_walked_here():
    own = {
        name
        for model in Article.__mro__
        for name, value in vars(model).items()
        if not name.startswith("_") and isfunction(getattr(value, "__func__", value))
        if value.__module__.startswith("articles.")
    }
    assert own == {*VISIBLE, *WORKING_COPY, *READ_ONLY}


@pytest.mark.parametrize("name", VISIBLE)
def test_whoever_changes_what_readers_see_of_an_article_says_so(changes, article, clock, name):
    changes()
    VISIBLE[name](article, clock)
    assert changes() == {(Kind.ARTICLE, article.pk)}


def test_an_act_that_is_refused_says_nothing(changes, article, reporter):
    changes()
    for act in (article.press, article.withdraw):
        with pytest.raises(PermissionDenied):
            act(by=reporter)
    assert changes() == set()


@pytest.mark.parametrize("name", WORKING_COPY)
def test_work_on_an_article_that_readers_do_not_see_says_nothing(changes, article, name):
    changes()
    WORKING_COPY[name](article)
    assert changes() == set()


def test_comments_that_are_opened_or_closed_are_said(changes, article):
    changes()
    for is_open in (False, False, True):
        before = Article.objects.get(pk=article.pk).comments_open
        article.comments_open = is_open
        article.save()
        assert changes() == ({(Kind.ARTICLE, article.pk)} if is_open != before else set())


def test_what_comments_follow_of_the_working_copy_is_said(changes, article):
    changes()
    for name, value in (("section", factories.section("World")), ("language", "fr")):
        setattr(article, name, value)
        article.save()
        assert changes() == ({(Kind.SECTION, value.pk)} if name == "section" else set()) | {
            (Kind.ARTICLE, article.pk)
        }
        article.save()
        assert changes() == set()


def test_a_section_whose_comments_are_closed_is_said(changes, article):
    changes()
    article.section.comments_open = False
    article.section.save()
    assert changes() == {(Kind.SECTION, article.section.pk)}


def test_an_editor_who_publishes_in_the_admin_says_so(changes, editor_client, draft):
    changes()
    url = reverse("admin:articles_article_change", args=[draft.pk])
    form = form_values(editor_client.get(url), "article_form")
    editor_client.post(url, {**form, "headline": "Other"})
    assert changes() == set()
    editor_client.post(url, {**form, "_publish": "1"})
    assert changes() == {(Kind.ARTICLE, draft.pk)}


def test_an_edition_taken_back_in_the_admin_is_said(changes, editor_client, article):
    changes()
    edition = article.scheduled_editions().get()
    editor_client.post(f"/admin/articles/edition/{edition.pk}/delete/", {"post": "yes"})
    assert not article.scheduled_editions().exists()
    assert changes() == {(Kind.ARTICLE, article.pk)}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_was_never_said(changes):
    with transaction.atomic():
        section = factories.section()
        # The row is written with the section; a row written after the commit could be lost.
        assert changes() == {(Kind.SECTION, section.pk)}
        transaction.set_rollback(True)
    assert not Change.objects.exists()
    section = factories.section()
    assert [(row.kind, row.key) for row in Change.objects.all()] == [(Kind.SECTION, section.pk)]


# --- Changes that cannot be said ------------------------------------------------------------------


@pytest.fixture
def speechless(monkeypatch):
    """Return a function that fails unless `write` fails with its record and leaves no other row."""

    class RecordFailedError(Exception):
        pass

    def fail(*args):
        raise RecordFailedError

    def stored():
        models = apps.get_app_config("articles").get_models()
        return {model: list(model.objects.order_by("pk").values()) for model in models}

    def speechless(write):
        before = stored()
        with monkeypatch.context() as patched:
            patched.setattr(ChangeQuerySet, "record", fail)
            with pytest.raises(RecordFailedError):
                write()
        assert stored() == before

    return speechless


@pytest.mark.parametrize(("kind", "make"), THINGS)
def test_a_write_whose_change_cannot_be_said_is_not_made(speechless, kind, make):
    thing = make()
    speechless(thing.save)
    speechless(type(thing).objects.filter(pk=thing.pk).delete)
    speechless(type(thing).objects.get().delete)


def test_a_place_on_the_front_page_that_cannot_be_said_is_not_given(speechless, article):
    speechless(FrontSlot(article=article).save)


def test_renditions_that_cannot_be_said_are_not_recorded(speechless):
    image = factories.image()
    assert image.claim()
    speechless(image.record_renditions_made)


@pytest.mark.parametrize("name", VISIBLE)
def test_an_act_on_an_article_that_cannot_be_said_is_not_done(speechless, article, clock, name):
    speechless(lambda: VISIBLE[name](article, clock))


def test_rows_that_are_older_than_any_kept_page_go():
    factories.section()
    Change.objects.update(at=timezone.now() - timedelta(days=8))
    young = factories.topic()
    Change.objects.expired().delete()
    assert list(Change.objects.values_list("key", flat=True)) == [young.pk]
