"""The front page: the articles that editors place, and the newest articles everywhere else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import FrontSlot, Section
from articles.pages.front import CANDIDATE_LIMIT, front_page
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)
LEAD, SECOND, PINNED = FrontSlot.Place


def many(count, **fields):
    """Publish “Story 1” to “Story `count`”, one hour apart; the last one is the newest."""
    return [
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number), **fields)
        for number in range(1, count + 1)
    ]


def place(article, place, **fields):
    return FrontSlot.objects.create(article=article, place=place, **fields)


def headlines(editions):
    return [edition.headline for edition in editions]


def all_headlines(front):
    """Return all headlines on the front page, in their order."""
    strips = [edition for _section, found in front.strips for edition in found]
    return headlines([front.lead, *front.secondary, *strips]) if front.lead else []


# --- Without placed articles ----------------------------------------------------------------------


def test_the_front_page_of_an_empty_site_says_so(client):
    assert "Please come back soon." in client.get("/").text


def test_one_article_is_a_front_page(client):
    many(1)
    front = front_page()
    assert (front.lead.headline, front.secondary, front.strips) == ("Story 1", [], [])
    assert "Story 1" in client.get("/").text


def test_the_newest_article_leads_and_three_second_it():
    many(5)
    front = front_page()
    assert front.lead.headline == "Story 5"
    assert headlines(front.secondary) == ["Story 4", "Story 3", "Story 2"]
    [(section, strip)] = front.strips
    assert (section.name, headlines(strip)) == ("City", ["Story 1"])


def test_the_strips_stand_in_the_order_of_the_sections(client):
    for name, position in (("Sports", 3), ("City", 1), ("Culture", 2)):
        section = factories.section(name, position=position)
        factories.published(f"About {name}", section=section, at=MAY)
    many(4, section=Section.objects.get(name="City"))
    assert [s.name for s, _strip in front_page().strips] == ["City", "Culture", "Sports"]
    text = client.get("/").text
    assert text.index("About City") < text.index("About Culture") < text.index("About Sports")


def test_a_quiet_section_keeps_its_strip_beside_a_busy_one():
    factories.published("About books", section=factories.section("Culture"), at=MAY)
    many(30)
    assert ("Culture", ["About books"]) in [
        (section.name, headlines(strip)) for section, strip in front_page().strips
    ]


@pytest.mark.parametrize("strip", list(Section.Strip))
def test_a_strip_is_of_the_kind_that_its_section_says(client, strip):
    section = factories.section("City", strip=strip)
    many(20, section=section)
    front = front_page()
    expected = [section.strip_size] if strip else []
    assert [len(found) for _section, found in front.strips] == expected
    assert (f'class="strip strip-{strip}"' in client.get("/").text) == bool(strip)


def test_a_corrected_article_keeps_its_place():
    first, _second, _third = many(3)
    first.press(by=None, correction=factories.correction("New figures."))
    assert all_headlines(front_page()) == ["Story 3", "Story 2", "Story 1"]


def test_the_front_page_is_not_endless():
    many(30)
    assert len(all_headlines(front_page())) == 1 + 3 + Section.objects.get().strip_size


def test_it_bears_the_date_of_the_newest_article_and_not_of_the_lead(client):
    first, *_others, last = many(3)
    place(first, LEAD)
    assert front_page().newest == last.first_published_at


# --- Placed articles ------------------------------------------------------------------------------


def test_a_placed_lead_leads_and_the_newest_second_it():
    stories = many(5)
    place(stories[0], LEAD)
    front = front_page()
    assert front.lead.headline == "Story 1"
    assert headlines(front.secondary) == ["Story 5", "Story 4", "Story 3"]


def test_placed_seconds_stand_before_the_newest_in_their_order():
    stories = many(6)
    place(stories[0], SECOND, position=2)
    place(stories[1], SECOND, position=1)
    front = front_page()
    assert front.lead.headline == "Story 6"
    assert headlines(front.secondary) == ["Story 2", "Story 1", "Story 5"]


def test_of_two_leads_the_first_leads_and_the_other_seconds_it():
    stories = many(5)
    place(stories[0], LEAD, position=2)
    place(stories[1], LEAD, position=1)
    front = front_page()
    assert front.lead.headline == "Story 2"
    assert headlines(front.secondary)[0] == "Story 1"


def test_a_pinned_article_stands_first_in_its_section_however_old():
    old = factories.published("Old", at=MAY, section=factories.section("Culture"))
    many(5, section=factories.section("Culture"))
    place(old, PINNED)
    [(_section, strip)] = front_page().strips
    assert headlines(strip) == ["Old", "Story 1"]


def test_seconds_without_room_stand_first_in_their_sections():
    for story in (stories := many(8))[:5]:
        place(story, SECOND)
    front = front_page()
    assert headlines(front.secondary) == ["Story 1", "Story 2", "Story 3"]
    [(_section, strip)] = front.strips
    assert headlines(strip) == ["Story 4", "Story 5", "Story 7", "Story 6"]
    assert stories[7].headline == front.lead.headline


def test_what_is_placed_stands_there_however_many_are_newer(monkeypatch):
    monkeypatch.setattr("articles.pages.front.CANDIDATE_LIMIT", 3)
    stories = many(9)
    place(stories[0], LEAD)
    place(stories[1], PINNED)
    front = front_page()
    assert CANDIDATE_LIMIT > 3
    assert front.lead.headline == "Story 1"
    assert headlines(front.strips[0][1]) == ["Story 2"]


def test_nothing_stands_twice():
    stories = many(12)
    place(stories[11], LEAD)
    place(stories[10], SECOND)
    place(stories[9], PINNED)
    found = all_headlines(front_page())
    assert len(found) == len(set(found)) == 8
    with pytest.raises(IntegrityError):
        place(stories[11], SECOND)


def test_pinned_articles_lead_where_there_is_nothing_else():
    [story] = many(1)
    place(story, PINNED)
    assert front_page().lead.headline == "Story 1"


# --- Articles that are not public -----------------------------------------------------------------


def test_a_scheduled_lead_takes_over_by_itself_and_the_old_one_seconds_it(clock):
    stories = many(5)
    place(stories[0], LEAD, position=2)
    coming = factories.published("Coming", at=clock.plus(hours=2))
    place(coming, LEAD, position=1)
    assert front_page().lead.headline == "Story 1"
    assert "Coming" not in all_headlines(front_page())
    clock.forward(hours=2)
    front = front_page()
    assert front.lead.headline == "Coming"
    assert headlines(front.secondary)[0] == "Story 1"


def test_a_withdrawn_lead_falls_out_and_the_newest_moves_up():
    stories = many(5)
    place(stories[0], LEAD)
    stories[0].withdraw(by=None)
    assert all_headlines(front_page())[:2] == ["Story 5", "Story 4"]
    assert "Story 1" not in all_headlines(front_page())


def test_a_draft_is_not_shown_wherever_it_is_placed():
    many(3)
    for number, where in enumerate(FrontSlot.Place):
        place(factories.article(f"Draft {number}"), where)
    assert not any("Draft" in headline for headline in all_headlines(front_page()))
    assert all_headlines(front_page()) == ["Story 3", "Story 2", "Story 1"]


def test_a_place_ends_when_it_was_said_to(clock):
    stories = many(5)
    slot = place(stories[0], LEAD, until=clock.plus(hours=1))
    assert front_page().lead.headline == "Story 1"
    clock.forward(hours=1)
    assert slot.has_ended
    assert front_page().lead.headline == "Story 5"


def test_the_front_page_as_at_another_instant():
    many(5)
    front = front_page(at=MAY + timedelta(hours=2, minutes=1))
    assert all_headlines(front) == ["Story 2", "Story 1"]


# --- In the admin ---------------------------------------------------------------------------------

LIST = "/admin/articles/frontslot/"


def test_an_editor_sees_at_once_what_stands_where_and_whether_readers_do(editor_client, clock):
    place(factories.published("Public", at=MAY), LEAD)
    place(factories.published("Coming", at=clock.plus(days=1)), SECOND)
    place(factories.article("Draft"), SECOND, position=1)
    place(factories.published("Over", at=MAY), PINNED, until=clock.plus(days=-1))
    text = editor_client.get(LIST).text
    order = [text.index(f">{word}<") for word in ("Public", "Coming", "Draft", "Over")]
    assert order == sorted(order)
    states = re.findall(r'class="field-state">([^<]+)<', text)
    assert states[0] == "public"
    assert states[1].startswith("public from ")
    assert states[2:] == ["not public", "its time there is over"]


def test_an_editor_places_moves_and_takes_away_an_article_with_history(editor_client):
    story, *_others = many(4)
    editor_client.post(
        f"{LIST}add/", {"article": story.pk, "place": LEAD, "position": 0, "until": ""}
    )
    assert front_page().lead.headline == "Story 1"
    slot = FrontSlot.objects.get()
    row = {"form-0-id": slot.pk, "form-0-place": SECOND, "form-0-position": 0}
    forms = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save"}
    editor_client.post(LIST, {**forms, **row, "form-0-until": "2099-05-04T18:30"})
    assert headlines(front_page().secondary)[0] == "Story 1"
    slot.refresh_from_db()
    assert timezone.localtime(slot.until).isoformat() == "2099-05-04T18:30:00+02:00"
    assert 'value="4 May 2099 18:30"' in editor_client.get(LIST).text
    assert "Place" in editor_client.get(f"{LIST}{slot.pk}/history/").text
    editor_client.post(f"{LIST}{slot.pk}/delete/", {"post": "yes"})
    assert front_page().lead.headline == "Story 4"


def test_an_article_that_is_placed_already_is_said_to_be(editor_client):
    [story] = many(1)
    place(story, LEAD)
    data = {"article": story.pk, "place": SECOND, "position": 0}
    response = editor_client.post(f"{LIST}add/", data)
    assert "already exists" in response.text


def test_the_list_makes_as_many_queries_for_nine_places_as_for_two(
    editor_client, django_assert_num_queries
):
    stories = many(9)
    for story in stories[:2]:
        place(story, SECOND)
    with CaptureQueriesContext(connection) as few:
        editor_client.get(LIST)
    for story in stories[2:]:
        place(story, SECOND)
    with django_assert_num_queries(len(few)):
        assert "Story 9" in editor_client.get(LIST).text


def test_moderators_do_not_make_the_front_page(moderator_client):
    assert moderator_client.get(LIST).status_code == 403
