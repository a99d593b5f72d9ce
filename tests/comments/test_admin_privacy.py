"""Export and erasure in the admin, for a person who asks the newsroom."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from comments.models import Comment
from comments.moderation.states import Moderation
from comments.privacy.export import export_for
from common.bounded_counts import COUNT_LIMIT
from tests import factories
from tests.pages import forms_of, words

from .test_admin import LIST, act_on_form, act_on_list, change

CONFIRM = {"action": "erase", "confirmed": "Erase for good"}


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", text="Canarytext", address="192.0.2.77")


def search(client, query, page=None):
    """Send the search form of the list, or that of `page`; return the page that it leads to."""
    page = page or client.get(LIST)
    forms = forms_of(page.text)
    form = forms.get("changelist-search") or forms["queue-search-form"]
    return client.post(form["action"], {**form["values"], "q": query}, follow=True)


def found(client, query):
    page = search(client, query)
    assert page.status_code == 200
    return [row.pk for row in page.context["cl"].result_list]


def addresses_of(page):
    """Return all addresses that a log or a browser's history has after the way to `page`."""
    last = f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}"
    return " ".join([last, *(address for address, _status in page.redirect_chain)])


# --- Search -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", Moderation)
@pytest.mark.parametrize("form", ["https://news.example{}", "{}", " {}revise/ "])
def test_the_address_of_a_receipt_finds_its_comment_in_every_state(
    moderator_client, moderator, article, state, form
):
    wanted = factories.comment_in(state, article, by=moderator)
    factories.comment(article)
    page = search(moderator_client, form.format(wanted.get_receipt_url()))
    assert page.context["original"] == wanted
    assert str(wanted.receipt) not in addresses_of(page)


@pytest.mark.parametrize(
    "query", ["/comments/receipt/00000000-0000-4000-8000-000000000000/", "192.0.2.99"]
)
def test_a_moderator_is_told_that_nothing_is_found(moderator_client, comment, query):
    page = search(moderator_client, query)
    assert "No comment is found by this." in words(page)
    assert query not in addresses_of(page)


def test_an_address_finds_all_that_came_from_it_while_traces_are_kept(
    moderator_client, moderator, article
):
    same = [
        factories.comment_in(state, article, by=moderator, address="2001:db8::7").pk
        for state in Moderation
    ]
    factories.comment(article, address="2001:db8::70")
    for typed in (" 2001:DB8:0::7 ", "[2001:db8::7]", "2001:db8::7%eth0", "2001:db8::7/128"):
        assert found(moderator_client, typed) == same
    Comment.objects.get(pk=same[0]).trace.delete()
    assert found(moderator_client, "2001:db8::7") == same[1:]


@pytest.mark.parametrize("start", [LIST, f"{LIST}queue/"])
@pytest.mark.parametrize("typed", ["192.0.2.77", "::ffff:192.0.2.77", "[::ffff:192.0.2.77]"])
def test_an_ip_address_that_is_looked_up_is_in_no_url(moderator_client, comment, start, typed):
    page = search(moderator_client, typed, moderator_client.get(start, follow=True))
    assert "192.0.2" not in addresses_of(page)
    assert [row.pk for row in page.context["cl"].result_list] == [comment.pk]
    assert "the same as that of “Zoé”" in words(page)


def test_an_ip_address_in_the_url_finds_nobody(moderator_client, comment):
    page = moderator_client.get(LIST, {"q": "192.0.2.77"})
    assert list(page.context["cl"].result_list) == []


def test_any_other_search_keeps_the_filters_of_its_page(moderator_client, moderator, article):
    wanted = factories.comment_in(Moderation.SPAM, article, by=moderator, text="Trams")
    factories.comment(article, text="Trams", name="Rosa")
    page = search(moderator_client, "tram", moderator_client.get(LIST, {"moderation": "spam"}))
    assert [row.pk for row in page.context["cl"].result_list] == [wanted.pk]
    queue = moderator_client.get(f"{LIST}queue/?moderation=spam", follow=True)
    page = search(moderator_client, "tram", queue)
    assert page.request["QUERY_STRING"] == "moderation=spam&q=tram"


def test_a_search_of_the_queue_leads_to_the_queue(moderator_client, article):
    factories.comment(article, text="Something else")
    wanted = factories.comment(article, text="Trams")
    sent = {"q": "tram", "_queue": "1"}
    page = moderator_client.post(f"{LIST}find/", sent, follow=True)
    assert page.context["comment"] == wanted


def test_a_search_is_only_a_post(moderator_client):
    assert moderator_client.get(f"{LIST}find/").status_code == 405


def test_the_filter_by_address_finds_nothing_without_a_trace(moderator_client, comment):
    comment.trace.delete()
    for key in (comment.pk, 999, "x", "9" * 30):
        page = moderator_client.get(LIST, {"same_address": key, "moderation": "all"})
        assert list(page.context["cl"].result_list) == []


def test_who_may_not_see_traces_finds_nobody_by_them(editor_client, comment):
    for query in ("192.0.2.77", comment.get_receipt_url()):
        assert "No comment is found by this." in words(search(editor_client, query))
    page = editor_client.get(LIST, {"same_address": comment.pk})
    assert list(page.context["cl"].result_list) == []


def test_the_moderation_screen_leads_to_both(moderator_client, article, comment):
    factories.comment(article, address="192.0.2.77")
    page = moderator_client.get(f"{LIST}{comment.pk}/moderate/").text
    assert f'href="{change(comment)}"' in page
    assert f'href="{LIST}?moderation=all&amp;same_address={comment.pk}"' in page
    assert "192.0.2.77" not in page


# --- Export -----------------------------------------------------------------------------------


def test_what_is_kept_is_downloaded_and_the_history_says_who_did(
    moderator_client, moderator, article, comment
):
    other = factories.comment(article, address="192.0.2.77")
    page = search(moderator_client, "192.0.2.77")
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
    page = search(moderator_client, "192.0.2.77")
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
    url = f"{LIST}?moderation=all&same_address={comment.pk}"
    data = {"action": "erase", "select_across": "1", "index": "0", "_selected_action": [comment.pk]}
    page = moderator_client.post(url, data)
    assert page.text.count('name="_selected_action"') == 5
    assert f'value="{other.pk}"' not in page.text


def test_as_many_are_erased_at_once_as_a_list_counts(moderator_client, comment):
    # Each comment of the page that asks to confirm is a field of its form; most are gone by now.
    keys = [comment.pk, *range(comment.pk + 1, comment.pk + COUNT_LIMIT)]
    data = {**CONFIRM, "csrfmiddlewaretoken": "x", "index": "0", "_selected_action": keys}
    assert moderator_client.post(f"{LIST}?moderation=all", data).status_code == 302
    comment.refresh_from_db()
    assert comment.erased_at is not None


@pytest.mark.parametrize("action", ["export", "erase"])
def test_who_does_not_moderate_can_do_neither(editor_client, comment, action):
    data = {**CONFIRM, "action": action, "index": "0", "_selected_action": [comment.pk]}
    page = editor_client.post(LIST, data, follow=True)
    assert page["Content-Type"].startswith("text/html")
    comment.refresh_from_db()
    assert comment.erased_at is None
    assert comment.events.count() == 1
