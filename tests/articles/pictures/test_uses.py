"""`ImageUse`: each save of a body records the pictures of the library that the body shows."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Article, ImageUse
from tests import factories

pytestmark = pytest.mark.django_db


def figures(*images):
    return "".join(f'<figure><img data-file="{i.pk}" alt="x"></figure>' for i in images)


def recorded_uses():
    """Return the recorded uses of pictures: (title of the picture, model, key)."""
    return {
        (use.image.title, name, getattr(use, f"{name}_id"))
        for use in ImageUse.objects.all()
        for name in ("article", "edition", "page")
        if getattr(use, f"{name}_id")
    }


@pytest.fixture
def one():
    return factories.image("one")


@pytest.fixture
def two():
    return factories.image("two")


def test_what_a_body_shows_is_noted_once_however_often(one, two):
    article = factories.article(body=figures(one, two, one))
    page = factories.page(body=figures(two))
    assert recorded_uses() == {
        ("one", "article", article.pk), ("two", "article", article.pk), ("two", "page", page.pk)
    }  # fmt: skip


def test_a_body_that_changes_changes_what_is_noted(one, two):
    article = factories.article(body=figures(one))
    for images in ((one, two), (two,), (), (one,)):
        article.body = figures(*images)
        article.save()
        assert recorded_uses() == {(image.title, "article", article.pk) for image in images}


def test_a_picture_that_is_not_in_the_library_is_not_noted(one, two):
    factories.article(body='<figure><img data-file="99999" alt="x"></figure>')
    assert recorded_uses() == set()
    article = factories.article(body=figures(one, two))
    # The picture is deleted after the body was cleaned, so the body still shows it.
    ImageUse.objects.filter(image=one).delete()
    one.delete()
    ImageUse.objects.record(article)
    assert recorded_uses() == {("two", "article", article.pk)}


def test_an_edition_keeps_its_pictures_whatever_the_working_copy_shows(one, two):
    article = factories.published(body=figures(one))
    article.body = figures(two)
    article.save()
    edition = article.editions.get()
    assert recorded_uses() == {("two", "article", article.pk), ("one", "edition", edition.pk)}


def test_a_save_that_does_not_write_the_body_leaves_what_is_noted(one, two):
    article = factories.article(body=figures(one))
    article.body = figures(two)
    article.save(update_fields=["headline"])
    assert recorded_uses() == {("one", "article", article.pk)}


def test_what_is_deleted_uses_no_picture(one, clock):
    article = factories.published(at=clock.plus(hours=1), body=figures(one))
    page = factories.page(body=figures(one))
    article.cancel(article.editions.get(), by=None)
    assert recorded_uses() == {("one", "article", article.pk), ("one", "page", page.pk)}
    article.press(by=None, at=clock.plus(hours=1))
    article.withdraw(by=None)
    page.delete()
    assert recorded_uses() == {("one", "article", article.pk)}
    Article.objects.filter(pk=article.pk).delete()
    assert recorded_uses() == set()
    one.delete()


def test_saving_again_asks_once_what_is_noted_and_writes_nothing(one, django_assert_num_queries):
    article = Article.objects.get(pk=factories.article(body=figures(one)).pk)
    article.save()
    with django_assert_num_queries(12):
        # Two savepoints and their releases; whether comments were open; the row itself; its paths,
        # its authors and its words in the index of the staff's search; the pictures that exist;
        # the uses that are recorded, of pictures and of attachments.
        article.save()


def test_the_database_refuses_a_row_that_belongs_to_two_or_to_none(one, draft):
    page = factories.page()
    for place in ({}, {"article": draft, "page": page}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImageUse.objects.create(image=one, **place)


def test_the_admin_offers_to_delete_only_what_nothing_shows(admin_client, one):
    url = f"/admin/articles/image/{one.pk}/delete/"
    page = factories.page(body=figures(one))
    assert admin_client.get(url).status_code == 403
    page.delete()
    assert admin_client.get(url).status_code == 200


def test_asking_whether_a_picture_is_used_loads_no_body(
    one, admin_client, django_assert_num_queries
):
    factories.page(body=figures(one))
    with django_assert_num_queries(1) as asked:
        assert one.uses.exists()
    assert "body" not in asked[0]["sql"]
    with CaptureQueriesContext(connection) as asked:
        shown = admin_client.get(f"/admin/articles/image/{one.pk}/change/")
    assert shown.status_code == 200
    assert "deletelink" not in shown.text
    assert any("articles_imageuse" in query["sql"] for query in asked)
    assert [query["sql"] for query in asked if "body" in query["sql"]] == []
