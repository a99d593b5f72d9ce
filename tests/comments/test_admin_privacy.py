"""Export and erasure in the admin, for a person who asks the newsroom."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from comments.models import Comment
from comments.moderation.states import Moderation
from comments.privacy.export import export_for
from tests import factories
from tests.pages import forms_of, words

from .test_admin import LIST, act_on_form, act_on_list, change

CONFIRM = {"action": "erase", "confirmed": "Erase for good"}


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", text="Canarytext", address="192.0.2.77")


def found(client, query):
    page = client.get(LIST, {"q": query})
    assert page.status_code == 200
    return [row.pk for row in page.context["cl"].result_list]


# --- Search -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", Moderation)
@pytest.mark.parametrize("form", ["https://news.example{}", "{}", " {}revise/ "])
def test_the_address_of_a_receipt_finds_its_comment_in_every_state(
    moderator_client, moderator, article, state, form
):
    wanted = factories.comment_in(state, article, by=moderator)
    factories.comment(article)
    assert found(moderator_client, form.format(wanted.get_receipt_url())) == [wanted.pk]


def test_a_receipt_of_nobody_finds_nothing(moderator_client, comment):
    assert found(moderator_client, "/comments/receipt/00000000-0000-4000-8000-000000000000/") == []


def test_an_address_finds_all_that_came_from_it_while_traces_are_kept(
    moderator_client, moderator, article
):
    same = [
        factories.comment_in(state, article, by=moderator, address="2001:db8::7").pk
        for state in Moderation
    ]
    factories.comment(article, address="2001:db8::70")
    assert found(moderator_client, " 2001:DB8:0::7 ") == same
    Comment.objects.get(pk=same[0]).trace.delete()
    assert found(moderator_client, "2001:db8::7") == same[1:]


def test_who_may_not_see_traces_finds_nobody_by_them(editor_client, comment):
    assert found(editor_client, "192.0.2.77") == []
    assert found(editor_client, comment.get_receipt_url()) == []


def test_the_moderation_screen_leads_to_both(moderator_client, article, comment):
    factories.comment(article, address="192.0.2.77")
    page = moderator_client.get(f"{LIST}{comment.pk}/moderate/").text
    assert f'href="{change(comment)}"' in page
    assert f'href="{LIST}?q=192.0.2.77"' in page


# --- Export -----------------------------------------------------------------------------------


def test_what_is_kept_is_downloaded_and_the_history_says_who_did(
    moderator_client, moderator, article, comment
):
    other = factories.comment(article, address="192.0.2.77")
    page = moderator_client.get(LIST, {"q": "192.0.2.77"})
    answer = act_on_list(moderator_client, "export", [comment, other], page=page)
    assert answer["Content-Disposition"] == 'attachment; filename="comments.json"'
    assert "no-store" in answer["Cache-Control"]
    kept = json.loads(answer.content)
    assert [one["id"] for one in kept] == [comment.pk, other.pk]
    assert kept[0]["text"] == kept[0]["trace"]["text"] == "Canarytext"
    assert kept[0]["trace"]["ip_address"] == "192.0.2.77"
    for one in (comment, other):
        assert one.events.last().kind == "exported"
        assert one.events.last().by == moderator
    assert "Exported by maurice" in words(moderator_client.get(change(comment)))


def test_only_moderators_export_for_a_person(editor, comment):
    with pytest.raises(PermissionDenied):
        export_for(Comment.objects.all(), by=editor)
    assert comment.events.count() == 1


def test_one_comment_is_exported_from_its_own_page(moderator_client, comment):
    (kept,) = json.loads(act_on_form(moderator_client, "export", comment).content)
    assert kept["name"] == "Zoé"


def test_an_export_of_fifty_costs_the_queries_of_one(
    moderator_client, article, comment, django_assert_max_num_queries
):
    comments = [comment, *(factories.comment(article, address=f"192.0.2.{n}") for n in range(50))]
    page = moderator_client.get(LIST)
    with django_assert_max_num_queries(16):
        kept = json.loads(act_on_list(moderator_client, "export", comments, page=page).content)
    assert len(kept) == 51


# --- Erasure ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [act_on_form, act_on_list])
def test_nothing_is_erased_before_it_is_confirmed(moderator_client, comment, act):
    page = act(moderator_client, "erase", [comment] if act is act_on_list else comment)
    assert "Erase for good?" in words(page)
    assert "Canarytext" in words(page)
    comment.refresh_from_db()
    assert comment.erased_at is None


def test_the_confirmation_erases_in_every_state_and_says_so(moderator_client, moderator, article):
    comments = [
        factories.comment_in(state, article, by=moderator, address="192.0.2.77", text=f"Canary {n}")
        for n, state in enumerate(Moderation)
    ]
    page = moderator_client.get(LIST, {"q": "192.0.2.77"})
    page = act_on_list(moderator_client, "erase", comments, page=page)
    form = forms_of(page.text)["erase-form"]
    sent = {**form["values"], **CONFIRM, "_selected_action": [c.pk for c in comments]}
    page = moderator_client.post(form["action"], sent, follow=True)
    assert f"{len(comments)} comments are erased." in words(page)
    assert "Canary" not in words(page)
    for comment in comments:
        comment.refresh_from_db()
        assert comment.erased_at
        assert comment.events.last().by == moderator
    article.refresh_from_db()
    assert article.comment_count == 0


def test_all_that_an_address_sent_is_erased_though_it_fills_two_pages(
    moderator_client, article, comment, monkeypatch
):
    from comments.admin.comment import CommentAdmin

    monkeypatch.setattr(CommentAdmin, "list_per_page", 2)
    for _number in range(4):
        factories.comment(article, address="192.0.2.77")
    other = factories.comment(article)
    url = f"{LIST}?q=192.0.2.77"
    data = {"action": "erase", "select_across": "1", "index": "0", "_selected_action": [comment.pk]}
    page = moderator_client.post(url, data)
    assert page.text.count('name="_selected_action"') == 5
    assert f'value="{other.pk}"' not in page.text


@pytest.mark.parametrize("action", ["export", "erase"])
def test_who_does_not_moderate_can_do_neither(editor_client, comment, action):
    data = {**CONFIRM, "action": action, "index": "0", "_selected_action": [comment.pk]}
    page = editor_client.post(LIST, data, follow=True)
    assert page["Content-Type"].startswith("text/html")
    comment.refresh_from_db()
    assert comment.erased_at is None
    assert comment.events.count() == 1
