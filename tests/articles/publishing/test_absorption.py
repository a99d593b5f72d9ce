"""The merge of sections, topics and authors: what moves, what stays, and what follows later."""

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    Byline,
    Change,
    Edition,
    FormerKey,
    FormerSlug,
    OutdatedEntries,
    Section,
    Series,
    Topic,
    former_key,
    outdated_entries,
)
from articles.pages.preview_page import PreviewPage
from articles.publishing import revisions, snapshots, working_copy
from articles.publishing.absorption import PLACES, CannotMerge, absorb, candidates
from articles.search import staff
from articles.search.queries import Query

from ... import factories

pytestmark = pytest.mark.django_db

MAKE = {
    Section: factories.section,
    Topic: factories.topic,
    Series: factories.series,
    Author: factories.author,
}
#: The kinds of which an article has one at most.
SINGLE = (Section, Series)


def filed(kind, *rows, headline="The bridge reopens", **fields):
    """Return a published article that is filed under `rows` of this kind."""
    name = kind._meta.model_name
    named = {name: rows[0]} if kind in SINGLE else {f"{name}s": rows}
    return factories.published(headline, **named, **fields)


def rows_of(content, kind):
    """Return what an article or an edition is filed under, in the order that readers see."""
    if kind in SINGLE:
        return [getattr(content, kind._meta.model_name)]
    return content.authors() if kind is Author else list(content.topics.all())


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


@pytest.fixture(params=PLACES, ids=lambda kind: kind._meta.model_name)
def kind(request):
    return request.param


@pytest.fixture
def three(kind):
    return [MAKE[kind](name, slug=slug) for name, slug in (("A", "a"), ("B", "b"), ("C", "c"))]


def test_every_row_that_names_one_of_them_names_the_one_that_stays(three, kind):
    stays, *others = three
    articles = [filed(kind, other) for other in others]
    version = articles[0].version
    absorb(stays, others, by=None)
    for article in articles:
        assert rows_of(fresh(article), kind) == [stays]
        assert rows_of(article.editions.get(), kind) == [stays]
        assert fresh(article).version == version
    assert not kind.objects.filter(pk__in=[other.pk for other in others]).exists()


def test_the_registry_names_every_place_where_a_row_may_be_named():
    named = {kind: set() for kind in PLACES}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model in named:
                named[field.related_model].add((model, field.name))
    assert named == {
        kind: {(place.model, place.column) for place in places} for kind, places in PLACES.items()
    }


@pytest.mark.parametrize("kind", [Topic], indirect=True, ids=["topic"])
def test_the_addresses_lead_to_the_one_that_stays_also_over_two_merges(client, three, kind):
    first, second, third = three
    filed(kind, third)
    third.slug = "c-new"
    third.save()
    former = [row.get_absolute_url() for row in (second, third)]
    former.append(third.get_absolute_url().replace("c-new", "c"))
    feeds = [address + "atom.xml" for address in former]
    absorb(second, [third], by=None)
    absorb(first, [second], by=None)
    current = first.get_absolute_url()
    assert {client.get(address)["Location"] for address in former} == {current}
    assert {client.get(address)["Location"] for address in feeds} == {current + "atom.xml"}
    assert {client.get(address).status_code for address in former} == {301}
    assert client.get(current).status_code == 200
    assert set(FormerKey.objects.values_list("key", "object_id")) == {
        (second.pk, first.pk),
        (third.pk, first.pk),
    }
    assert set(FormerSlug.objects.values_list("slug", flat=True)) == {"b", "c", "c-new"}


@pytest.mark.parametrize("kind", [Topic, Author], indirect=True, ids=["topic", "author"])
def test_an_article_that_named_two_of_them_names_the_one_that_stays_once(three, kind):
    other = MAKE[kind]("Other")
    article = filed(kind, three[1], other, three[0], three[2])
    absorb(three[0], three[1:], by=None)
    expected = [three[0], other]
    for content in (fresh(article), article.editions.get()):
        found = rows_of(content, kind)
        assert found == expected if kind is Author else set(found) == set(expected)
        assert len(found) == 2


def test_of_two_credits_that_become_one_the_first_keeps_its_role():
    stays, goes = factories.author("Anne Leroy"), factories.author("A. Leroy")
    article = factories.article(authors=[goes, stays])
    article.bylines.filter(author=goes).update(role="text")
    article.bylines.filter(author=stays).update(role="photographs")
    absorb(stays, [goes], by=None)
    assert list(Byline.objects.values_list("author", "role")) == [(stays.pk, "text")]


def test_who_signs_twice_on_purpose_goes_on_doing_so():
    stays, goes = factories.author("Anne Leroy"), factories.author("A. Leroy")
    factories.article(authors=[stays, stays])
    absorb(stays, [goes], by=None)
    assert Byline.objects.count() == 2


def test_what_the_one_that_stays_lacks_is_taken_from_the_others():
    photo = factories.image()
    stays = factories.author("Anne Leroy", role="Reporter")
    first = factories.author("A. Leroy", role="Editor", bio="Born in Lille.")
    second = factories.author("Leroy, Anne", bio="Born.", photo=photo)
    absorb(stays, [first, second], by=None)
    stays = fresh(stays)
    assert (stays.name, stays.role) == ("Anne Leroy", "Reporter")
    assert (stays.bio, stays.photo) == ("Born in Lille.", photo)


def test_readers_and_histories_are_told(three, kind, changes, editor):
    stays, *others = three
    gone = {other.pk for other in others}
    changes()
    absorb(stays, others, by=editor)
    told = Change.Kind(kind._meta.model_name)
    assert changes() == {(told, key) for key in {stays.pk, *gone}}
    entries = LogEntry.objects.filter(user=editor).values_list("object_id", "action_flag")
    assert set(entries) == {
        (str(stays.pk), CHANGE),
        *((str(key), DELETION) for key in gone),
    }
    assert "B (#" in LogEntry.objects.get(action_flag=CHANGE).change_message


def test_nobody_merges_without_the_permission(three, kind, moderator):
    with pytest.raises(PermissionDenied):
        absorb(three[0], three[1:], by=moderator)
    assert kind.objects.count() == 3


def test_nothing_is_merged_into_itself_or_with_what_is_gone(three, kind):
    first, second, third = three
    with pytest.raises(CannotMerge):
        absorb(first, [first], by=None)
    absorb(first, [second], by=None)
    with pytest.raises(CannotMerge):
        absorb(third, [second], by=None)
    with pytest.raises(CannotMerge):
        absorb(second, [third], by=None)
    assert set(kind.objects.all()) == {first, third}


def test_what_each_has_is_counted():
    river, rivers = factories.topic("River"), factories.topic("Rivers")
    article = factories.published(topics=[river, rivers])
    article.press(by=None)
    factories.article(topics=[rivers])
    facts = {
        each.row: (each.articles, each.editions, each.live) for each in candidates([river, rivers])
    }
    assert facts == {river: (1, 2, 1), rivers: (2, 2, 1)}


# --- What is stored elsewhere ---------------------------------------------------------------------


@pytest.fixture
def revised(three, kind, editor):
    """Return an article with a revision that names two of them, and which names none now."""
    rows = three[1:2] if kind in SINGLE else three[1:]
    article = filed(kind, *rows)
    before = working_copy.begin(article)
    other = MAKE[kind]("Other")
    part = {
        Section: {"section_id": other.pk},
        Series: {"series_id": other.pk},
        Topic: {"topics": [other.pk]},
        Author: {"bylines": [[other.pk, ""]]},
    }[kind]
    assert working_copy.store(article, part, by=editor, seen=before.version)
    return article


def test_a_version_of_before_comes_back_with_the_one_that_stays(three, revised, kind, editor):
    absorb(three[0], three[1:], by=None)
    former = revised.revisions.order_by("version").first()
    page = PreviewPage.of_revision(former, at=timezone.now())
    named = {
        Section: [page.section],
        Topic: page.topics,
        Series: [page.content.series],
        Author: page.authors,
    }
    assert named[kind] == [three[0]]
    version = next(v for v in revisions.timeline(fresh(revised)) if v.key.startswith("r"))
    revisions.restore(fresh(revised), version, by=editor, seen=fresh(revised).version)
    assert rows_of(fresh(revised), kind) == [three[0]]


@pytest.mark.parametrize("kind", [Topic], indirect=True, ids=["topic"])
def test_a_merge_is_no_difference_between_two_versions(three, kind, editor):
    article = filed(kind, three[1])
    before = working_copy.begin(article)
    working_copy.store(article, {"headline": "Another"}, by=editor, seen=before.version)
    absorb(three[0], three[1:], by=None)
    copy, former, *_ = revisions.timeline(fresh(article))
    assert former.content() == snapshots.snapshot(fresh(article)) | {
        "headline": "The bridge reopens"
    }
    assert copy.changed == ("headline",)


def test_the_staff_find_articles_by_the_name_of_the_author_that_stays():
    stays, goes = factories.author("Anne Leroy"), factories.author("Zoé Martin")
    article = factories.article(authors=[goes])
    absorb(stays, [goes], by=None)
    found = staff.articles.filter(Article.objects.all(), "leroy")
    assert list(found) == [article]
    assert not staff.articles.filter(Article.objects.all(), "zoe").exists()


def test_readers_find_editions_by_the_name_that_stays_once_the_worker_has_written_it(client):
    stays, goes = factories.topic("Cycling"), factories.topic("Bicycles")
    edition = factories.published(topics=[goes]).editions.get()
    absorb(stays, [goes], by=None)
    FormerKey.objects.index_outdated(should_continue=lambda: False)
    assert FormerKey.objects.get().outdated == [edition.pk]
    FormerKey.objects.index_outdated()
    assert edition.headline in client.get("/search/?q=cycling").text
    assert edition.headline not in client.get("/search/?q=bicycles").text
    assert FormerKey.objects.get().outdated == []


def test_very_many_editions_are_written_in_batches(client, monkeypatch):
    monkeypatch.setattr(former_key, "BATCH", 1)
    monkeypatch.setattr(outdated_entries, "BATCH", 1)
    stays, goes = factories.topic("Cycling"), factories.topic("Bicycles")
    editions = {factories.published(topics=[goes]).editions.get().pk for _ in range(3)}
    absorb(stays, [goes], by=None)
    kept = [*FormerKey.objects.all(), *OutdatedEntries.objects.all()]
    assert all(len(row.outdated) == 1 for row in kept)
    assert {key for row in kept for key in row.outdated} == editions
    FormerKey.objects.index_outdated()
    OutdatedEntries.objects.index_outdated()
    assert not OutdatedEntries.objects.exists()
    assert len(Edition.objects.matching(Query.parse("cycling"))) == len(editions)
    assert not Edition.objects.matching(Query.parse("bicycles"))


def test_an_edition_still_refuses_another_section():
    factories.published()
    with pytest.raises(TypeError):
        Edition.objects.update(section=factories.section("Other"))
