"""Migrations keep the data of the rows before them; one keeps it on the way back too."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.db.migrations import AddField
from django.db.migrations.executor import MigrationExecutor

from articles.models import Edition
from articles.search import index
from tests import factories

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def test_public_notes_become_corrections_and_come_back(migrate):
    apps = migrate("corrections_and_former_addresses", before=True)
    Section, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Article", "Edition")
    )
    section = Section.objects.create(name="City", slug="city")
    article = Article.objects.create(headline="Bridge", slug="bridge", section=section)
    notes = [
        # (substantive, note): the first edition, an update, a mended typo that keeps the note,
        # a new note without an update, another mended typo.
        *((False, "From our archive."), (True, "New figures."), (False, "New figures.")),
        *((False, "See also."), (False, "See also.")),
    ]
    updated_at = None
    for number, (substantive, note) in enumerate(notes, start=1):
        at = MAY + timedelta(hours=number)
        updated_at = at if substantive else updated_at
        Edition.objects.create(
            article=article, section=section, headline="Bridge", number=number, visible_from=at,
            visible_until=at + timedelta(hours=1), substantive=substantive, note=note,
            updated_at=updated_at,
        )  # fmt: skip

    apps = migrate("corrections_and_former_addresses")
    rows = apps.get_model("articles", "Correction").objects.order_by("edition__number")
    assert list(rows.values_list("edition__number", "kind", "text")) == [
        (1, "note", "From our archive."), (2, "update", "New figures."), (4, "note", "See also."),
    ]  # fmt: skip
    dates = apps.get_model("articles", "Edition").objects.order_by("number")
    dates = [
        at and (at - MAY) // timedelta(hours=1) for at in dates.values_list("updated_at", flat=True)
    ]
    assert dates == [None, 2, 2, 4, 4]

    apps = migrate("corrections_and_former_addresses", before=True)
    editions = apps.get_model("articles", "Edition").objects.order_by("number")
    assert [e.note for e in editions] == [note for _substantive, note in notes]
    assert [e.substantive for e in editions] == [False, True, False, True, False]
    overlapping = editions.exclude(number=1)
    with pytest.raises(DatabaseError, match="editions_do_not_overlap"):
        overlapping.update(visible_from=MAY)


def test_pictures_in_bodies_are_noted_where_they_stand(migrate):
    apps = migrate("image_uses", before=True)
    Section, Article, Edition, Image, Page = (
        apps.get_model("articles", name)
        for name in ("Section", "Article", "Edition", "Image", "Page")
    )
    one, two, twelve = (Image.objects.create(pk=pk, title="x") for pk in (1, 2, 12))
    section = Section.objects.create(name="City", slug="city")

    def body(*images):
        tags = (
            f'<img src="/x.png" alt="a > b" width="6" height="4" data-file="{image.pk}"'
            ' loading="lazy">'
            for image in images
        )
        return f'<p>&lt;img data-file="2"</p><figure>{"".join(tags)}</figure>'

    article = Article.objects.create(slug="a", section=section, body=body(one, one, twelve))
    Article.objects.create(slug="b", section=section, body="<p>No picture.</p>")
    Edition.objects.create(
        article=article, section=section, number=1, visible_from=MAY, body=body(one)
    )
    missing = body(Image(pk=99))
    Page.objects.create(title="About", slug="about", body=body(two) + missing)

    apps = migrate("image_uses")
    uses = apps.get_model("articles", "ImageUse").objects.order_by("pk")
    names = ("image", "article__slug", "edition__number", "page__slug")
    assert list(uses.values_list(*names)) == [
        (1, "a", None, None), (12, "a", None, None), (1, None, 1, None), (2, None, None, "about"),
    ]  # fmt: skip


def test_pictures_that_readers_see_are_noted_as_shown(migrate):
    apps = migrate("pictures_shown", before=True)
    Image, Author, Page, ImageUse = (
        apps.get_model("articles", name) for name in ("Image", "Author", "Page", "ImageUse")
    )
    one, two, _three = (Image.objects.create(title=title) for title in ("page", "photo", "none"))
    page = Page.objects.create(title="About", slug="about")
    ImageUse.objects.create(image=one, page=page)
    Author.objects.create(name="Anne", slug="anne", photo=two)
    apps = migrate("pictures_shown")
    shown = apps.get_model("articles", "Image").objects.filter(was_shown=True)
    assert set(shown.values_list("title", flat=True)) == {"page", "photo"}


def test_bodies_that_were_stored_before_become_valid_and_keep_their_pictures(migrate):
    apps = migrate("valid_bodies", before=True)
    names = ("Section", "Article", "Edition", "Page", "Change")
    Section, Article, Edition, Page, Change = (apps.get_model("articles", name) for name in names)
    img = (
        '<img src="/media/a.jpg" alt="1 &lt; 2" width="6" height="4" data-file="7" loading="lazy">'
    )
    valid = f"<p>a</p><figure>{img}<figcaption>b</figcaption></figure>"
    old = f'<p lang="xx" title="y">a</p><ul></ul>{valid.partition("</p>")[2]}<h2></h2>'
    section = Section.objects.create(name="City", slug="city")
    article = Article.objects.create(headline="Bridge", slug="a", section=section, body=old)
    other = Article.objects.create(headline="Bridge", slug="b", section=section, body=valid)
    for each in (article, other):
        Edition.objects.create(
            article=each, section=section, headline="x", number=1, visible_from=MAY, body=each.body
        )
    page = Page.objects.create(title="About", slug="about", body="<li>a</li>")
    Change.objects.all().delete()

    apps = migrate("valid_bodies")
    for name in ("Article", "Edition"):
        bodies = apps.get_model("articles", name).objects.values_list("body", flat=True)
        assert list(bodies) == [valid, valid]
    assert apps.get_model("articles", "Page").objects.get().body == "<ul><li>a</li></ul>"
    changes = apps.get_model("articles", "Change").objects.values_list("kind", "key")
    assert set(changes) == {("article", article.pk), ("page", page.pk)}


def test_a_site_that_has_published_keeps_the_names_in_its_feeds(migrate, settings):
    settings.SITE_URL = "https://news.example"
    apps = migrate("naming_authority", before=True)
    Section, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Article", "Edition")
    )
    assert not migrate("naming_authority").get_model("articles", "NamingAuthority").objects.count()
    migrate("naming_authority", before=True)
    section = Section.objects.create(name="City", slug="city")
    article = Article.objects.create(headline="Bridge", slug="bridge", section=section)
    Edition.objects.create(
        article=article, section=section, headline="x", number=1, visible_from=MAY
    )
    names = migrate("naming_authority").get_model("articles", "NamingAuthority").objects
    assert names.get().site_url == "https://news.example"


@pytest.fixture
def edition_with_one_more_field(transactional_db):
    """Add a field to the editions as a migration does; SQLite rebuilds their table for it.

    A rebuilt table has lost its triggers.
    """
    before = MigrationExecutor(connection).loader.project_state()
    field = models.CharField(max_length=9, null=True, default="")
    operation, after = AddField("edition", "overline", field), before.clone()
    operation.state_forwards("articles", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("articles", editor, before, after)
    yield
    with connection.schema_editor() as editor:
        operation.database_backwards("articles", editor, after, before)
    call_command("migrate", verbosity=0)


def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall() if name.startswith("editions_do_not")}


def test_editions_cannot_overlap_after_a_migration_that_adds_a_field(edition_with_one_more_field):
    if connection.vendor == "sqlite":
        assert triggers() == set()
    call_command("migrate", verbosity=0)
    article = factories.published(at=MAY)
    edition = article.editions.get()
    other = {"headline": "x", "number": 2, "visible_until": MAY + timedelta(days=1)}
    overlapping = Edition(
        article=article, section=edition.section, visible_from=MAY - timedelta(days=1), **other
    )
    with pytest.raises(DatabaseError, match="editions_do_not_overlap"):
        Edition.objects.bulk_create([overlapping])
    touching = Edition(
        article=article, section=edition.section, visible_from=MAY - timedelta(days=1),
        **{**other, "visible_until": MAY},
    )  # fmt: skip
    Edition.objects.bulk_create([touching])
    with pytest.raises(DatabaseError, match="editions_do_not_overlap"):
        article.editions.filter(number=2).update(visible_until=MAY + timedelta(days=1))


def test_words_that_are_stored_lose_their_invisible_characters(migrate):
    apps = migrate("visible_words", before=True)
    Section, Topic, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Topic", "Article", "Edition")
    )
    section = Section.objects.create(name="Ci\xadty", slug="city")
    Topic.objects.create(name="Roads", slug="roads")
    Topic.objects.create(name="Ro\xadads", slug="roads-2")
    words = {
        "headline": "Bri\u200bdge\u2028two", "standfirst": "می‌خواهم\xad", "section": section,
        "body": '<p>St\xadone\u2028wall <a href="/a/">\u2060x</a></p>',
    }  # fmt: skip
    article = Article.objects.create(slug="a", **words)
    Edition.objects.create(article=article, number=1, visible_from=MAY, **words)

    apps = migrate("visible_words")
    for name in ("Article", "Edition"):
        stored = apps.get_model("articles", name).objects.get()
        assert (stored.headline, stored.standfirst) == ("Bridge two", "می‌خواهم")
        assert stored.body == '<p>Stone<br>wall <a href="/a/">x</a></p>'
    topics = apps.get_model("articles", "Topic").objects.order_by("pk")
    assert [topic.name for topic in topics] == ["Roads", "Ro\xadads"]
    assert apps.get_model("articles", "Section").objects.get().name == "City"
    assert apps.get_model("articles", "Change").objects.filter(kind="site").exists()


def test_articles_get_their_first_writer_and_publishers_go_on_approving(migrate):
    apps = migrate("who_writes", before=True)
    Section, Article, Revision, Event = (
        apps.get_model("articles", name)
        for name in ("Section", "Article", "Revision", "ArticleEvent")
    )
    User, Group, Permission, ContentType = (
        apps.get_model(name)
        for name in ("auth.User", "auth.Group", "auth.Permission", "contenttypes.ContentType")
    )
    person, colleague = (User.objects.create(username=name).pk for name in ("rose", "edith"))
    section = Section.objects.create(name="City", slug="city")
    by_revision, by_event, _imported = (
        Article.objects.create(slug=slug, headline=slug, section=section) for slug in "abc"
    )
    kept = {"content": {}, "began_at": MAY, "saved_at": MAY, "article": by_revision}
    for version, writer in enumerate([None, person, colleague], 1):
        Revision.objects.create(**kept, version=version, by_id=writer)
    Event.objects.create(article=by_event, kind="moved", by_id=colleague)
    desk = Group.objects.create(name="night desk")
    of_articles = ContentType.objects.create(app_label="articles", model="article")
    publish = Permission.objects.create(codename="publish_article", content_type=of_articles)
    desk.permissions.add(publish)

    apps = migrate("who_writes")
    started = dict(apps.get_model("articles", "Article").objects.values_list("slug", "started_by"))
    assert started == {"a": person, "b": colleague, "c": None}
    kept = apps.get_model("auth", "Group").objects.get(name="night desk").permissions
    assert set(kept.values_list("codename", flat=True)) == {"publish_article", "approve_article"}


def test_months_in_which_an_edition_was_taken_down_are_counted_anew(migrate):
    apps = migrate("months_of_takedowns", before=True)
    Section, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Article", "Edition")
    )
    section = Section.objects.create(name="City", slug="city")
    for number, taken_down in enumerate([None, MAY + timedelta(days=99)]):
        at = MAY + timedelta(days=31 * number)
        words = {"headline": "Bridge", "section": section, "first_published_at": at}
        article = Article.objects.create(slug=f"b{number}", **words)
        Edition.objects.create(
            article=article, number=1, visible_from=at, suppressed_at=taken_down, **words
        )
    marks = migrate("months_of_takedowns").get_model("articles", "MonthMark").objects
    assert [f"{mark.start:%Y-%m}" for mark in marks.all()] == ["2025-06"]


def test_articles_get_the_end_of_their_last_edition(migrate):
    apps = migrate("articles_that_end", before=True)
    Section, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Article", "Edition")
    )
    section = Section.objects.create(name="City", slug="city")
    day = timedelta(days=1)
    intervals = {
        "draft": [],
        "live": [(MAY, None)],
        "corrected": [(MAY, MAY + day), (MAY + day, None)],
        "withdrawn": [(MAY, MAY + day), (MAY + day, MAY + 2 * day)],
        "back": [(MAY, MAY + day), (MAY + 3 * day, None)],
    }
    for slug, ends in intervals.items():
        words = {"headline": slug, "section": section}
        article = Article.objects.create(slug=slug, **words)
        for number, (start, end) in enumerate(ends, 1):
            interval = {"visible_from": start, "visible_until": end}
            Edition.objects.create(article=article, number=number, **interval, **words)
    Article = migrate("articles_that_end").get_model("articles", "Article")
    ends = dict(Article.objects.values_list("slug", "visible_until"))
    assert ends == dict.fromkeys(intervals) | {"withdrawn": MAY + 2 * day}


def test_each_edition_has_one_entry_in_the_search_with_the_number_that_the_code_expects(migrate):
    apps = migrate("search_by_date", before=True)
    Section, Article, Edition = (
        apps.get_model("articles", name) for name in ("Section", "Article", "Edition")
    )
    section = Section.objects.create(name="City", slug="city")
    moments = [
        *(None, MAY, MAY.replace(year=1601), MAY.replace(year=2705)),
        *(MAY.replace(microsecond=n) for n in (1, 500_000, 999_499, 999_500, 999_999)),
    ]
    made = []
    for number, at in enumerate(moments):
        words = {"headline": "Bridge", "section": section, "first_published_at": at}
        article = Article.objects.create(slug=f"b{number}", **words)
        made.append(Edition.objects.create(article=article, number=1, visible_from=MAY, **words))
    write_entries([edition.pk for edition in made])
    expected = sorted(index.number_of(at, e.pk) for at, e in zip(moments, made, strict=True))
    migrate("search_by_date")
    assert numbers_of_entries() == expected

    # As an earlier form of that migration left them: other numbers, beside the right one if the
    # words were written again meanwhile, and without an edition if that was deleted.
    migrate("search_numbers", before=True)
    moved, twice, gone = (expected[place] + (1 << 28) for place in (-4, -3, -2))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search WHERE rowid = %s", [expected[-4]])
    write_entries([moved, twice, gone | 0xFFFFFFF])
    migrate("search_numbers")
    assert numbers_of_entries() == expected


def write_entries(numbers):
    column = {"sqlite": "body", "postgresql": "document"}[connection.vendor]
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute(
                f"INSERT INTO articles_search (rowid, headline, {column}) VALUES (%s, '', '')",  # noqa: S608
                [number],
            )


def numbers_of_entries():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM articles_search ORDER BY rowid")
        return [number for (number,) in cursor.fetchall()]
