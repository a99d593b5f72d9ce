import pytest

from articles.models import Change
from newsroom.shared_caches.addresses import MOST, addresses_of
from newsroom.whole_pages.rules import is_kept
from tests import factories

pytestmark = pytest.mark.django_db
Kind = Change.Kind


@pytest.fixture
def article():
    return factories.published(
        section=factories.section(slug="city"),
        topics=[factories.topic(slug="rivers")],
        authors=[factories.author(slug="anne")],
        series=factories.series(slug="floods"),
    )


def listed(*names):
    return {f"/{name}/{feed}" for name in names for feed in ("", "atom.xml", "rss.xml")}


def one(row):
    return type(row).objects.filter(pk=row.pk)


def kept(addresses):
    return [path for path in addresses if is_kept(*path.partition("?")[::2])]


def test_an_article_is_on_its_pages_its_lists_and_the_front_page(
    article, django_assert_max_num_queries
):
    first = article.path
    article.press(by=None)
    article.change_slug("another", by=None)
    with django_assert_max_num_queries(13):
        found = addresses_of([(Kind.ARTICLE, article.pk)])
    assert {first, article.path, "/", "/atom.xml", "/rss.xml"} < set(found)
    assert first != article.path
    assert listed("section/city", "topic/rivers", "series/floods", "author/anne") < set(found)
    assert {f"{article.path}versions/", f"{article.path}versions/?edition=2"} < set(found)
    assert {f"/comments/article/{article.pk}/thread/?order=newest", "/archive/"} < set(found)
    day = article.path[: len("/2026/01/01/")]
    assert {day, day[: len("/2026/01/")], day[: len("/2026/")]} < set(found)
    # No other page is kept, so no time is lost on it.
    assert kept(found) == found
    assert len(set(found)) == len(found)


def test_a_withdrawn_article_was_on_the_same_pages(article):
    before = addresses_of([(Kind.ARTICLE, article.pk)])
    article.withdraw(by=None)
    assert addresses_of([(Kind.ARTICLE, article.pk)]) == before


def test_comments_are_on_the_pages_of_the_article_and_its_threads(article):
    thread = f"/comments/article/{article.pk}/thread/"
    assert addresses_of([(Kind.THREAD, article.pk)]) == [
        *(article.path, f"{thread}?order=newest", f"{thread}?order=featured")
    ]


@pytest.mark.parametrize("kind", ["topic", "series", "author", "section"])
def test_what_has_a_slug_is_at_its_present_and_former_addresses(kind):
    row = getattr(factories, kind)(slug="present")
    row.take_slug("former")
    found = set(addresses_of([(kind, row.pk)]))
    assert found - {"/"} == listed(f"{kind}/present", f"{kind}/former")


@pytest.mark.parametrize("kind", ["topic", "series", "author", "section"])
@pytest.mark.parametrize("delete", [lambda row: row.delete(), lambda row: one(row).delete()])
def test_what_was_deleted_was_where_it_was(kind, delete):
    row = getattr(factories, kind)(slug="present")
    row.take_slug("former")
    key = row.pk
    delete(row)
    found = set(addresses_of([(kind, key)]))
    assert found - {"/"} == listed(f"{kind}/present", f"{kind}/former")


def test_what_has_a_slug_that_others_had_before_is_told_when_it_is_deleted():
    gone, renamed = factories.topic("A", slug="rivers"), factories.topic("B", slug="lakes")
    gone.delete()
    renamed.slug = "seas"
    renamed.save()
    for slug in ("rivers", "lakes"):
        Change.objects.all().delete()
        factories.topic("C", slug=slug).delete()
        found = addresses_of(Change.objects.values_list("kind", "key"))
        assert f"/topic/{slug}/" in found


def test_a_standing_page_is_at_its_address_and_the_front_page_at_its_own():
    page = factories.page(slug="about")
    assert addresses_of([(Kind.PAGE, page.pk)]) == ["/about/"]
    assert addresses_of([(Kind.FRONT, 1)]) == ["/"]


def test_a_picture_and_a_file_are_on_the_pages_that_show_them():
    lead, photo, shown = (factories.image() for _ in range(3))
    file = factories.attachment()
    article = factories.published(lead_image=lead)
    in_body = factories.published(body=f'<figure><img data-file="{shown.pk}"></figure>')
    factories.author(slug="anne", photo=photo)
    page = factories.page(slug="about", body=factories.file_block(file))
    assert article.path in addresses_of([(Kind.IMAGE, lead.pk)])
    assert in_body.path in addresses_of([(Kind.IMAGE, shown.pk)])
    assert set(addresses_of([(Kind.IMAGE, photo.pk)])) == listed("author/anne")
    assert addresses_of([(Kind.FILE, file.pk)]) == [page.get_absolute_url()]


@pytest.mark.parametrize("changes", [None, [(Kind.SITE, 0)]])
def test_for_everything_it_is_the_pages_to_which_most_readers_come(changes):
    factories.section(slug="city")
    found = addresses_of(changes)
    assert {"/", "/atom.xml", "/section/city/", "/comments/privacy/", "/robots.txt"} < set(found)
    assert kept(found) == found


def test_there_are_not_more_than_a_cache_can_be_asked_for_and_the_articles_come_first(article):
    keys = range(article.pk, article.pk + 2 * MOST)
    found = addresses_of([(Kind.THREAD, key) for key in keys])
    assert len(found) == MOST
    found = addresses_of([(Kind.ARTICLE, article.pk), *((Kind.TOPIC, key) for key in keys)])
    assert found[0] == article.path


def test_what_is_gone_or_has_never_been_has_no_address():
    assert addresses_of([(kind, 999) for kind in ("topic", "page", "image", "file")]) == []
    assert addresses_of([]) == []
