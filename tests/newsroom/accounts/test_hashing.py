"""Password hashes: two at a time in a process, wherever they are asked for."""

import re
from threading import Event, Thread

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher as Djangos
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail

from newsroom import settings as settings_module
from newsroom.accounts import hashing, limits
from newsroom.accounts.hashing import Busy, Turns
from newsroom.models import RecentCount
from tests.journeys.site import wait_until

from .login import RIGHT, WRONG, Browser

OURS = "newsroom.accounts.hashing.PBKDF2PasswordHasher"
NEW = "a quite different sentence"


@pytest.fixture
def our_hasher(settings, monkeypatch):
    """Use the site's own hasher, with few iterations, before the one of the tests."""
    monkeypatch.setattr(Djangos, "iterations", 10)
    settings.PASSWORD_HASHERS = [OURS, *settings.PASSWORD_HASHERS]


class Holder(Thread):
    """A thread that asks for a turn, and holds it until it is told to let go."""

    def __init__(self, turns):
        super().__init__()
        self.turns, self.let_go = turns, Event()
        self.state = "asks"
        self.start()

    def run(self):
        try:
            with self.turns.turn():
                self.state = "holds"
                self.let_go.wait(timeout=30)
                self.state = "has held"
        except Busy:
            self.state = "is refused"

    def end(self):
        self.let_go.set()
        self.join(timeout=30)


@pytest.fixture
def busy(our_hasher, monkeypatch):
    """Let another thread hold the only turn."""
    turns = Turns(at_once=1)
    holder = Holder(turns)
    wait_until(lambda: holder.state == "holds")
    monkeypatch.setattr(hashing, "turns", turns)
    yield
    holder.end()


def test_the_site_uses_this_hasher():
    assert settings_module.PASSWORD_HASHERS == [OURS]


def test_passwords_hashed_by_django_are_still_right(our_hasher):
    encoded = Djangos().encode(RIGHT, "a" * 22)
    assert check_password(RIGHT, encoded)
    assert not check_password(WRONG, encoded)
    assert make_password(RIGHT).startswith("pbkdf2_sha256$10$")


def test_two_threads_hash_and_the_others_are_refused_at_once():
    turns = Turns(at_once=2)
    holders = [Holder(turns) for _thread in range(6)]

    def states():
        return sorted(holder.state for holder in holders)

    wait_until(lambda: states() == [*["holds"] * 2, *["is refused"] * 4])
    for holder in holders:
        holder.end()
    assert states() == [*["has held"] * 2, *["is refused"] * 4]


def test_a_turn_is_given_back_after_an_error():
    turns = Turns(at_once=1)
    for _time in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn():
            _ = 1 / 0


def test_a_thread_that_has_a_turn_hashes_again_with_it():
    turns = Turns(at_once=1)
    with turns.turn():
        with turns.turn():
            pass
        other = Holder(turns)
        other.end()
        assert other.state == "is refused"
    last = Holder(turns)
    last.end()
    assert last.state == "has held"


# --- Every form that hashes says so in words, and keeps what was typed ----------------------------

pages = pytest.mark.django_db


def is_busy(response):
    assert response.status_code == 429
    assert response["Retry-After"] == "5"
    assert "Please try again in a few seconds." in response.text
    return True


@pages
@pytest.mark.parametrize("username", ["edith", "nadia"])
def test_the_login_form_does_and_counts_nothing(editor, busy, username):
    response = Browser("192.0.2.1").log_in(username)
    assert is_busy(response)
    assert f'value="{username}"' in response.text
    assert not RecentCount.objects.exists()


@pages
def test_the_form_to_change_a_password_does(editor_client, editor, busy):
    values = {"old_password": RIGHT, "new_password1": NEW, "new_password2": NEW}
    assert is_busy(editor_client.post("/admin/password_change/", values))


@pages
def test_the_form_behind_the_link_does_and_the_link_still_works(
    client, editor, our_hasher, run_tasks, request
):
    client.post("/admin/password_reset/", {"email": editor.email})
    run_tasks()
    link = re.search(r"/admin/reset/\S+", mail.outbox[0].body)[0]
    form = client.get(link)["Location"]
    request.getfixturevalue("busy")
    assert is_busy(client.post(form, {"new_password1": NEW, "new_password2": NEW}))
    assert 'name="new_password1"' in client.get(form).text


@pages
def test_the_form_to_add_an_account_does(admin_client, busy, django_user_model):
    values = {"username": "nadia", "usable_password": "true", "password1": NEW, "password2": NEW}
    response = admin_client.post("/admin/auth/user/add/", values)
    assert is_busy(response)
    assert 'value="nadia"' in response.text
    assert not django_user_model.objects.filter(username="nadia").exists()


@pages
def test_the_form_to_set_the_password_of_a_colleague_does(admin_client, editor, busy):
    values = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert is_busy(admin_client.post(f"/admin/auth/user/{editor.pk}/password/", values))


# --- And they work --------------------------------------------------------------------------------


@pages
def test_an_administrator_adds_accounts_and_sets_passwords(
    admin_client, editor, our_hasher, django_user_model
):
    added = {"username": "nadia", "usable_password": "true", "password1": NEW, "password2": NEW}
    assert admin_client.post("/admin/auth/user/add/", added).status_code == 302
    assert django_user_model.objects.get(username="nadia").check_password(NEW)
    without = {"username": "lea", "usable_password": "false"}
    assert admin_client.post("/admin/auth/user/add/", without).status_code == 302
    assert not django_user_model.objects.get(username="lea").has_usable_password()
    password = f"/admin/auth/user/{editor.pk}/password/"
    values = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert admin_client.post(password, values | {"set-password": "1"}).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password(NEW)
    disabled = {"usable_password": "false", "unset-password": "1"}
    assert admin_client.post(password, disabled).status_code == 302
    editor.refresh_from_db()
    assert not editor.has_usable_password()


@pages
def test_a_password_is_changed_and_its_session_goes_on(editor_client, editor, our_hasher):
    values = {"old_password": RIGHT, "new_password1": NEW, "new_password2": NEW}
    changed = editor_client.post("/admin/password_change/", values)
    assert changed["Location"] == "/admin/password_change/done/"
    editor.refresh_from_db()
    assert editor.check_password(NEW)
    assert editor_client.get("/admin/").status_code == 200


@pages
def test_wrong_old_passwords_are_counted_as_guesses(editor_client, editor):
    values = {"old_password": WRONG, "new_password1": NEW, "new_password2": NEW}
    most = limits.CHANGES_OF_ACCOUNT.number
    answers = [editor_client.post("/admin/password_change/", values) for _time in range(most + 1)]
    assert [answer.status_code for answer in answers] == [200] * most + [429]
    assert "try again in 15 minutes" in answers[-1].text
    right = editor_client.post("/admin/password_change/", values | {"old_password": RIGHT})
    assert right.status_code == 429
    assert Browser("192.0.2.1").log_in(editor.username).status_code == 302
