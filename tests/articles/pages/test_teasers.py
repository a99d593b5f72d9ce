"""Teasers: what lists show of an article, read by columns."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Author, Change, Edition
from articles.pages.teasers import live_by_key, rows_of, teasers_of
from common import page_notes, reader_clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo():
    return factories.image("A portrait")


@pytest.fixture
def edition(photo):
    authors = [factories.author("Anne Leroy", photo=photo), factories.author("Paul Petit")]
    picture = factories.image("A bridge")
    return factories.published(
        "Le pont", kicker="Pont", standfirst="Enfin.", authors=authors, lead_image=picture
    ).live_edition()


def read(*editions):
    found = live_by_key(reader_clock.now(), [edition.pk for edition in editions])
    return [found[edition.pk] for edition in editions]


def test_a_teaser_shows_what_the_edition_has(edition, photo):
    (teaser,) = read(edition)
    assert (teaser.headline, teaser.kicker, teaser.standfirst) == ("Le pont", "Pont", "Enfin.")
    assert (teaser.path, teaser.first_published_at) == (
        edition.article.path,
        edition.article.first_published_at,
    )
    assert [each.name for each in teaser.signatures] == ["Anne Leroy", "Paul Petit"]
    assert teaser.lead_image.image.file.url == edition.lead_image.file.url
    assert [each.photo and each.photo.pk for each in teaser.signatures] == [photo.pk, None]


@pytest.fixture
def signed_twice():
    """An article of two namesakes, of whom the first has also taken the pictures."""
    anne = factories.author("Anne Leroy")
    namesake = Author.objects.create(name="Anne Leroy", slug="another-anne")
    article = factories.article("Le pont", authors=[anne, namesake])
    article.bylines.create(author=anne, role="Photos", position=2)
    article.press(by=None)
    return article


def test_who_signs_with_two_roles_is_named_once(signed_twice, client, admin_client):
    (teaser,) = read(signed_twice.live_edition())
    assert [each.name for each in teaser.signatures] == ["Anne Leroy", "Anne Leroy"]
    page = client.get(signed_twice.path).text
    assert page.count('property="article:author"') == 2
    assert page.count('"@type":"Person"') == 2
    assert client.get("/atom.xml").text.count("<name>Anne Leroy</name>") == 2
    anne = signed_twice.authors()[0]
    assert client.get(anne.get_absolute_url()).text.count(">Le pont<") == 1
    assert client.get(f"{anne.get_absolute_url()}atom.xml").text.count("<entry") == 1
    listed = admin_client.get("/admin/articles/article/", {"author": anne.pk}).text
    assert listed.count("Anne Leroy, Anne Leroy") == 1
    assert listed.count('class="action-select"') == 1


def test_the_authors_stand_in_the_order_of_each_byline():
    anne, paul = factories.author("Anne Leroy"), factories.author("Paul Petit")
    editions = [
        factories.published(str(authors), authors=authors).live_edition()
        for authors in ([anne, paul], [paul, anne], [], [paul])
    ]
    names = [[each.name for each in teaser.signatures] for teaser in read(*editions)]
    assert names == [
        ["Anne Leroy", "Paul Petit"],
        ["Paul Petit", "Anne Leroy"],
        [],
        ["Paul Petit"],
    ]


def test_an_article_without_a_picture_shows_none():
    (teaser,) = read(factories.published().live_edition())
    assert teaser.lead_image is None
    assert "<picture" not in teaser.html(size="row", level=2)


def test_an_opinion_shows_its_first_author_and_all_others_their_picture(edition, photo):
    (teaser,) = read(edition)
    opinion, row = (teaser.html(size=size, level=3) for size in ("opinion", "row"))
    assert photo.file.url in opinion
    assert edition.lead_image.file.url not in opinion
    assert edition.lead_image.file.url in row
    assert "<picture" not in teaser.html(size="brief", level=3)


@pytest.mark.parametrize("kind", ["picture", "photo"])
def test_another_file_of_a_picture_is_shown_at_once(edition, photo, kind):
    size = {"picture": "row", "photo": "opinion"}[kind]
    image = {"picture": edition.lead_image, "photo": photo}[kind]
    before = read(edition)[0].html(size=size, level=2)
    image.file = factories.image(f"Another {kind}", factories.picture_bytes((90, 60))).file.name
    image.width, image.height = 90, 60
    image.save()
    after = read(edition)[0].html(size=size, level=2)
    assert before != after
    assert image.file.url in after


def test_a_page_with_teasers_is_made_of_their_authors_and_pictures(edition, photo):
    with page_notes.taken() as notes:
        read(edition)[0].html(size="row", level=2)
    authors = {(Change.Kind.AUTHOR, pk) for pk in edition.bylines.values_list("author", flat=True)}
    pictures = {(Change.Kind.IMAGE, image.pk) for image in (photo, edition.lead_image)}
    assert authors | pictures <= notes.names
    assert (Change.Kind.THREAD, edition.article_id) in notes.lagging


def test_teasers_take_two_queries_and_read_no_body(edition):
    factories.published()
    with CaptureQueriesContext(connection) as captured:
        found = teasers_of(rows_of(Edition.objects.live()))
        for teaser in found:
            teaser.html(size="row", level=2)
    assert len(found) == 2
    assert len(captured) == 2
    assert not any('"body"' in query["sql"] for query in captured)
