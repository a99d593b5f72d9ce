"""After a takedown, the suppressed words and files are nowhere.

The tests read every public address, every column of every table (also those that a later version
adds) and every file. A marker is a word that only the suppressed content has.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from articles.models import Article, FileRemoval, FrontSlot, Note
from articles.pictures import renditions
from articles.publishing import handover, working_copy
from articles.publishing.previews import make_link
from articles.publishing.stages import Stage
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.passage import take_down_passage
from articles.publishing.takedown.picture import take_down_picture
from tests import factories
from tests.pages import form_values

from .test_leaks import patterns, read

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: The stem of a word is in the index, and it is the word itself.
MARKER = "zanzibarquok"
REASON = "Order 26/118"


def stored(marker) -> list[str]:
    """Return the columns of the database, and the files, that hold `marker`."""
    marker, found = marker.lower(), []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Also the tables in which SQLite keeps the index of the search.
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = [name for (name,) in cursor.fetchall()]
        else:
            tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{table}.{name}"
                    for name, value in zip(names, row, strict=True)
                    if marker in words_of(value)
                ]
    media = Path(settings.MEDIA_ROOT)
    found += [str(path) for path in media.rglob("*") if marker in str(path).lower()]
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        files = [database, database.with_name(f"{database.name}-wal")]
        found += [f.name for f in files if f.exists() and marker in words_of(f.read_bytes())]
    return sorted(set(found))


def words_of(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("latin-1").lower()
    return str(value).lower()


class Walk:
    """Every public address of a site with one article, and some pages of the admin."""

    def __init__(self, article, author, topic, page, token):
        self.article, self.author, self.topic, self.page = article, author, topic, page
        self.series = article.series.slug
        #: Of a link to the preview of an edition.
        self.token = token

    def addresses(self):
        at, feeds = timezone.localtime(), ("atom", "rss")
        article = self.article
        section = article.section.slug
        examples = {
            "article": [[p[1:-1]] for p in article.paths.values_list("path", flat=True)],
            "versions": [[p[1:-1]] for p in article.paths.values_list("path", flat=True)],
            "section": [[section]], "topic": [[self.topic.slug]], "author": [[self.author.slug]],
            "page": [[self.page.slug]], "year": [[f"{at:%Y}"]],
            "month": [[f"{at:%Y}", f"{at:%m}"]], "day": [[f"{at:%Y}", f"{at:%m}", f"{at:%d}"]],
            "feed": [[f] for f in feeds], "section_feed": [[section, f] for f in feeds],
            "topic_feed": [[self.topic.slug, f] for f in feeds],
            "series": [[self.series]],
            "series_feed": [[self.series, f] for f in feeds],
            "author_feed": [[self.author.slug, f] for f in feeds],
            "sitemap_month": [[f"{at:%Y}", f"{at:%m}"]], "preview": [[self.token]],
        }  # fmt: skip
        for name, route in patterns(get_resolver()):
            if name.startswith("articles:"):
                name = name.removeprefix("articles:")
                for arguments in examples.get(name, [[]]):
                    yield reverse(f"articles:{name}", args=arguments)
            elif name in ("comments:thread", "comments:post", "comments:feed"):
                more = ["atom"] if name == "comments:feed" else []
                yield reverse(name, args=[article.pk, *more])
            elif "<" not in route and "(" not in route and not route.startswith("admin/"):
                yield f"/{route}"
        yield from article.paths.values_list("path", flat=True)
        yield from ("/search/?q=bridge", "/search/?q=everywhere")

    def shown(self, client, marker):
        """Return the addresses that show `marker`, and the search if it finds the article by it."""
        shown = [page for page in self.addresses() if marker.lower() in read(client, page).lower()]
        search = f"/search/?q={marker}"
        return shown + ([search] if self.article.path in read(client, search) else [])


@pytest.fixture
def site(editor, client, settings):
    """A site whose only article has the marker in every column of words, in three editions.

    The editor writes one edition in the admin, so that the log of the admin has it too.
    """
    settings.LANGUAGE_CODE = "en"
    settings.PUBLIC_VERSIONS = True
    author, topic = factories.author("Anne"), factories.topic("Rivers")
    words = f"about {MARKER} everywhere"
    picture = factories.image("Plain", content=factories.picture_bytes((900, 600)))
    article = factories.article(
        f"First {MARKER}", slug="bridge", kicker=words, standfirst=words, dateline=words,
        body=f"<p>The bridge, {words}, <a href='/{MARKER}/'>there</a>.</p>"
        f'<figure><img data-file="{picture.pk}" alt="{words}">'
        f"<figcaption>{words}</figcaption></figure>",
        elsewhere=f"https://example.org/ Read {words}\nhttps://example.org/{MARKER} More",
        lead_image=picture, lead_alt=words, lead_caption=words, lead_credit=words,
        authors=[author], topics=[topic], series=factories.series(), series_part=1,
    )  # fmt: skip
    article.bylines.update(role=words)
    article.press(by=editor)
    FrontSlot.objects.create(article=article, place=FrontSlot.Place.LEAD)
    article.return_to_draft_after_edit(by=editor)
    article.move_to(Stage.IN_REVIEW, by=editor, note=words)
    Note.objects.add(article, words, by=editor)
    handover.hand_over(article, {"assignee": editor}, by=editor, note=words)
    article.press(by=editor, correction=factories.correction(words))
    client.force_login(editor)
    url = reverse("admin:articles_article_change", args=[article.pk])
    values = form_values(client.get(url), "article_form")
    values |= {"headline": f"Second {MARKER}", "_publish": "1"}
    assert client.post(url, values).status_code == 302
    slot = reverse("admin:articles_frontslot_change", args=[article.front_slot.pk])
    values = form_values(client.get(slot), "frontslot_form")
    assert client.post(slot, {**values, "position": "3"}).status_code == 302
    article = Article.objects.get()
    later = timezone.now() + timedelta(days=1)
    edition = article.press(by=editor, at=later)
    _link, token = make_link(article, by=editor, days=1, edition=edition)
    client.logout()
    return Walk(article, author, topic, factories.page("About"), token)


def test_the_marker_is_everywhere_before(client, site):
    """The tests below can fail."""
    tables = {place.rpartition(".")[0] for place in stored(MARKER)}
    assert tables >= {
        *("articles_article", "articles_edition", "articles_editionbyline", "articles_byline"),
        *("articles_correction", "articles_articleevent", "django_admin_log"),
    }
    assert any(table.startswith("articles_search") for table in tables)
    shown = site.shown(client, MARKER)
    preview = reverse("articles:preview", args=[site.token])
    for address in ("/", site.article.path, "/atom.xml", "/sitemap-news.xml", "/corrections/"):
        assert address in shown
    assert preview in shown


def test_a_suppressed_passage_is_nowhere(client, site, editor):
    take_down_passage(site.article, MARKER, by=editor, reason=REASON)
    assert site.shown(client, MARKER) == []
    assert stored(MARKER) == []
    assert client.get(site.article.path).status_code == 200
    assert "bridge" in client.get(site.article.path).text


def test_a_suppressed_article_is_nowhere(client, site, editor):
    edition = site.article.editions.get(number=3)
    take_down_edition(edition, by=editor, reason=REASON, notice="Removed.", with_others=True)
    assert site.shown(client, MARKER) == []
    assert stored(MARKER) == []
    assert client.get(site.article.path).status_code == 410


def test_a_suppressed_edition_is_shown_nowhere(client, site, editor):
    """The words of the other editions, which readers can't see, stay on the desk."""
    edition = site.article.editions.get(number=3)
    take_down_edition(edition, by=editor, reason=REASON, notice="Removed.")
    assert site.shown(client, MARKER) == []
    assert client.get(site.article.path).status_code == 410


def test_a_suppressed_picture_is_in_no_revision(editor):
    picture, other = factories.image(), factories.image("A river")
    figures = "".join(
        f'<figure><img data-file="{image.pk}" alt="Seen"></figure>' for image in (picture, other)
    )
    article = factories.article(
        body=f"<p>Text.</p>{figures}", lead_image=picture, lead_alt="Somebody", lead_credit="Zoé"
    )
    working_copy.store(article, {"headline": "The second"}, by=editor, seen=1)
    names = [image.random_part for image in (picture, other)]
    take_down_picture(picture, by=editor, reason=REASON)
    contents = [revision.content for revision in article.revisions.all()]
    assert len(contents) == 2
    for content in contents:
        assert [name in content["body"] for name in names] == [False, True]
        assert content["lead_image_id"] is None
        assert (content["lead_alt"], content["lead_credit"]) == ("", "")


def test_a_suppressed_picture_is_nowhere(client, site, editor):
    picture = site.article.lead_image
    renditions.make(picture)
    picture.refresh_from_db()
    former = [picture.file.url, f"/media/{picture.rendition_folder}/1-50-50/own-480.avif"]
    former_name = picture.random_part
    site.page.body = f'<p><a href="{former[0]}">x</a></p>'
    site.page.save()
    picture.file = factories.ContentFile(factories.picture_bytes((900, 600)), name="new.png")
    picture.save()
    renditions.make(picture)
    picture.refresh_from_db()
    for address in former:
        assert b"".join(client.get(address))
    assert len(stored(former_name)) > 2
    site.author.photo = picture
    site.author.save()
    site.page.body += f'<figure><img data-file="{picture.pk}" alt="x"></figure>'
    site.page.save()
    name = picture.random_part
    addresses = [picture.file.url, f"/media/{picture.rendition_folder}/1-50-50/own-480.avif"]
    for address in addresses:
        assert b"".join(client.get(address))
    before = site.shown(client, name)
    for page in (site.author, site.page):
        assert page.get_absolute_url() in before
    for address in ("/", site.article.path, "/atom.xml"):
        assert address in before
    assert len(stored(name)) > 3
    take_down_picture(picture, by=editor, reason=REASON)
    assert site.shown(client, name) == []
    assert [client.get(address).status_code for address in [*addresses, *former]] == [410] * 4
    assert former_name not in site.page.__class__.objects.get().body
    for each in (name, former_name):
        assert set(stored(each)) <= {"articles_fileremoval.name", *files_of_the_database()}
    # Files are looked for once more, in case that a worker was writing one.
    FileRemoval.objects.update(due_at=timezone.now())
    FileRemoval.objects.attempt_due()
    for each in (name, former_name):
        assert set(stored(each)) <= set(files_of_the_database())


def files_of_the_database():
    """The queue of files is written after the takedown, so its pages may still be in the log."""
    name = Path(str(connection.settings_dict["NAME"])).name
    return (name, f"{name}-wal")


def test_the_register_and_the_history_hold_the_reason_only(client, site, editor):
    take_down_passage(site.article, MARKER, by=editor, reason=REASON)
    client.force_login(editor)
    for name, arguments in (
        ("articles_takedown_changelist", []),
        ("articles_article_change", [site.article.pk]),
        ("articles_article_history", [site.article.pk]),
    ):
        page = client.get(reverse(f"admin:{name}", args=arguments))
        assert page.status_code == 200
        assert MARKER not in page.text.lower()
    assert REASON in client.get(reverse("admin:articles_takedown_changelist")).text
