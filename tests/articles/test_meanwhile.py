"""Two people work on the same at the same moment: neither fails, and nothing comes back."""

import pytest
from django.core.exceptions import ObjectNotUpdated
from django.db import connection

from articles.models import (
    Article,
    Draft,
    FormerSlug,
    FrontDraft,
    FrontPublication,
    FrontSlot,
    Topic,
)
from articles.models.front_draft import Arrangement, Outdated
from articles.publishing import drafts
from tests import factories
from tests.threads import meanwhile

one_writer = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)


def locked(row):
    return lambda: type(row).objects.select_for_update().get(pk=row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        *(factories.topic, factories.section, factories.series, factories.author, factories.page),
        *(factories.image, factories.attachment),
    ],
)
def test_what_was_deleted_does_not_come_back_by_a_save(make):
    row = make()
    model = type(row)
    model.objects.get(pk=row.pk).delete()
    with pytest.raises(ObjectNotUpdated):
        row.save()
    assert not model.objects.exists()


@pytest.mark.django_db
def test_a_place_on_the_front_page_does_not_come_back_by_a_save():
    slot = FrontSlot.objects.create(article=factories.published(), place=FrontSlot.Place.LEAD)
    FrontSlot.objects.get().delete()
    with pytest.raises(ObjectNotUpdated):
        slot.save()
    assert not FrontSlot.objects.exists()


@pytest.mark.parametrize("words", [{"headline": ["Typed"]}, None])
@pytest.mark.django_db(transaction=True)
@one_writer
def test_text_is_kept_while_the_article_is_saved(editor, words):
    article = factories.article()
    typed = words and drafts.Typed.of({**words, "takedowns_seen": ["0"]}, "two")
    drafts.keep(typed, article, by=editor, place="")

    def end():
        drafts.erase_all(article)
        Article.objects.filter(pk=article.pk).update(saved_at=article.saved_at)

    assert meanwhile(
        locked(article), lambda: drafts.keep(typed, article, by=editor, place="body"), end
    )
    assert Draft.objects.get().place == "body"


@pytest.mark.django_db(transaction=True)
@one_writer
def test_a_topic_is_deleted_while_it_gets_another_address():
    topic = factories.topic("Rivers", slug="rivers")

    def rename():
        topic.slug = "streams"
        topic.save()

    meanwhile(locked(topic), lambda: Topic.objects.get(pk=topic.pk).delete(), rename)
    assert not Topic.objects.exists()
    assert set(FormerSlug.objects.values_list("slug", flat=True)) == {"rivers", "streams"}


@pytest.mark.django_db(transaction=True)
@one_writer
def test_an_arrangement_is_published_while_the_list_of_places_names_the_same_article(
    editor,
):
    article, lead = factories.published(), FrontSlot.Place.LEAD
    draft = FrontDraft.objects.create(by=editor)
    draft.settle(Arrangement.from_json([[article.pk, lead, None]]), Arrangement.from_json([]))
    number = FrontPublication.objects.one_at_a_time(editor)

    def place():
        FrontSlot.objects.create(article=article, place=lead)
        number.__exit__(None, None, None)

    with pytest.raises(Outdated):
        meanwhile(number.__enter__, draft.publish, place)
    assert FrontSlot.objects.get().article == article
