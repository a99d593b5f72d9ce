"""Takedowns, the one exception to “editions never change”: who may, what goes, and what stays.

tests/articles/test_takedown_everywhere.py reads every address and every column.
"""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from articles.models import (
    ArticlePath,
    Author,
    Change,
    Edition,
    FileRemoval,
    Image,
    ImageUse,
    LinkCard,
    Page,
    Takedown,
)
from articles.pages.last_modified import last_change
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.stages import Stage
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.passage import (
    addresses_of,
    others_with,
    places_of,
    take_down_passage,
)
from articles.publishing.takedown.picture import take_down_picture
from articles.search.queries import Query
from tests import factories
from tests.structure import APPS, ROOT

pytestmark = pytest.mark.django_db

REASON = "Order 26/118 of the court of Lille"


def figure(image, caption=""):
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img data-file="{image.pk}" alt="seen">{words}</figure>'


def rewrite(article, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    return article


def status(client, article):
    return client.get(article.path).status_code


def refused(code, act, **more):
    with pytest.raises(PublishingError) as caught:
        act(by=None, **{"reason": REASON, **more})
    assert caught.value.code == code


# --- The rule, and its one exception --------------------------------------------------------------


def test_no_other_code_can_write_the_content_of_an_edition(article):
    edition = article.editions.get()
    for content in ({"body": ""}, {"headline": "x"}, {"lead_image": None}, {"suppressed_at": None}):
        with pytest.raises(TypeError, match="never changes"):
            Edition.objects.filter(pk=edition.pk).update(**content)
        with pytest.raises(TypeError, match="never changes"):
            article.editions.update(**content)
    edition.headline = "x"
    with pytest.raises(TypeError, match="never changes"):
        edition.save()
    with pytest.raises(TypeError, match="never changes"):
        Edition.objects.bulk_update([edition], ["headline"])


def test_only_one_room_uses_the_exception():
    users = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if ").take_down(" in path.read_text()
    }
    assert users == {
        "articles/publishing/takedown/edition.py",
        "articles/publishing/takedown/rows.py",
    }


@pytest.mark.parametrize("who", ["moderator", "reporter"])
def test_it_has_a_permission_of_its_own(who, request, article):
    user, image = request.getfixturevalue(who), factories.image()
    for act in (
        lambda: take_down_edition(article.editions.get(), by=user, reason=REASON),
        lambda: take_down_passage(article, "The bridge", by=user, reason=REASON),
        lambda: take_down_picture(image, by=user, reason=REASON),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Takedown.objects.exists()
    assert article.live_edition()


def test_who_may_publish_may_not_for_that_take_down(reporter, article, grant):
    grant(reporter, "publish_article")
    with pytest.raises(PermissionDenied):
        take_down_edition(article.editions.get(), by=reporter, reason=REASON)
    grant(reporter, "take_down")
    take_down_edition(article.editions.get(), by=reporter, reason=REASON)


@pytest.fixture
def grant():
    def grant(user, codename):
        user.user_permissions.add(Permission.objects.get(codename=codename))
        for cached in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
            user.__dict__.pop(cached, None)

    return grant


def test_a_takedown_needs_a_reason_that_repeats_nothing(article):
    edition, image = article.editions.get(), factories.image("A bridge at night")
    for empty in ("", "  "):
        refused("reason_missing", lambda **k: take_down_edition(edition, **k), reason=empty)
        refused("reason_missing", lambda **k: take_down_picture(image, **k), reason=empty)
        refused("reason_missing", lambda **k: take_down_passage(article, "a", **k), reason=empty)
    passage = "closed for a year"
    act = lambda **k: take_down_passage(article, passage, **k)  # noqa: E731
    refused("passage_repeated", act, reason="It said “Closed, for a  year”".replace(",", ""))
    refused("passage_repeated", act, replacement="[closed for a year]")
    act = lambda **k: take_down_edition(edition, **k)  # noqa: E731
    refused("headline_repeated", act, reason="about “THE BRIDGE REOPENS”")
    refused("headline_repeated", act, notice="We removed: the bridge reopens.")
    refused(
        "headline_repeated",
        lambda **k: take_down_picture(image, **k),
        reason="the picture “A bridge at night”",
    )
    assert not Takedown.objects.exists()


# --- Editions -------------------------------------------------------------------------------------


def test_a_suppressed_edition_is_gone_and_its_address_shows_the_notice(client, editor, article):
    edition = article.editions.get()
    take_down_edition(edition, by=editor, reason=REASON, notice="Removed by order.")
    page = client.get(article.path)
    assert page.status_code == 410
    assert "Removed by order." in page.text
    assert REASON not in page.text
    assert article.path not in client.get("/").text
    row = Takedown.objects.get()
    assert (row.by, row.kind, row.article, row.edition, row.note) == (
        *(editor, "edition", article, 1, REASON),
    )
    event = article.events.first()
    assert (event.kind, event.by, event.edition, event.note) == ("no_edition", editor, 1, REASON)


def test_the_row_of_a_suppressed_edition_keeps_its_number_and_its_interval(clock, article):
    begun, now = clock.now, clock.forward(hours=2)
    before = article.editions.get()
    take_down_edition(before, by=None, reason=REASON)
    edition = article.editions.get()
    assert (edition.number, edition.visible_from, edition.visible_until) == (
        *(1, before.visible_from, now),
    )
    assert edition.suppressed_at == now
    assert (edition.headline, edition.body) == ("[removed for legal reasons]", "")
    # No instant shows it, not even one before the takedown.
    assert Edition.objects.live(begun + timedelta(hours=1)).count() == 0
    assert not edition.is_live(begun + timedelta(hours=1))


def test_all_that_the_press_copied_is_erased(article):
    image = factories.image()
    article = factories.published(
        "Everything", kicker="k", standfirst="s", dateline="d", lead_image=image, lead_alt="a",
        lead_caption="c", lead_credit="cr", body=f"<p>b</p>{figure(image)}", language="fr",
        authors=[factories.author()], topics=[factories.topic()],
    )  # fmt: skip
    article.related.add(factories.published("Other"))
    edition = article.press(by=None)
    take_down_edition(edition, by=None, reason=REASON, with_others=True)
    for content in [*article.editions.all(), type(article).objects.get(pk=article.pk)]:
        words = {n: v for n, v in content.content().items() if v}
        assert words.pop("headline") == "[retiré pour raisons légales]"
        assert set(words) == {"language", "section_id"}
        assert not content.bylines.exists()
        assert not content.topics.exists()
        assert not content.related.exists()
    assert not ImageUse.objects.exists()


@pytest.mark.parametrize("with_working_copy", [True, False])
def test_the_working_copy_goes_too_unless_it_is_to_be_mended(article, with_working_copy):
    take_down_edition(
        article.editions.get(), by=None, reason=REASON, with_working_copy=with_working_copy
    )
    article.refresh_from_db()
    assert (article.body == "") is with_working_copy
    assert article.stage == Stage.DRAFT


def test_the_next_edition_is_public_and_comes_without_the_notice(client, clock, article):
    clock.forward(hours=1)
    take_down_edition(
        article.editions.get(), by=None, reason=REASON, notice="Gone", with_working_copy=False
    )
    clock.forward(hours=1)
    article.refresh_from_db()
    rewrite(article, headline="The clean one").press(by=None)
    assert status(client, article) == 200
    assert article.withdrawal_notice == ""
    assert [e.number for e in article.editions.order_by("number")] == [1, 2]


def test_a_scheduled_edition_still_comes_after_a_takedown(client, clock, article):
    clock.forward(hours=1)
    later = clock.plus(hours=1)
    rewrite(article, headline="Later").press(by=None, at=later)
    take_down_edition(
        article.editions.get(number=1), by=None, reason=REASON, with_working_copy=False
    )
    assert status(client, article) == 410
    clock.now = later
    assert status(client, article) == 200


def test_a_scheduled_edition_can_be_suppressed_and_readers_keep_the_public_one(
    client, clock, article
):
    scheduled = rewrite(article, headline="Later").press(by=None, at=clock.plus(hours=1))
    take_down_edition(scheduled, by=None, reason=REASON, notice="Gone")
    assert [e.headline for e in article.editions.all()] == ["The bridge reopens"]
    clock.forward(hours=2)
    assert status(client, article) == 200
    article.refresh_from_db()
    assert article.withdrawal_notice == ""


def test_an_older_edition_is_suppressed_and_the_public_one_stays(client, clock, article):
    clock.forward(hours=1)
    rewrite(article, headline="Second").press(by=None)
    end = article.editions.get(number=1).visible_until
    take_down_edition(
        article.editions.get(number=1), by=None, reason=REASON, with_working_copy=False
    )
    assert status(client, article) == 200
    assert article.editions.get(number=1).visible_until == end
    assert "Second" in client.get("/").text


def test_a_retraction_outlives_the_edition_that_said_it(client, clock, article):
    clock.forward(hours=1)
    told = factories.correction("Nothing of it is true.", kind="retraction")
    article.press(by=None, correction=told)
    clock.forward(hours=1)
    rewrite(article, headline="Second").press(by=None)
    take_down_edition(
        article.editions.get(number=2), by=None, reason=REASON, with_working_copy=False
    )
    page = client.get(article.path).text
    assert "Nothing of it is true." not in page
    assert "Retracted" in page


def test_every_edition_at_once(client, clock, article):
    for hour in (1, 2):
        clock.forward(hours=hour)
        article.press(by=None)
    article.press(by=None, at=clock.plus(hours=5))
    take_down_edition(article.editions.get(number=2), by=None, reason=REASON, with_others=True)
    assert {e.suppressed_at for e in article.editions.all()} == {clock.now}
    assert [e.number for e in article.editions.order_by("number")] == [1, 2, 3]
    clock.forward(hours=9)
    assert status(client, article) == 410


# --- Passages -------------------------------------------------------------------------------------


def test_a_passage_goes_from_every_edition_and_copy(clock, article):
    secret = "closed for a year"
    clock.forward(hours=1)
    rewrite(article, standfirst=f"Long {secret}.")
    article.press(by=None, correction=factories.correction(f"It was {secret}."))
    rewrite(article, lead_caption=f"A bridge {secret}", kicker=secret.upper())
    places = places_of(article, secret)
    assert sum(place.count for place in places) == 9
    assert take_down_passage(article, secret, by=None, reason=REASON) == places
    assert places_of(article, secret) == []
    article.refresh_from_db()
    assert (article.kicker, article.lead_caption) == ("[…]", "A bridge […]")
    assert [e.body for e in article.editions.all()] == ["<p>It was […].</p>"] * 2
    assert article.corrections.get().text == "It was […]."
    assert "pressed" in {e.kind for e in article.events.filter(note__contains="[…]")}


def test_the_next_press_is_clean_and_the_stage_stays(article):
    take_down_passage(article, "for a year", by=None, reason=REASON)
    article.refresh_from_db()
    assert article.stage == Stage.PUBLISHED
    assert article.press(by=None).body == "<p>It was closed […].</p>"


def test_a_passage_that_is_nowhere_is_an_error(article):
    refused("passage_absent", lambda **k: take_down_passage(article, "unheard of", **k))
    refused("passage_short", lambda **k: take_down_passage(article, " « … » ", **k))
    assert not Takedown.objects.exists()


def test_the_usual_words_of_a_shown_picture_are_cleaned_too(article):
    image = factories.image("The secret bridge", caption="A secret bridge", alt="secret")
    factories.image("A secret elsewhere")
    rewrite(article, body=figure(image)).press(by=None)
    take_down_passage(article, "secret", by=None, reason=REASON)
    image.refresh_from_db()
    assert (image.title, image.caption, image.alt) == ("The […] bridge", "A […] bridge", "[…]")
    assert Image.objects.filter(title="A secret elsewhere").exists()


def test_words_that_get_too_long_for_their_column_get_the_short_sign(article):
    rewrite(article, headline="x " * 90 + "end").press(by=None)
    replacement = "[removed for legal reasons]"
    take_down_passage(article, "x", by=None, reason=REASON, replacement=replacement)
    article.refresh_from_db()
    assert article.headline.startswith("[…] […]")
    assert len(article.headline) <= 200


def test_a_headline_is_never_left_empty(client, article):
    take_down_passage(article, "The bridge reopens", by=None, reason=REASON, replacement="")
    assert article.live_edition().headline == "[…]"
    assert status(client, article) == 200


def test_an_address_made_from_the_passage_is_left(client, article):
    article = factories.published("Dr Ignace Malou is a thief")
    old = article.path
    assert addresses_of(article, "Ignace Malou") == [old]
    take_down_passage(article, "Ignace Malou", by=None, reason=REASON)
    article.refresh_from_db()
    assert article.path.endswith("/dr-is-a-thief/")
    assert client.get(old).status_code == 404
    assert status(client, article) == 200
    assert not ArticlePath.objects.filter(path__contains="malou").exists()


def test_the_address_of_a_suppressed_article_can_go_too(client):
    article = factories.published("Dr Ignace Malou is a thief")
    old = article.path
    take_down_edition(article.editions.get(), by=None, reason=REASON, with_others=True)
    assert client.get(old).status_code == 410
    take_down_passage(article, "Ignace Malou", by=None, reason=REASON)
    assert client.get(old).status_code == 404
    assert client.get(article.path).status_code == 410


def test_the_search_forgets_the_passage(client, article):
    assert article.path in client.get("/search/?q=closed").text
    take_down_passage(article, "closed for a year", by=None, reason=REASON)
    assert article.path not in client.get("/search/?q=closed").text
    assert article.path in client.get("/search/?q=bridge").text


def test_other_articles_with_the_passage_are_named_and_left_alone(article):
    other = factories.published("Other", body="<p>It was «\xa0closed for a year\xa0».</p>")
    factories.published("Third", body="<p>Closed, then a year for.</p>")
    assert others_with(article, "closed for a year") == [other]
    assert others_with(article, "“It was closed for a year.”") == [other]
    assert others_with(article, "It was closed for a year. " + "And so on. " * 50) == []
    assert others_with(article, "_") == []
    take_down_passage(article, "closed for a year", by=None, reason=REASON)
    assert "closed" in other.live_edition().body


def test_a_former_address_in_the_history_is_forgotten(editor, article):
    article = factories.published("Ignace Malou is a thief")
    article.change_slug("a-thief", by=editor)
    rewrite(article, headline="A thief")
    take_down_passage(article, "Ignace Malou", by=None, reason=REASON)
    assert not article.events.filter(note__contains="malou").exists()
    assert not ArticlePath.objects.filter(path__contains="malou").exists()


def test_kept_pages_and_feeds_learn_of_it(clock, changes, article):
    clock.forward(hours=1)
    changes()
    take_down_passage(article, "for a year", by=None, reason=REASON)
    assert changes() == {(Change.Kind.ARTICLE, article.pk)}
    assert last_change() == clock.now
    clock.forward(hours=1)
    take_down_edition(article.editions.get(), by=None, reason=REASON)
    assert changes() == {(Change.Kind.ARTICLE, article.pk)}
    assert last_change() == clock.now


# --- Pictures -------------------------------------------------------------------------------------


@pytest.fixture
def image():
    return factories.image("A face")


def test_a_picture_goes_wherever_it_is_used(image, article, changes):
    other = factories.image("Another")
    body = f"<p>a</p>{figure(image, 'The face')}<p>b</p>{figure(other, 'The other')}"
    rewrite(
        article, body=body, lead_image=image, lead_alt="face", lead_caption="face", lead_credit="x"
    )
    article.press(by=None)
    author = factories.author(photo=image)
    page = factories.page(body=body)
    changes()
    take_down_picture(image, by=None, reason=REASON)
    assert not Image.objects.filter(pk=image.pk).exists()
    article.refresh_from_db()
    for content in (article, article.live_edition(), Page.objects.get(pk=page.pk)):
        assert "The face" not in content.body
        assert "The other" in content.body
        assert content.body.count("<figure>") == 1
    for content in (article, article.live_edition()):
        assert content.lead_image is None
        assert content.lead_alt + content.lead_caption + content.lead_credit == ""
    assert Author.objects.get(pk=author.pk).photo is None
    assert changes() == {
        ("article", article.pk), ("page", page.pk), ("author", author.pk), ("image", image.pk),
    }  # fmt: skip
    assert article.events.first().kind == "no_picture"
    assert article.events.first().note == REASON
    assert Takedown.objects.get().picture == image.pk


def test_the_search_forgets_the_words_of_a_picture_in_each_edition(image):
    pressed = [
        factories.published(body=f"<p>Text.</p>{figure(image, 'Quokka')}"),
        factories.published(lead_image=image, lead_caption="Quokka"),
    ]
    assert len(Edition.objects.matching(Query.parse("quokka"))) == len(pressed)
    take_down_picture(image, by=None, reason=REASON)
    assert not Edition.objects.matching(Query.parse("quokka"))
    assert {each.article_id for each in Edition.objects.matching(Query.parse("text"))} >= {
        pressed[0].pk
    }


def test_a_picture_that_was_fetched_for_a_card_goes_too(image):
    card = LinkCard.objects.create(address="https://other.example/", image=image, due_at=None)
    take_down_picture(image, by=None, reason=REASON)
    card.refresh_from_db()
    assert card.image is None


def test_links_to_its_file_are_gone(image, article):
    rewrite(article, body=f'<p><a href="{image.file.url}">see</a></p>').press(by=None)
    take_down_picture(image, by=None, reason=REASON)
    assert article.live_edition().body == "<p><a>see</a></p>"


def test_its_address_answers_410(client, image, django_capture_on_commit_callbacks):
    address, name = image.file.url, image.file.name
    folder = f"/media/{image.rendition_folder}/1-50-50/own-480.avif"
    assert b"".join(client.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        take_down_picture(image, by=None, reason=REASON)
    assert [client.get(each).status_code for each in (address, folder)] == [410, 410]
    assert client.get("/media/images/never-there.jpg").status_code == 404
    assert not image.file.storage.exists(name)


def test_a_rendition_that_a_worker_wrote_meanwhile_is_deleted_too(
    clock, image, django_capture_on_commit_callbacks
):
    storage, folder = image.file.storage, image.rendition_folder
    with django_capture_on_commit_callbacks(execute=True):
        take_down_picture(image, by=None, reason=REASON)
    storage.save(f"{folder}/1-50-50/own-480.avif", factories.ContentFile(b"late"))
    FileRemoval.objects.attempt_due()
    assert storage.exists(f"{folder}/1-50-50/own-480.avif"), "It is looked for later."
    clock.forward(minutes=11)
    FileRemoval.objects.attempt_due()
    assert not storage.exists(folder)
    assert not FileRemoval.objects.exists()


def test_a_file_that_cannot_be_deleted_is_tried_again_until_it_is_gone(
    clock, image, django_capture_on_commit_callbacks
):
    storage, folder = image.file.storage, image.rendition_folder
    # The storage deletes no folder that holds one of another kind.
    blocker = f"{folder}/set/unexpected/file"
    storage.save(blocker, factories.ContentFile(b"x"))
    storage.save(f"{folder}/set/own-480.avif", factories.ContentFile(b"x"))
    with django_capture_on_commit_callbacks(execute=True):
        takedown = take_down_picture(image, by=None, reason=REASON)
    assert not storage.exists(image.file.name)
    assert not storage.exists(f"{folder}/set/own-480.avif"), "One failure keeps no other file."
    assert takedown.has_files_left
    for wait in (1, 10, 61):
        clock.forward(minutes=wait)
        FileRemoval.objects.attempt_due()
        assert takedown.has_files_left
    storage.delete(blocker)
    storage.delete(f"{folder}/set/unexpected")
    clock.forward(minutes=61)
    FileRemoval.objects.attempt_due()
    assert not takedown.has_files_left
    assert not storage.exists(folder)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_if_the_takedown_fails(image):
    with transaction.atomic():
        take_down_picture(image, by=None, reason=REASON)
        transaction.set_rollback(True)
    assert image.file.storage.exists(image.file.name)
    assert Image.objects.filter(pk=image.pk).exists()
    assert not Takedown.objects.exists()


# --- Names in the log of the admin ----------------------------------------------------------------


def test_the_log_of_the_admin_forgets_names_and_keeps_others(editor, article):
    def log(row, name):
        kind = ContentType.objects.get_for_model(row)
        return LogEntry.objects.create(
            user=editor, content_type=kind, object_id=row.pk, object_repr=name, action_flag=CHANGE,
            change_message="[]",
        )  # fmt: skip

    entries = [
        log(article, "The bridge reopens"),
        log(article, "Lead: The bridge reopens"),
        log(article, "The bridges"),
    ]
    take_down_passage(article, "bridge reopens", by=None, reason=REASON)
    names = [LogEntry.objects.get(pk=entry.pk).object_repr for entry in entries]
    assert names == ["–", "–", "The bridges"]


@pytest.mark.parametrize("passage", ["Élèves d’Ys", "eleves d'ys", "Correction : élèves"])
def test_the_log_forgets_a_change_that_names_a_passage_with_accents(editor, article, passage):
    """Django stores what was changed in a form as JSON, and each accent in it as an escape."""
    entry = LogEntry.objects.log_actions(
        editor.pk,
        [article],
        CHANGE,
        [{"added": {"name": "correction", "object": "Correction : élèves d’Ys"}}],
        single_object=True,
    )
    article.body = f"<p>{passage}</p>"
    article.save()
    take_down_passage(article, passage, by=None, reason=REASON)
    entry.refresh_from_db()
    assert entry.change_message == ""


def test_the_database_keeps_no_old_pages(article):
    """Deleted content is overwritten, also in the index: see tests/articles/test_takedown_…"""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL overwrites what is deleted when it vacuums.")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
