"""A form of the admin is saved while a colleague adds or deletes what it is about, or names."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from articles.models import Article, FrontSlot, Topic
from tests import factories
from tests.pages import form_values, words

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def colleague(monkeypatch):
    """Return a function: just before the next row of `model` is saved, a colleague does `act`."""

    def does(model, act):
        save = model.save

        def save_after(row, **kwargs):
            monkeypatch.setattr(model, "save", save)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: (act(), connection.close())).result()
            return save(row, **kwargs)

        monkeypatch.setattr(model, "save", save_after)

    return does


def address(model, *args):
    name = f"admin:articles_{model._meta.model_name}_{'change' if args else 'add'}"
    return reverse(name, args=args)


def test_of_two_people_who_add_the_same_name_one_is_told(admin_client, colleague):
    colleague(Topic, lambda: factories.topic("Rivers"))
    page = admin_client.post(address(Topic), {"name": "Rivers", "slug": ""})
    assert page.status_code == 200
    assert "Topic with this Name already exists." in words(page)
    assert "successfully" not in words(page)
    assert Topic.objects.count() == 1
    assert "successfully" not in words(admin_client.get(reverse("admin:index")))


def test_what_is_deleted_while_its_form_is_saved_stays_deleted(admin_client, colleague):
    topic = factories.topic("Rivers")
    form = address(Topic, topic.pk)
    values = form_values(admin_client.get(form), "topic_form") | {"name": "Streams"}
    colleague(Topic, lambda: Topic.objects.all().delete())
    page = admin_client.post(form, values, follow=True)
    assert "doesn’t exist. Perhaps it was deleted?" in words(page)
    assert "successfully" not in words(page)
    assert not Topic.objects.exists()


def test_what_a_form_names_is_deleted_while_it_is_saved(admin_client, colleague):
    article = factories.article("Bridge")
    colleague(FrontSlot, lambda: Article.objects.all().delete())
    sent = {"article": article.pk, "place": FrontSlot.Place.LEAD, "position": 0, "until": ""}
    page = admin_client.post(address(FrontSlot), sent)
    assert page.status_code == 200
    assert "valid choice" in words(page)
    assert not FrontSlot.objects.exists()


@pytest.mark.parametrize(
    "make", [factories.section, factories.page, lambda: placed(factories.published())]
)
def test_what_is_deleted_while_its_list_is_saved_stays_deleted(admin_client, colleague, make):
    model = type(make())
    listed = reverse(f"admin:articles_{model._meta.model_name}_changelist")
    values = form_values(admin_client.get(listed), "changelist-form")
    colleague(model, lambda: model.objects.all().delete())
    page = admin_client.post(listed, values | {"form-0-position": "7", "_save": "1"})
    assert page.status_code == 200
    assert "successfully" not in words(page)
    assert not model.objects.exists()


def placed(article):
    return FrontSlot.objects.create(article=article, place=FrontSlot.Place.LEAD)
