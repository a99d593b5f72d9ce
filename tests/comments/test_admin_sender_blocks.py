"""Moderators block a sender from the comment, after warnings, and read and lift the blocks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.admin.block_form import BlockForm
from comments.models import Comment, SenderBlock
from comments.privacy.erasure import erase
from tests import factories
from tests.pages import forms_of, words

pytestmark = pytest.mark.django_db

PAUL, LIST = "203.0.113.9", "/admin/comments/senderblock/"


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Paul", address=PAUL)


def url(comment):
    return f"/admin/comments/comment/{comment.pk}/block/"


def send(client, comment, **data):
    fields = {"network": f"{PAUL}/32", "action": "refuse", "days": "7", "reason": "", **data}
    headers = fields.pop("headers", {})
    return client.post(url(comment), fields, headers=headers)


def test_the_sender_is_blocked_from_the_moderation_screen(moderator_client, comment):
    screen = moderator_client.get(f"/admin/comments/comment/{comment.pk}/moderate/")
    assert url(comment) in screen.text
    assert (
        url(comment) in moderator_client.get(f"/admin/comments/comment/{comment.pk}/change/").text
    )
    form = forms_of(moderator_client.get(url(comment)).text)["block-form"]
    assert form["values"]["days"] == "7"
    answer = send(moderator_client, comment, reason="Third time")
    assert (answer.status_code, answer.url) == (303, screen.request["PATH_INFO"])
    block = SenderBlock.objects.get()
    assert (block.network, block.action, block.reason) == (f"{PAUL}/32", "refuse", "Third time")
    assert block.until - timezone.now() > timedelta(days=6.9)
    page = words(moderator_client.get(answer.url))
    assert f"Comments from {PAUL} are refused." in page
    assert "Blocked by maurice: further comments of its sender are refused" in page
    assert f"{PAUL} is blocked already until" in words(moderator_client.get(url(comment)))


def test_a_comment_that_is_erased_while_the_form_is_sent_is_told(
    moderator_client, moderator, comment, monkeypatch
):
    is_valid = BlockForm.is_valid

    def erased_meanwhile(form):
        erase(Comment.objects.get(pk=comment.pk), by=moderator)
        return is_valid(form)

    monkeypatch.setattr(BlockForm, "is_valid", erased_meanwhile)
    page = send(moderator_client, comment, reason="Third time")
    assert page.status_code == 422
    assert "No address of its sender is kept" in words(page)
    assert "Third time" in page.text
    assert not SenderBlock.objects.exists()


def test_names_and_words_keep_their_direction_to_themselves(moderator_client, article):
    comments = [
        factories.comment(article, name=name, text="שלום, friends", address=PAUL)
        for name in ("דנה!", "Paul", "Anne")
    ]
    page = moderator_client.get(url(comments[0])).text
    assert '<strong dir="auto">דנה!</strong>' in page
    assert 'dir="auto">שלום, friends</div>' in page
    assert "\u2068דנה!\u2069" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "900"}, "less than or equal to 89"),
        ({"days": "soon"}, "whole number"),
        ({"days": ""}, "required"),
        ({"network": "0.0.0.0/0"}, "Select a valid choice"),
        ({"network": "198.51.100.1/32"}, "Select a valid choice"),
        ({"action": "delete"}, "Select a valid choice"),
        ({"reason": "x" * 201}, "at most 200"),
    ],
)
def test_an_odd_block_is_an_error_at_its_field_and_keeps_what_was_typed(
    moderator_client, comment, data, said
):
    page = send(moderator_client, comment, **{"reason": "Typed", **data})
    assert page.status_code == 422
    assert said in words(page)
    assert "Typed" in page.text or "reason" in data
    assert not SenderBlock.objects.exists()


def warned(client, comment, words_of_the_warning, **data):
    """Send the form twice, the second time with its tick; say whether it warned first."""
    page = send(client, comment, **data)
    assert page.status_code == 422
    assert words_of_the_warning in words(page)
    assert not SenderBlock.objects.exists()
    assert send(client, comment, is_meant="on", **data).status_code == 303
    return SenderBlock.objects.exists()


def test_a_wide_network_needs_a_second_thought(moderator_client, comment):
    assert warned(moderator_client, comment, "It is a wide network", network="203.0.0.0/16")


def test_ones_own_address_needs_a_second_thought(moderator_client, article):
    # The test client's own address is a loopback, which is refused; so come through a proxy.
    comment = factories.comment(article, address="198.51.100.4")
    own = {"headers": {"X-Forwarded-For": "198.51.100.77"}, "network": "198.51.100.0/24"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.TRUSTED_PROXY_COUNT", 1)
        assert warned(moderator_client, comment, "Your own address is among them.", **own)


def test_a_network_from_which_colleagues_log_in_needs_a_second_thought(
    client, moderator, editor, article
):
    data = {"username": "edith", "password": "correct horse battery"}
    assert client.post("/admin/login/", data, REMOTE_ADDR="93.184.216.5").status_code == 302
    client.force_login(moderator)
    comment = factories.comment(article, address="93.184.216.99")
    here = {"network": "93.184.216.99/32"}
    assert warned(client, comment, "Colleagues have logged in from there lately.", **here)


def test_an_internal_network_needs_a_second_thought(moderator_client, article):
    comment = factories.comment(article, address="10.1.2.3")
    assert warned(moderator_client, comment, "internal network", network="10.1.2.3/32")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        *(("127.0.0.1", network) for network in ("127.0.0.1/32", "127.0.0.0/24", "127.0.0.0/16")),
        *(("::1", network) for network in ("::1/128", "::/64", "::/48")),
    ],
)
def test_the_server_itself_is_never_blocked(moderator_client, article, address, network):
    comment = factories.comment(article, address=address)
    page = send(moderator_client, comment, network=network, is_meant="on")
    assert "all readers would be stopped" in words(page)
    assert not SenderBlock.objects.exists()


@pytest.mark.parametrize("network", ["198.51.100.4/32", "198.51.100.0/24", "198.51.0.0/16"])
@pytest.mark.parametrize("proxy", ["198.51.100.4", "::ffff:198.51.100.4"])
def test_no_proxy_of_the_site_is_ever_blocked(moderator_client, article, settings, network, proxy):
    settings.TRUSTED_PROXY_COUNT = 2
    comment = factories.comment(article, address="198.51.100.4")
    headers = {"X-Forwarded-For": f"192.0.2.1, {proxy}"}
    page = send(moderator_client, comment, network=network, is_meant="on", headers=headers)
    assert "all readers would be stopped" in words(page)
    assert not SenderBlock.objects.exists()


def test_an_address_that_many_share_is_said_to_be_shared(moderator_client, article, comment):
    for name in ("Rosa", "Zoé"):
        factories.comment(article, name=name, address=PAUL)
    page = words(moderator_client.get(url(comment)))
    assert "Several people seem to share this address." in page
    assert "Zoé, Rosa" in page


def test_without_a_trace_the_screen_says_why_nobody_can_be_blocked(moderator_client, comment):
    comment.trace.delete()
    why = "No address of its sender is kept, so there is nothing to block."
    screen = moderator_client.get(f"/admin/comments/comment/{comment.pk}/moderate/")
    assert why in words(screen)
    assert url(comment) not in screen.text
    assert why in words(moderator_client.get(url(comment)))
    assert send(moderator_client, comment).status_code == 422


def test_a_site_that_keeps_no_addresses_says_so(moderator_client, comment, settings):
    settings.COMMENTS_KEEP_ADDRESS = False
    page = moderator_client.get(f"/admin/comments/comment/{comment.pk}/moderate/")
    assert "This site keeps no addresses, so a sender cannot be held or refused." in words(page)
    assert send(moderator_client, comment).status_code == 422


def test_editors_may_not_block_and_see_no_address(client, editor, comment, moderator):
    SenderBlock.objects.place(comment, f"{PAUL}/32", "hold", days=7, by=moderator)
    client.force_login(editor)
    assert send(client, comment).status_code == 403
    assert client.get(LIST).status_code == 403
    screen = client.get(f"/admin/comments/comment/{comment.pk}/moderate/")
    assert PAUL not in screen.text
    assert url(comment) not in screen.text
    assert "Blocked until" not in words(screen)


# --- The list ---------------------------------------------------------------------------------


@pytest.fixture
def block(comment, moderator):
    return SenderBlock.objects.place(
        comment, "203.0.113.0/24", "hold", days=7, by=moderator, reason="Third time"
    )


def test_the_list_tells_everything_about_a_block(moderator_client, article, block):
    factories.comment(article, address="203.0.113.77")
    row = words(moderator_client.get(LIST))
    for told in ("203.0.113.0/24", "hold for a second look", "Third time", "maurice", "Paul:"):
        assert told in row
    assert '<td class="field-stopped">1</td>' in moderator_client.get(LIST).text


def test_a_block_that_is_over_is_not_in_the_list(moderator_client, block, clock):
    clock.forward(days=8)
    assert "203.0.113.0/24" not in words(moderator_client.get(LIST))


def test_a_block_is_lifted_in_the_list_and_on_its_page(moderator_client, block, comment, moderator):
    data = {"action": "lift", "_selected_action": block.pk}
    page = words(moderator_client.post(LIST, data, follow=True))
    assert "1 block is lifted." in page
    again = SenderBlock.objects.place(comment, f"{PAUL}/32", "hold", days=7, by=moderator)
    change = f"{LIST}{again.pk}/change/"
    assert 'name="CHANGE_FORM-action" value="lift"' in moderator_client.get(change).text
    data = {"CHANGE_FORM-action": "lift", "_selected_action": again.pk}
    answer = moderator_client.post(change, data)
    assert answer.url == LIST
    assert words(moderator_client.get(LIST)).count("lifted") == 1
    assert not SenderBlock.objects.exists()
    assert Comment.objects.get(pk=comment.pk).events.filter(kind="lifted").count() == 2


def test_a_block_that_a_colleague_placed_meanwhile_is_not_lifted_unread(
    moderator_client, block, comment, second_moderator
):
    change = f"{LIST}{block.pk}/change/"
    seen = forms_of(moderator_client.get(LIST).text)["changelist-form"]["values"]["seen_at"]
    again = SenderBlock.objects.place(
        comment, block.network, "refuse", days=30, by=second_moderator
    )
    chosen = {"_selected_action": block.pk}
    for page, sent in (
        (LIST, {"action": "lift", "seen_at": seen}),
        (change, {"CHANGE_FORM-action": "lift", "CHANGE_FORM-seen_at": seen}),
    ):
        told = words(moderator_client.post(page, {**chosen, **sent}, follow=True))
        assert f"A colleague has blocked {again} anew meanwhile." in told
        assert "lifted." not in told
    assert SenderBlock.objects.get().action == "refuse"
    form = moderator_client.get(change).text
    assert 'name="CHANGE_FORM-seen_at" value="2' in form
    seen = timezone.now().isoformat()
    sent = {"action": "lift", "seen_at": seen, **chosen}
    assert "1 block is lifted." in words(moderator_client.post(LIST, sent, follow=True))
    told = words(moderator_client.post(LIST, sent, follow=True))
    assert "1 block was lifted already, or is over." in told


def test_a_block_that_a_colleague_placed_meanwhile_is_not_replaced_unread(
    moderator_client, comment, moderator, second_moderator
):
    form = forms_of(moderator_client.get(url(comment)).text)["block-form"]
    place = SenderBlock.objects.place
    place(comment, f"{PAUL}/32", "hold", days=3, by=second_moderator)
    page = send(moderator_client, comment, seen_at=form["values"]["seen_at"])
    assert page.status_code == 422
    assert "A colleague has blocked it meanwhile." in words(page)
    assert f"{PAUL} is blocked already until" in words(page)
    assert SenderBlock.objects.get().placed_by == second_moderator
    again = forms_of(page.text)["block-form"]["values"]
    assert (again["action"], again["days"]) == ("refuse", "7")
    assert send(moderator_client, comment, seen_at=again["seen_at"]).status_code == 303
    assert SenderBlock.objects.get().placed_by == moderator


def test_a_block_that_is_sent_twice_is_placed_once(moderator_client, comment):
    seen = forms_of(moderator_client.get(url(comment)).text)["block-form"]["values"]["seen_at"]
    for days in (7, 7, 3):
        assert send(moderator_client, comment, seen_at=seen, days=days).status_code == 303
    assert comment.events.filter(kind="blocked").count() == 2
    assert SenderBlock.objects.get().until < timezone.now() + timedelta(days=4)


@pytest.mark.parametrize(
    "term",
    [
        *("203.0.113.200", " 203.0.113.9 ", "203.0.113.0/24"),
        *("::ffff:203.0.113.200", "[::FFFF:203.0.113.9]", "::ffff:cb00:7109/128"),
    ],
)
def test_an_address_is_looked_up_without_leaving_it_in_a_url(moderator_client, block, term):
    answer = moderator_client.post(f"{LIST}find/", {"q": term})
    assert answer.url == f"{LIST}{block.pk}/change/"


def test_an_address_that_nothing_blocks_is_said_to_be_free(moderator_client, block):
    answer = moderator_client.post(f"{LIST}find/", {"q": "198.51.100.1"})
    assert answer.url == LIST
    assert "No block covers this address." in words(moderator_client.get(answer.url))


def test_notes_are_searched_as_everywhere(moderator_client, block):
    answer = moderator_client.post(f"{LIST}find/", {"q": "Third"})
    assert answer.url == f"{LIST}?q=Third"
    found = [answer.url, f"{LIST}?q=thi", f"{LIST}?q=maurice"]
    assert all("203.0.113.0/24" in words(moderator_client.get(url)) for url in found)


def test_a_list_without_search_and_filters_offers_to_clear_none(moderator_client, block):
    assert "Clear all filters" not in words(moderator_client.get(LIST))
    for query in ("?q=none", "?action__exact=hold"):
        page = moderator_client.get(f"{LIST}{query}")
        assert '(<a href="?">Clear all filters</a>)' in page.text


def test_an_erased_note_is_found_no_more(moderator_client, comment, block):
    comment.erase()
    assert SenderBlock.objects.filter(pk=block.pk, reason="").exists()
    assert "address erased" not in words(moderator_client.get(f"{LIST}?q=Third"))
    assert "address erased" in words(moderator_client.get(f"{LIST}?q=maurice"))


def test_a_concealed_block_is_read_and_lifted_like_any_other(moderator_client, comment, block):
    comment.erase()
    assert "203.0.113" not in moderator_client.get(LIST).text
    assert "address erased" in words(moderator_client.get(LIST))
    assert moderator_client.get(f"{LIST}{block.pk}/change/").status_code == 200


def test_the_queue_says_why_a_comment_is_held(moderator_client, article, block):
    held = factories.comment(article, address="203.0.113.77")
    page = words(moderator_client.get(f"/admin/comments/comment/{held.pk}/moderate/"))
    assert "Comes from a connection whose comments are held for some days" in page
    assert "Submitted; held: comes from a connection" in page
    assert "hold for a second look. Read or lift the block" in page
