"""The time machine: the site of readers as at another instant, for the staff alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from articles.models import Change, FrontSlot
from articles.publishing.takedown.edition import take_down_edition
from comments.moderation.states import Moderation
from newsroom.time_machine import base_at
from tests import factories
from tests.articles.conftest import clock, reporter  # noqa: F401

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def story(clock):  # noqa: F811
    """An article with two editions that have ended, and a third that begins tomorrow."""
    author, topic = factories.author(), factories.topic()
    article = factories.published(
        "Three bridges open", at=clock.plus(days=-10), authors=[author], topics=[topic]
    )
    article.headline = "Four bridges open"
    article.press(
        by=None,
        at=clock.plus(days=-8),
        until=clock.plus(days=-5),
        correction=factories.correction("There are four."),
    )
    article.headline = "Five bridges open"
    article.press(by=None, at=clock.plus(days=1))
    article.refresh_from_db()
    return article


def seen(client, at, path):
    """Return the answer, and its page without the bar above it."""
    response = client.get(base_at(at) + path.removeprefix("/"))
    page = response.content.decode()
    return response, page.partition("</aside>")[2]


def test_each_page_shows_what_readers_had_and_will_have(editor_client, story, clock):  # noqa: F811
    """Every kind of page follows the clock: a page that asked the wall's would show nothing."""
    day = story.path[:12]
    section, author, topic = story.section, story.bylines.get().author, story.topics.get()
    pages = [
        *("/", "/search/?q=bridges", day, day[:6], day[:9]),
        *(each.get_absolute_url() for each in (section, author, topic)),
    ]
    for days, headline in ((-9, "Three"), (2, "Five")):
        for path in pages:
            response, page = seen(editor_client, clock.plus(days=days), path)
            found = [word for word in ("Three", "Four", "Five") if word in page]
            assert (path, response.status_code, found) == (path, 200, [headline])
    for path in pages:
        assert "bridges open" not in seen(editor_client, clock.plus(days=-4), path)[1]
    assert day[:9] in seen(editor_client, clock.plus(days=-9), "/archive/")[1]
    assert day[:9] not in seen(editor_client, clock.plus(days=-11), "/archive/")[1]


def test_an_article_has_the_corrections_and_the_states_of_its_time(editor_client, story, clock):  # noqa: F811
    answers = {}
    for days in (-11, -9, -7, -4):
        response, page = seen(editor_client, clock.plus(days=days), story.path)
        answers[days] = (response.status_code, "There are four." in page)
    assert answers == {-11: (404, False), -9: (200, False), -7: (200, True), -4: (410, False)}
    assert "There are four." in seen(editor_client, clock.plus(days=-7), "/corrections/")[1]
    assert "There are four." not in seen(editor_client, clock.plus(days=-9), "/corrections/")[1]


def test_links_and_redirects_stay_in_the_instant(editor_client, story, clock):  # noqa: F811
    base = base_at(clock.plus(days=-9))
    _response, page = seen(editor_client, clock.plus(days=-9), "/")
    assert f'href="{base}{story.path[1:]}"' in page
    assert f'href="{story.path}"' not in page
    assert f'action="{base}search/"' in seen(editor_client, clock.plus(days=-9), "/search/")[1]
    moved = editor_client.get(base + story.path[1:-1])
    assert (moved.status_code, moved["Location"]) == (302, base + story.path[1:])


def test_no_cache_keeps_a_page_and_nothing_is_written(
    editor_client,
    story,
    clock,  # noqa: F811
    settings,
):
    # Of all caches this one can be looked into.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    before = dict(cache._cache), Change.objects.count()
    address = base_at(clock.plus(days=-9)) + story.path[1:]
    response = editor_client.get(address, headers={"if-none-match": "*"})
    control = response["Cache-Control"]
    assert response.status_code == 200
    assert "no-store" in control
    assert "private" in control
    assert not {"ETag", "Last-Modified"} & set(response.headers)
    assert "noindex" in response["X-Robots-Tag"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "nonce" not in response["Content-Security-Policy"]
    assert (dict(cache._cache), Change.objects.count()) == before
    # What readers get is as before: the article has no live edition now.
    assert editor_client.get(story.path).status_code == 410


def test_drafts_and_what_was_taken_down_are_shown_at_no_instant(
    editor_client,
    editor,
    story,
    clock,  # noqa: F811
):
    factories.article("Secret bridges open")
    second = story.editions.get(number=2)
    take_down_edition(second, by=editor, reason="A court", notice="Taken down.")
    for days in (-9, -7, 2, 4000):
        assert "Secret" not in seen(editor_client, clock.plus(days=days), "/")[1]
    assert "Four" not in seen(editor_client, clock.plus(days=-7), "/")[1]
    assert "Four" not in seen(editor_client, clock.plus(days=-7), story.path)[1]


def test_a_place_on_the_front_page_ends_at_its_end(editor_client, story, clock):  # noqa: F811
    factories.published("Trams run again", at=clock.plus(days=-9, hours=1))
    FrontSlot.objects.create(
        article=story, place=FrontSlot.Place.LEAD, until=clock.plus(days=-8, hours=12)
    )

    def lead(at):
        page = seen(editor_client, at, "/")[1]
        return min(("bridges", "Trams"), key=lambda word: page.index(word))

    assert lead(clock.plus(days=-8, hours=1)) == "bridges"
    assert lead(clock.plus(days=-7)) == "Trams"


def test_comments_are_those_of_the_time_that_are_public_today(editor_client, clock):  # noqa: F811
    article = factories.published(at=clock.plus(days=-3))
    shown = factories.comment_in(Moderation.APPROVED, article, text="The first word")
    clock.forward(days=2)
    factories.comment_in(Moderation.APPROVED, article, text="The second word")
    gone = factories.comment_in(Moderation.APPROVED, article, text="A third word")
    gone.reject(by=None)
    _response, page = seen(editor_client, shown.submitted_at + DAY, article.path)
    assert "The first word" in page
    assert "second word" not in page
    assert "third word" not in page
    assert "<textarea" not in page
    later = seen(editor_client, clock.plus(days=1), article.path)[1]
    assert "second word" in later
    assert "third word" not in later


def test_a_thread_keeps_its_beginning_where_several_of_its_comments_are_gone(
    editor_client,
    clock,  # noqa: F811
):
    article = factories.published(at=clock.plus(days=-3))
    first = factories.comment_in(Moderation.APPROVED, article)
    second = factories.reply(first)
    factories.reply(second, text="The last word")
    alone = factories.comment_in(Moderation.APPROVED, article)
    clock.forward(days=1)
    factories.reply(factories.reply(alone), text="Too late")
    for comment in (first, second, alone, alone.replies.get()):
        comment.refresh_from_db()
        comment.reject(by=None)
    _response, page = seen(editor_client, clock.plus(hours=-1), article.path)
    places = [page.find(f'comment-{comment.pk}"') for comment in (first, second)]
    assert -1 < places[0] < places[1] < page.index("The last word")
    assert f'comment-{alone.pk}"' not in page
    assert "Too late" not in page


def test_a_comment_is_featured_from_when_it_was(editor_client, moderator, clock):  # noqa: F811
    article = factories.published(at=clock.plus(days=-3))
    comment = factories.comment_in(Moderation.APPROVED, article)
    clock.forward(days=1)
    comment.feature(by=moderator)
    listed = f"{reverse('comments:thread', args=[article.pk])}?order=featured"
    for hours, is_featured in ((-1, False), (1, True)):
        at = clock.plus(hours=hours)
        assert ("featured" in seen(editor_client, at, article.path)[1]) == is_featured
        assert (f'comment-{comment.pk}"' in seen(editor_client, at, listed)[1]) == is_featured


def test_an_answer_names_no_comment_that_was_not_public_then(editor_client, clock):  # noqa: F811
    article = factories.published(at=clock.plus(days=-3))
    first = factories.comment_in(Moderation.APPROVED, article, name="Berthe")
    answer = factories.reply(first)
    clock.forward(days=1)
    # Removed, and approved once more.
    first.refresh_from_db()
    first.reject(by=None)
    first.approve(by=None)
    _response, page = seen(editor_client, clock.plus(hours=-1), article.path)
    assert f'comment-{answer.pk}"' in page
    assert "Berthe" not in page
    assert "Berthe" in seen(editor_client, clock.plus(hours=1), article.path)[1]


@pytest.mark.parametrize(
    "path", ["atom.xml", "sitemap.xml", "comments/privacy/", "robots.txt", "nothing/here/at/all/"]
)
def test_what_follows_no_clock_is_not_found_within_the_frame(editor_client, path):
    response, page = seen(editor_client, datetime(2026, 1, 1, tzinfo=UTC), path)
    assert response.status_code == 404
    assert "<main" in page


@pytest.mark.parametrize(
    "instant",
    [
        *("2026-11-27", "2026-11-27T25:00Z", "2026-02-30T05:00Z", "2026-11-27T05:00+01:00"),
        *("0001-01-01T00:00Z", "9999-12-31T23:59Z", "now", "2026-11-27T05:00:00.1Z"),
    ],
)
def test_an_address_with_no_instant_is_not_found(editor_client, instant):
    assert editor_client.get(f"/admin/as-at/{instant}/").status_code == 404


def test_only_those_who_see_editions_get_in(client, reporter, moderator, story):  # noqa: F811
    for person in (reporter, moderator):
        client.force_login(person)
        for address in ("/admin/as-at/", "/admin/as-at/2026-11-27T05:00Z/"):
            assert client.get(address).status_code == 403


def test_a_typed_moment_leads_to_its_site_and_a_bad_one_is_kept(editor_client):
    asked = {"moment": "27 November 2026 06:00", "path": "/archive/"}
    response = editor_client.get("/admin/as-at/", asked, headers={"accept-language": "en"})
    assert response["Location"].startswith("/admin/as-at/2026-11-27T")
    assert response["Location"].endswith("Z/archive/")
    # A path of another site is no page of ours.
    response = editor_client.get("/admin/as-at/", {**asked, "path": "//evil.example/"})
    assert "evil" not in response["Location"]
    for typed in ("one day", "1 January 0001", ""):
        response = editor_client.get("/admin/as-at/", {**asked, "moment": typed})
        assert response.status_code == 422
        assert f'value="{typed}"' in response.content.decode() or not typed


def test_the_bar_leads_on_with_what_was_asked(editor_client):
    now, day = datetime.now(UTC), timedelta(days=1)
    factories.published("Trams", at=now - 9 * day).press(by=None, at=now - 3 * day)
    base = base_at(now - 5 * day)
    page = editor_client.get(f"{base}search/?q=trams").text
    assert page.count("search/?q=trams") >= 4
