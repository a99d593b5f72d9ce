"""Stages of an article, and pressing its editions: moves, permissions and refusals."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import Article, ArticleEvent
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.stages import MOVES, WRITE, Stage
from articles.publishing.who_may import may_move
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

IMPOSSIBLE = [pair for pair in product(Stage, Stage) if pair not in MOVES]


def in_stage(stage, **fields):
    made = factories.article(**fields)
    Article.objects.filter(pk=made.pk).update(stage=stage)
    made.refresh_from_db()
    return made


def refused(code):
    """Expect a `PublishingError` with this `code`; its message is not compared."""
    return pytest.raises(PublishingError, check=lambda error: error.code == code)


def move(article, target, *, by):
    """Take the article to the stage `target`; only a press leads to `PUBLISHED`."""
    if target == Stage.PUBLISHED:
        article.press(by=by)
    else:
        article.move_to(target, by=by)


# --- Stages ---------------------------------------------------------------------------------------


def test_a_new_article_is_a_draft(draft):
    assert draft.stage == Stage.DRAFT


@pytest.mark.parametrize(("origin", "target"), MOVES)
def test_an_editor_makes_every_move_that_exists(editor, origin, target):
    article = in_stage(origin)
    move(article, target, by=editor)
    assert article.stage == target
    article.refresh_from_db()
    assert article.stage == target


@pytest.mark.parametrize("origin", Stage)
def test_nothing_is_published_without_being_pressed(editor, origin):
    article = in_stage(origin)
    with refused("move"):
        article.move_to(Stage.PUBLISHED, by=editor)
    article.refresh_from_db()
    assert article.stage == origin


@pytest.mark.parametrize(("origin", "target"), IMPOSSIBLE)
def test_a_move_that_does_not_exist_is_refused_to_everybody(origin, target):
    article = in_stage(origin)
    with refused("move"):
        article.move_to(target, by=None)
    article.refresh_from_db()
    assert article.stage == origin


@pytest.mark.parametrize(("origin", "target"), [m for m, asks in MOVES.items() if asks == WRITE])
def test_a_reporter_makes_the_moves_of_writing(reporter, origin, target):
    article = in_stage(origin)
    assert may_move(reporter, article, target)
    move(article, target, by=reporter)
    assert article.stage == target


@pytest.mark.parametrize(("origin", "target"), [m for m, asks in MOVES.items() if asks != WRITE])
def test_a_reporter_neither_approves_nor_publishes(reporter, origin, target):
    article = in_stage(origin)
    assert not may_move(reporter, article, target)
    with pytest.raises(PermissionDenied):
        move(article, target, by=reporter)
    article.refresh_from_db()
    assert article.stage == origin
    assert not article.events.exists()


@pytest.mark.parametrize(("origin", "target"), MOVES)
def test_a_moderator_moves_no_article(moderator, origin, target):
    article = in_stage(origin)
    assert not may_move(moderator, article, target)
    with pytest.raises(PermissionDenied):
        move(article, target, by=moderator)


def test_each_move_writes_who_made_it_from_where_to_where_and_why(draft, editor):
    draft.move_to(Stage.IN_REVIEW, by=editor, note="Please check the names.")
    event = draft.events.get()
    assert (event.kind, event.by, event.note) == ("moved", editor, "Please check the names.")
    assert (event.origin, event.target) == (Stage.DRAFT, Stage.IN_REVIEW)


def test_of_two_colleagues_who_move_an_article_the_second_is_refused(editor):
    mine = in_stage(Stage.IN_REVIEW)
    theirs = Article.objects.get(pk=mine.pk)
    mine.move_to(Stage.APPROVED, by=editor)
    with refused("move") as refusal:
        theirs.move_to(Stage.DRAFT, by=editor)
    assert refusal.value.messages == ["An article in stage “Approved” cannot go to “Draft”."]
    mine.refresh_from_db()
    assert mine.stage == Stage.APPROVED
    assert mine.events.count() == 1


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.PUBLISHED])
def test_an_edit_makes_what_was_approved_or_published_a_draft_again(editor, stage):
    article = in_stage(stage)
    article.return_to_draft_after_edit(by=editor)
    assert article.stage == Stage.DRAFT


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.IN_REVIEW])
def test_an_edit_leaves_a_draft_and_a_copy_in_review_where_they_are(editor, stage):
    article = in_stage(stage)
    article.return_to_draft_after_edit(by=editor)
    assert article.stage == stage
    assert not article.events.exists()


# --- Pressing -------------------------------------------------------------------------------------


def test_pressing_copies_the_content_with_its_bylines_and_topics(editor):
    anne, lea = factories.author("Anne"), factories.author("Léa")
    article = factories.article(
        kicker="Traffic", standfirst="At last.", dateline="Lyon", language="fr",
        lead_image=factories.image(), lead_alt="A bridge", lead_caption="New", lead_credit="AL",
        authors=[lea, anne], topics=[factories.topic("Bridges")],
    )  # fmt: skip
    article.bylines.filter(author=anne).update(role="photographs")
    edition = article.press(by=editor)
    edition.refresh_from_db()
    assert edition.content() == article.content()
    assert [(b.author, b.role) for b in edition.bylines.all()] == [(lea, ""), (anne, "photographs")]
    assert [topic.name for topic in edition.topics.all()] == ["Bridges"]
    assert edition.pressed_by == editor


def test_pressing_makes_the_working_copy_published_from_any_stage(editor):
    for stage in Stage:
        article = in_stage(stage)
        article.press(by=editor)
        article.refresh_from_db()
        assert article.stage == Stage.PUBLISHED


def test_editions_are_numbered_in_the_order_they_are_pressed(draft):
    assert [draft.press(by=None).number for _ in range(3)] == [1, 2, 3]


def test_pressing_writes_history(draft, editor):
    edition = draft.press(
        by=editor, correction=factories.correction("From our archive.", kind="note")
    )
    pressed = draft.events.get(kind=ArticleEvent.Kind.PRESSED)
    assert (pressed.by, pressed.edition, pressed.moment) == (editor, 1, edition.visible_from)
    assert pressed.note == "Editor’s note: From our archive."


@pytest.mark.parametrize("act", ["press", "reschedule", "cancel", "withdraw", "change_slug"])
def test_who_may_not_publish_does_nothing_that_readers_would_see(reporter, act):
    later = timezone.now() + timedelta(hours=1)
    article = factories.published(at=later)
    edition = article.editions.get()
    arguments = {
        "press": [], "withdraw": [], "change_slug": ["other"], "cancel": [edition],
        "reschedule": [edition, later + timedelta(hours=1)],
    }  # fmt: skip
    before = article.events.count()
    with pytest.raises(PermissionDenied):
        getattr(article, act)(*arguments[act], by=reporter)
    article.refresh_from_db()
    assert article.editions.get().visible_from == later
    assert article.slug == "the-bridge-reopens"
    assert article.events.count() == before


@pytest.mark.parametrize("missing", [{"headline": " "}, {"body": ""}, {"body": "<p> <br></p>"}])
def test_an_article_without_headline_or_body_is_not_pressed(missing):
    article = factories.article(**missing)
    with refused("incomplete"):
        article.press(by=None)
    assert not article.editions.exists()


def test_the_refusal_of_an_incomplete_article_names_what_is_missing():
    with pytest.raises(PublishingError) as caught:
        factories.article(headline="", body="").press(by=None)
    assert "headline, body" in caught.value.messages[0]


def test_nothing_is_pressed_for_a_time_before_the_embargo(clock):
    article = factories.article(embargo_until=clock.plus(hours=2))
    with refused("embargo"):
        article.press(by=None)
    with refused("embargo"):
        article.press(by=None, at=clock.plus(hours=2) - timedelta(microseconds=1))
    assert article.press(by=None, at=clock.plus(hours=2)).visible_from == article.embargo_until


def test_nothing_is_pressed_behind_what_readers_have_seen(clock):
    article = factories.published(at=clock.plus(hours=-2))
    article.press(by=None, at=clock.plus(hours=-1))
    with refused("past"):
        article.press(by=None, at=clock.plus(minutes=-90))
    assert article.editions.count() == 2


def test_two_editions_do_not_begin_at_the_same_instant(clock):
    article = factories.published(at=clock.plus(hours=1))
    with refused("instant"):
        article.press(by=None, at=clock.plus(hours=1))


def test_an_edition_does_not_end_before_it_begins(draft, clock):
    with refused("order"):
        draft.press(by=None, until=clock.now)
    with refused("order"):
        draft.press(by=None, at=clock.plus(hours=2), until=clock.plus(hours=1))


def test_an_edition_does_not_last_into_one_that_is_scheduled(clock):
    article = factories.published(at=clock.plus(hours=2))
    with refused("overlap"):
        article.press(by=None, until=clock.plus(hours=3))
    assert article.press(by=None, until=clock.plus(hours=2))


def test_a_refused_press_changes_nothing(clock):
    article = factories.published(at=clock.plus(hours=-2))
    article.embargo_until = clock.plus(hours=2)
    article.return_to_draft_after_edit(by=None)
    before = article.events.count()
    with refused("embargo"):
        article.press(by=None)
    article.refresh_from_db()
    assert article.stage == Stage.DRAFT
    assert article.live_edition().visible_until is None
    assert article.events.count() == before


def test_saving_an_old_copy_undoes_nothing_that_others_write(editor):
    article = factories.published()
    old = Article.objects.get(pk=article.pk)
    article.withdraw(by=editor, notice="Wrong.")
    Article.objects.filter(pk=article.pk).update(comment_count=3)
    old.headline = "Another"
    old.save()
    old.refresh_from_db()
    assert (old.headline, old.comment_count) == ("Another", 3)
    assert (old.stage, old.withdrawal_notice) == (Stage.DRAFT, "Wrong.")
