"""The front page arranged on the page itself: steps, publication, colleagues, other instants."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Change, FrontDraft, FrontPublication, FrontSlot
from articles.models.front_draft import Outdated
from articles.pages.front import front_page
from tests import factories

from ..pages import form_values
from ..threads import at_once

pytestmark = pytest.mark.django_db

ARRANGE = "/admin/articles/frontslot/arrange/"
PAGE = f"{ARRANGE}page/"
LEAD, SECOND, PINNED = FrontSlot.Place


def press(client, act, **fields):
    """Press a button on the page as it is now; return the page that answers."""
    values = {**form_values(client.get(ARRANGE), "arranging"), "act": act, **fields}
    return client.post(ARRANGE, values, follow=True)


def placed():
    return {slot.article_id: (slot.place, slot.until) for slot in FrontSlot.objects.all()}


@pytest.fixture
def stories():
    now = timezone.now()
    return [
        factories.published(f"Story {number}", at=now - timedelta(hours=9 - number))
        for number in range(1, 7)
    ]


@pytest.fixture
def colleague(django_user_model, editor):
    """The client of another editor."""
    other = django_user_model.objects.create_user("ines", first_name="Inès", is_staff=True)
    other.groups.set(editor.groups.all())
    client = Client()
    client.force_login(other)
    return client


def test_steps_are_seen_in_the_frame_and_readers_see_them_once_published(editor_client, stories):
    lead, second = stories[0].pk, stories[1].pk
    press(editor_client, f"lead:{lead}")
    page = press(editor_client, f"put:{second}:2")
    assert "Story 2: Second, 1 of 1 placed by hand" in page.text
    assert page.text.count("comes by itself")
    assert "Not published yet" in page.text
    assert editor_client.get(PAGE).context["front"].lead.article_id == lead
    assert front_page().lead.headline == "Story 6"
    before = Change.objects.filter(kind=Change.Kind.FRONT).count()
    assert "The front page is published." in press(editor_client, "publish").text
    assert front_page().lead.article_id == lead
    assert placed() == {lead: (LEAD, None), second: (SECOND, None)}
    assert Change.objects.filter(kind=Change.Kind.FRONT).count() == before + 2


def test_each_step_is_undone_and_done_again(editor_client, stories):
    press(editor_client, f"lead:{stories[0].pk}")
    press(editor_client, f"away:{stories[0].pk}")
    draft = FrontDraft.objects.get()
    shown = [draft.steps[draft.step]]
    for act in ("undo", "undo", "undo", "redo", "redo"):
        press(editor_client, act)
        draft.refresh_from_db()
        shown.append(draft.steps[draft.step])
    lead = [[stories[0].pk, LEAD, None]]
    assert shown == [[], lead, [], [], lead, []]
    assert placed() == {}


def test_the_history_tells_who_changed_what_and_leads_back(editor_client, editor, stories):
    press(editor_client, f"lead:{stories[0].pk}")
    press(editor_client, "publish")
    publication = FrontPublication.objects.get()
    assert (publication.by, publication.before) == (editor, [])
    page = press(editor_client, f"back:{publication.number}")
    assert "Story 1: Lead" in page.text
    assert "Story 1: taken away" in page.text
    assert placed()
    press(editor_client, "publish")
    assert placed() == {}
    press(editor_client, "undo")
    press(editor_client, "publish")
    assert placed() == {stories[0].pk: (LEAD, None)}


def test_a_typed_end_is_kept_and_a_refused_one_stays_in_its_field(editor_client, stories):
    article = stories[0].pk
    press(editor_client, f"lead:{article}")
    refused = press(editor_client, f"until:{article}", **{f"until_{article}": "someday"})
    assert refused.status_code == 200
    assert 'value="someday"' in refused.text
    press(editor_client, f"until:{article}", **{f"until_{article}": "tomorrow 06:00"})
    press(editor_client, "publish")
    assert FrontSlot.objects.get().until > timezone.now()


def test_the_page_shows_any_instant_with_this_arrangement(editor_client, stories):
    coming = factories.published("Tomorrow’s story", at=timezone.now() + timedelta(hours=20))
    press(editor_client, f"lead:{coming.pk}")
    assert "public from" in editor_client.get(ARRANGE).text
    assert editor_client.get(PAGE).context["front"].lead.headline == "Story 6"
    page = editor_client.get(ARRANGE, {"at": "2100-01-01 06:00"})
    frame = editor_client.get(page.context["frame"])
    assert frame.context["front"].lead.headline == "Tomorrow’s story"
    assert "SAMEORIGIN" in frame["X-Frame-Options"]
    assert "form-action 'none'" in frame["Content-Security-Policy"]


# --- Two people -----------------------------------------------------------------------------------


def test_a_colleague_is_never_overwritten_and_both_are_put_together(
    editor_client, colleague, stories
):
    one, two = stories[0].pk, stories[1].pk
    press(editor_client, f"put:{one}:2")
    page = editor_client.get(ARRANGE)
    press(colleague, f"put:{two}:3")
    press(colleague, "publish")
    values = {**form_values(page, "arranging"), "act": "publish"}
    answer = editor_client.post(ARRANGE, values, follow=True)
    assert "Nothing was published" in answer.text
    assert "Story 2: First in its section" in answer.text
    assert "Inès has changed the front page meanwhile" in answer.text
    assert placed() == {two: (PINNED, None)}
    press(editor_client, "merge")
    press(editor_client, "publish")
    assert placed() == {one: (SECOND, None), two: (PINNED, None)}


@pytest.mark.parametrize(("act", "leads"), [("theirs", 1), ("mine", 0)])
def test_where_both_changed_the_same_one_of_the_two_is_taken(
    editor_client, colleague, stories, act, leads
):
    press(editor_client, f"lead:{stories[0].pk}")
    press(colleague, f"lead:{stories[1].pk}")
    press(colleague, "publish")
    assert "Put both together" not in editor_client.get(ARRANGE).text
    assert "same places" in press(editor_client, "merge").text
    press(editor_client, act)
    press(editor_client, "publish")
    assert list(placed()) == [stories[leads].pk]


def test_a_change_on_the_list_counts_and_stands_in_the_history(
    editor_client, editor, colleague, stories
):
    press(editor_client, f"lead:{stories[0].pk}")
    add = "/admin/articles/frontslot/add/"
    sent = {"article": stories[1].pk, "place": 2, "position": 0, "until": ""}
    assert colleague.post(add, sent).status_code == 302
    assert FrontPublication.objects.get().by.username == "ines"
    assert "has changed the front page" in editor_client.get(ARRANGE).text
    with pytest.raises(Outdated):
        FrontDraft.objects.get(by=editor).publish()
    colleague.post(add, sent)  # The article is placed already: nothing changes.
    assert FrontPublication.objects.count() == 1


def test_a_list_that_a_colleague_has_changed_is_not_saved_unseen(editor_client, colleague, stories):
    slots = [FrontSlot.objects.create(article=story, place=SECOND) for story in stories[:2]]
    mine, theirs = (
        form_values(client.get("/admin/articles/frontslot/"), "changelist-form")
        for client in (editor_client, colleague)
    )
    colleague.post("/admin/articles/frontslot/", {**theirs, "form-0-place": 1, "_save": "1"})
    edited = {**mine, "form-1-place": 3, "_save": "1"}
    refused = editor_client.post("/admin/articles/frontslot/", edited)
    assert "A colleague has changed the front page" in refused.text
    assert placed() == {slots[0].article_id: (LEAD, None), slots[1].article_id: (SECOND, None)}
    typed = form_values(refused, "changelist-form")
    assert typed["form-1-place"] == "3"
    editor_client.post("/admin/articles/frontslot/", {**typed, "_save": "1"})
    assert placed() == {slots[0].article_id: (LEAD, None), slots[1].article_id: (PINNED, None)}


def test_colleagues_who_have_the_page_open_are_named(editor_client, colleague):
    first = editor_client.post(f"{ARRANGE}presence/").json()
    assert first["people"] == ""
    assert "at it too" in colleague.post(f"{ARRANGE}presence/").json()["people"]
    assert "Inès is at it too." in editor_client.get(ARRANGE).text
    FrontDraft.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    assert editor_client.post(f"{ARRANGE}presence/").json() == first


def test_a_press_in_a_second_window_does_nothing_that_was_not_seen(editor_client, stories):
    old = form_values(editor_client.get(ARRANGE), "arranging")
    press(editor_client, f"lead:{stories[0].pk}")
    answer = editor_client.post(ARRANGE, {**old, "act": f"lead:{stories[1].pk}"}, follow=True)
    assert "in another window" in answer.text
    assert FrontDraft.objects.get().steps[-1] == [[stories[0].pk, LEAD, None]]


# --- What goes wrong ------------------------------------------------------------------------------


def test_a_withdrawn_article_and_a_deleted_one_are_told(editor_client, editor, stories):
    withdrawn, deleted = stories[0], factories.article("Never published")
    press(editor_client, f"lead:{withdrawn.pk}")
    press(editor_client, f"put:{deleted.pk}:2")
    withdrawn.withdraw(by=None)
    assert "not public any more" in editor_client.get(ARRANGE).text
    key = deleted.pk
    Article.objects.filter(pk=key).delete()
    assert "This article is deleted." in press(editor_client, f"up:{key}").text
    assert "without 1 article that is deleted" in press(editor_client, "publish").text
    assert list(placed()) == [withdrawn.pk]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "act",
    ["", "x", "lead", "lead:x", "lead:1:2:3", "put:1", "publish:1", "up:\0", "up:" + "9" * 40],
)
def test_an_act_that_no_button_has_is_a_bad_request(editor_client, act):
    assert editor_client.post(ARRANGE, {"act": act}).status_code == 400


@pytest.mark.any_database
def test_odd_moments_and_searches_are_answered(editor_client):
    for query in ({"at": "x" * 500}, {"at": "\0"}, {"q": "x+" * 300}, {"q": "%"}):
        assert editor_client.get(ARRANGE, query).status_code in (200, 400)
    assert editor_client.get(PAGE, {"at": "never"}).status_code == 400


def test_whoever_may_not_add_or_take_away_places_does_not_arrange(editor_client, editor):
    editor.groups.clear()
    for missing in ("add_frontslot", "delete_frontslot", "view_article"):
        names = {"view", "add", "change", "delete"}
        codes = {f"{name}_frontslot" for name in names} | {"view_article"}
        editor.user_permissions.set(Permission.objects.filter(codename__in=codes - {missing}))
        assert editor_client.get(ARRANGE).status_code == 403
        assert "arrange/" not in editor_client.get("/admin/articles/frontslot/").text


def test_the_page_asks_as_many_queries_for_thirty_places_as_for_three(editor_client):
    def counted(count):
        for number in range(count):
            FrontSlot.objects.create(article=factories.published(f"Story {number}"))
        with CaptureQueriesContext(connection) as queries:
            assert editor_client.get(ARRANGE).status_code == 200
        return len(queries)

    counted(1)
    assert counted(3) == counted(12)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_the_same_time_one_is_refused(stories, django_user_model):
    def draft(number):
        person = django_user_model.objects.create_user(f"editor {number}")
        made = FrontDraft.objects.create(by=person)
        empty = FrontSlot.objects.arrangement()
        made.do(empty.to_the_lead(stories[number].pk), empty)
        return made

    drafts = [draft(number) for number in range(2)]
    answers = at_once(*[draft.publish for draft in drafts])
    assert {type(answer) for answer in answers} == {set, Outdated}
    [published] = [d for d, answer in zip(drafts, answers, strict=True) if answer == set()]
    assert FrontSlot.objects.arrangement().to_json() == published.base
    assert FrontPublication.objects.count() == 1
