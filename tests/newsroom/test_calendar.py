"""The calendar's page, and the moves of scheduled editions from it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from common.moment_text import text_of
from tests import factories

pytestmark = pytest.mark.django_db

MOVE = "/admin/calendar/move/"


@pytest.fixture
def edition():
    """An edition that begins next week at noon."""
    local = timezone.localtime() + timedelta(days=7)
    start = local.replace(hour=12, minute=0, second=0, microsecond=0)
    return factories.published("The bridge", at=start).editions.get()


def sent(edition, **fields):
    day = timezone.localdate(edition.visible_from)
    year, week, _weekday = day.isocalendar()
    place = {"edition": edition.pk, "week": f"{year}-W{week:02}"}
    return {**place, "seen": edition.visible_from.isoformat(), **fields}


def starts(edition):
    return type(edition).objects.get(pk=edition.pk).visible_from


def test_a_drop_on_another_day_keeps_the_hour_and_can_be_undone(editor_client, edition):
    before = edition.visible_from
    day = timezone.localdate(before) + timedelta(days=3)
    response = editor_client.post(MOVE, sent(edition, to=day.isoformat()))
    assert response.status_code == 303
    moved = timezone.localtime(starts(edition))
    assert (moved.date(), moved.hour) == (day, 12)
    page = editor_client.get(response["Location"]).content.decode()
    assert 'name="undo"' in page
    undo = {"at": before.isoformat(), "seen": moved.isoformat(), "undo": "1"}
    editor_client.post(MOVE, {**sent(edition), **undo})
    assert starts(edition) == before


def test_a_typed_moment_moves_too(editor_client, edition):
    wanted = (edition.visible_from + timedelta(hours=5)).replace(microsecond=0)
    assert editor_client.post(MOVE, sent(edition, at=text_of(wanted))).status_code == 303
    assert starts(edition) == wanted


@pytest.mark.parametrize("fields", [{"at": "one day"}, {"at": ""}, {"to": "2026-01-01"}, {}])
def test_what_cannot_be_is_refused_in_words_and_the_typed_text_stays(
    editor_client, edition, fields
):
    response = editor_client.post(MOVE, sent(edition, **fields))
    page = response.content.decode()
    assert (response.status_code, starts(edition)) == (422, edition.visible_from)
    assert 'class="errorlist' in page
    assert "one day" in page or fields.get("at") != "one day"


def test_a_drop_at_a_time_that_the_clock_shows_twice_asks_which(editor_client, edition):
    with timezone.override("Europe/Paris"):
        start = timezone.make_aware(datetime(2029, 10, 27, 2, 30))  # noqa: DTZ001
    edition.article.reschedule(edition, start, by=None)
    edition.refresh_from_db()
    page = editor_client.post(MOVE, sent(edition, to="2029-10-28")).content.decode()
    assert 'value="2029-10-28 02:30"' in page
    assert page.count('type="radio" name="at_chosen"') == 2


def test_two_people_do_not_move_the_same_edition_unseen(editor_client, editor, edition):
    stale = sent(edition, to=(timezone.localdate() + timedelta(days=3)).isoformat())
    elsewhere = edition.visible_from + timedelta(hours=1)
    edition.article.reschedule(edition, elsewhere, by=editor)
    response = editor_client.post(MOVE, stale, headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "Somebody else has moved this edition" in response.content.decode()
    assert starts(edition) == elsewhere


def test_an_embargo_holds_a_drop_back(editor_client, edition):
    article = edition.article
    article.embargo_until = edition.visible_from
    article.save()
    day = timezone.localdate(edition.visible_from) - timedelta(days=1)
    response = editor_client.post(MOVE, sent(edition, to=day.isoformat()))
    assert (response.status_code, starts(edition)) == (422, edition.visible_from)


def test_who_may_not_publish_sees_the_calendar_and_moves_nothing(
    client, django_user_model, moderator, edition
):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_edition"))
    client.force_login(reader)
    week = sent(edition)["week"]
    page = client.get("/admin/calendar/", {"week": week, "move": edition.pk}).content.decode()
    assert "The bridge" in page
    assert "data-seen" not in page
    assert client.post(MOVE, sent(edition, at="tomorrow 6:00")).status_code == 403
    client.force_login(moderator)
    assert client.get("/admin/calendar/").status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        *(("", 200), ("day=2026-11-27", 200), ("month=2026-11", 200), ("week=2026-W60", 404)),
        *(("week=x", 404), ("section=none", 404), ("week=%00", 400), ("move=x", 200)),
        *(("move=" + "9" * 40, 200), ("day=9999-12-31", 404)),
    ],
)
def test_every_address_is_answered(editor_client, query, status):
    assert editor_client.get(f"/admin/calendar/?{query}").status_code == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        *(({"edition": "x"}, 400), ({"edition": "9" * 18}, 404), ({"seen": "x"}, 422)),
        *(({"week": "x"}, 404), ({"to": "x"}, 422), ({"day": "x"}, 404), ({"at": "x" * 5000}, 422)),
    ],
)
def test_odd_values_are_no_failure(editor_client, edition, fields, status):
    assert editor_client.post(MOVE, {**sent(edition), **fields}).status_code == status


def test_without_javascript_the_link_opens_a_form_at_its_entry(editor_client, edition):
    asked = {"week": sent(edition)["week"], "move": edition.pk}
    page = editor_client.get("/admin/calendar/", asked).content.decode()
    entry = page[page.index(f'id="edition-{edition.pk}"') :]
    assert text_of(edition.visible_from) in entry
    assert MOVE in entry
