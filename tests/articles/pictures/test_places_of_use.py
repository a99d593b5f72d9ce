"""Where pictures are used: in working copies, editions, pages and photos, and in old versions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Draft, Image, Revision
from articles.pictures import places_of_use
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def figure(image):
    return f'<figure><img data-file="{image.pk}" alt="x"></figure>'


def titles(images):
    return set(images.values_list("title", flat=True))


def test_each_use_is_counted_once_by_its_kind(django_assert_num_queries):
    one, two, none = map(factories.image, ("one", "two", "none"))
    article = factories.published(lead_image=one, body=figure(one) + figure(two))
    draft = factories.article(lead_image=one)
    page = factories.page(body=figure(two))
    author = factories.author(photo=one)
    with django_assert_num_queries(10):
        uses = places_of_use.uses_of([one, two, none])
    assert (uses[one.pk].articles, uses[one.pk].live) == ({article.pk, draft.pk}, {article.pk})
    assert (uses[one.pk].authors, uses[two.pk].pages) == ({author.pk}, {page.pk})
    assert (uses[two.pk].working, uses[two.pk].live) == ({article.pk}, {article.pk})
    assert not uses[none.pk]
    assert titles(places_of_use.live(Image.objects)) == {"one", "two"}
    assert titles(places_of_use.unused(Image.objects)) == {"none"}
    assert titles(places_of_use.used(Image.objects)) == {"one", "two"}


def test_a_former_edition_uses_its_picture_and_is_not_live():
    image = factories.image()
    article = factories.published(lead_image=image)
    now, hour = timezone.now(), timedelta(hours=1)
    article.editions.update(visible_from=now - 2 * hour, visible_until=now - hour)
    type(article).objects.update(lead_image=None)
    uses = places_of_use.uses_of([image])[image.pk]
    assert (uses.pressed, uses.live, uses.working) == ({article.pk}, set(), set())
    assert not places_of_use.unused(Image.objects).exists()


@pytest.mark.parametrize("place", ["lead", "body"])
def test_of_a_picture_that_is_used_often_only_the_newest_articles_are_read(
    monkeypatch, admin_client, place
):
    monkeypatch.setattr(places_of_use, "MOST", 2)
    monkeypatch.setattr(places_of_use, "NEWEST", 1)
    often, seldom = factories.image("often"), factories.image("seldom")

    def shows(image):
        return {"lead_image": image} if place == "lead" else {"body": figure(image)}

    for _each in range(2):
        factories.published(**shows(often))
    few = {factories.published(**shows(seldom)).pk for _each in range(2)}
    factories.author(photo=often)
    assert not places_of_use.uses_of([often])[often.pk].is_used_often
    newest = factories.published("The newest", **shows(often))
    uses = places_of_use.uses_of([often, seldom])
    assert uses[often.pk].is_used_often
    assert uses[often.pk].articles == uses[often.pk].live == {newest.pk}
    assert len(uses[often.pk].authors) == 1
    assert not uses[seldom.pk].is_used_often
    assert uses[seldom.pk].articles == uses[seldom.pk].live == few
    listed = admin_client.get("/admin/articles/image/").text
    assert "used in more than 2 articles, photo of 1 author" in listed
    assert "used in 2 articles, 2 live" in listed
    page = admin_client.get(f"/admin/articles/image/{often.pk}/change/").text
    assert (
        "Everywhere: the live ones of more than 2 articles and 1 page or author show the new file"
        in page
    )
    assert "The newest" in page


def test_old_versions_and_unsaved_texts_mention_pictures(django_user_model):
    by = django_user_model.objects.create_user("anne")
    images = [factories.image(each) for each in ("lead", "body", "typed", "chosen", "none")]
    lead, body, typed, chosen, _none = images
    article = factories.article()
    now = {"began_at": timezone.now(), "saved_at": timezone.now()}
    for version, content in (
        (101, {"lead_image_id": lead.pk, "body": ""}),
        (102, {"lead_image_id": None, "body": figure(body)}),
    ):
        Revision.objects.create(article=article, version=version, content=content, **now)
    content = {"lead_image": [str(chosen.pk)], "body": [figure(typed)]}
    Draft.objects.create(by=by, article=article, content=content, saved_at=timezone.now())
    assert places_of_use.in_old_versions(images) == {lead.pk, body.pk, typed.pk, chosen.pk}
