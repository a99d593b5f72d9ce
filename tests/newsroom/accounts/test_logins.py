"""Limits on wrong passwords: by address, network and account, counted before anything is hashed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.accounts import limits
from newsroom.accounts.forms import LONGEST_PASSWORD
from newsroom.accounts.known_places import COOKIE
from newsroom.models import RecentCount
from tests.conftest import smtp

from .login import LOGIN, RIGHT, WRONG, Browser, elsewhere

pytestmark = pytest.mark.django_db

HOME, OFFICE = "192.0.2.10", "203.0.113.20"
#: Low limits, so that it takes few requests to reach them.
BY_ADDRESS, BY_NETWORK, BY_ACCOUNT, BY_BROWSER = 3, 7, 6, 3
#: The parts of a page that are different each time.
CHANGING = re.compile(r'csrfmiddlewaretoken" value="\w+|nonce="[^"]+"')


@pytest.fixture(autouse=True)
def low_limits(monkeypatch):
    for kind, number in [
        ("ADDRESS", BY_ADDRESS),
        ("NETWORK", BY_NETWORK),
        ("ACCOUNT", BY_ACCOUNT),
        ("BROWSER", BY_BROWSER),
    ]:
        limit = getattr(limits, f"GUESSES_OF_{kind}")
        monkeypatch.setattr(limits, f"GUESSES_OF_{kind}", replace(limit, number=number))


class CountedHasher(MD5PasswordHasher):
    """The fast hasher of the tests, which counts its hashes."""

    hashes = 0

    def encode(self, password, salt):
        CountedHasher.hashes += 1
        return super().encode(password, salt)


@pytest.fixture
def hashes(editor, settings):
    """Return a function that returns the number of password hashes made since it was asked for."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]
    CountedHasher.hashes = 0
    return lambda: CountedHasher.hashes


def attack_from_many_networks(username, attempts=BY_ACCOUNT):
    """Guess as often as an account allows, each time from another network."""
    return [Browser(elsewhere(1, number)).guess(username)[0] for number in range(attempts)]


# --- Addresses and networks -----------------------------------------------------------------------


def test_of_sixty_wrong_passwords_from_one_address_ten_are_hashed(hashes, editor, monkeypatch):
    monkeypatch.undo()
    answers = Browser(elsewhere(1)).guess(editor.username, times=60)
    assert answers == [200] * 10 + [429] * 50
    assert hashes() == 10


def test_another_account_name_does_not_help_the_guesser(editor):
    browser = Browser(elsewhere(1))
    browser.guess(editor.username, times=BY_ADDRESS)
    assert browser.guess("somebody else") == [429]


def test_the_answer_says_in_words_and_in_its_header_when_to_try_again(editor, clock):
    browser = Browser(elsewhere(1))
    browser.guess(editor.username, times=BY_ADDRESS)
    clock.forward(minutes=5, seconds=1)
    response = browser.log_in(editor.username, WRONG)
    assert response["Retry-After"] == str(9 * 60 + 59)
    assert "try again in 10 minutes" in response.text
    assert f'value="{editor.username}"' in response.text
    assert WRONG not in response.text


def test_the_answer_is_french_for_a_french_browser(editor):
    browser = Browser(elsewhere(1), accept_language="fr")
    browser.guess(editor.username, times=BY_ADDRESS)
    text = browser.log_in(editor.username, WRONG).text
    assert "Veuillez réessayer dans 15 minutes" in text
    assert "par courriel" in text


def test_the_login_page_itself_is_always_shown(editor):
    browser = Browser(elsewhere(1))
    browser.guess(editor.username, times=BY_ADDRESS + 1)
    response = browser.client.get(LOGIN)
    assert response.status_code == 200
    assert "Retry-After" not in response


def test_the_right_password_is_taken_again_after_the_time_that_was_named(editor, clock):
    browser = Browser(elsewhere(1))
    browser.guess(editor.username, times=BY_ADDRESS)
    refused = browser.log_in(editor.username)
    assert refused.status_code == 429
    clock.forward(seconds=int(refused["Retry-After"]) - 1)
    assert browser.log_in(editor.username).status_code == 429
    clock.forward(seconds=1)
    assert browser.log_in(editor.username).status_code == 302


def test_a_clock_that_was_set_back_by_hours_locks_nobody_out(editor, clock):
    browser = Browser(elsewhere(1))
    browser.guess(editor.username, times=BY_ADDRESS)
    clock.forward(hours=-3)
    assert browser.log_in(editor.username).status_code == 302


@pytest.mark.parametrize("address", ["198.51.7.{}", "2001:db8:7:7::{}"])
def test_a_network_has_a_limit_too(editor, address):
    answers = []
    for number in range(1, 8):
        answers += Browser(address.format(number)).guess(f"name {number}", times=BY_ADDRESS)
    assert answers.count(200) == BY_NETWORK
    assert set(answers[BY_NETWORK:]) == {429}


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_names(editor, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(BY_ADDRESS):
        forged = f"203.0.113.{number}, {elsewhere(1)}"
        Browser("127.0.0.1", x_forwarded_for=forged).guess(editor.username)
    assert Browser("127.0.0.1", x_forwarded_for=elsewhere(1)).guess(editor.username) == [429]
    assert Browser("127.0.0.1", x_forwarded_for=OFFICE).guess(editor.username) == [200]


def test_right_passwords_do_not_count(editor):
    """A whole newsroom logs in from one address."""
    for _time in range(BY_ADDRESS + 1):
        assert Browser(OFFICE).log_in(editor.username).status_code == 302


def test_a_guesser_with_an_account_does_not_reset_the_count_by_logging_in(editor, moderator):
    for _time in range(BY_ADDRESS):
        Browser(elsewhere(1)).guess(editor.username)
        Browser(elsewhere(1)).log_in(moderator.username)
    assert Browser(elsewhere(1)).guess(editor.username) == [429]


# --- Accounts -------------------------------------------------------------------------------------


def test_guesses_from_everywhere_reach_the_limit_of_the_account(hashes, editor):
    assert attack_from_many_networks(editor.username, BY_ACCOUNT + 5) == (
        [200] * BY_ACCOUNT + [429] * 5
    )
    assert hashes() == BY_ACCOUNT


@pytest.mark.parametrize("variant", ["EDITH", " edith", "édith", "ｅdith"])
def test_the_same_name_in_other_letters_is_the_same_account(editor, variant):
    attack_from_many_networks(editor.username)
    assert Browser(elsewhere(1, 99)).guess(variant) == [429]


def test_an_unknown_account_gets_the_same_answers(hashes, editor):
    def answers(username):
        found = []
        for number in range(BY_ACCOUNT + 2):
            before = hashes()
            response = Browser(elsewhere(1, number)).log_in(username, WRONG)
            text = re.sub(
                r'csrfmiddlewaretoken" value="\w+|nonce(=|-)"?[\w+/=-]+', "", response.text
            )
            shown = text.replace(username, "name")
            found.append((response.status_code, shown, hashes() - before))
        RecentCount.objects.all().delete()
        return found

    assert answers("edith") == answers("nadia")


def test_an_unknown_account_costs_the_same_queries(editor):
    def queries(username):
        with CaptureQueriesContext(connection) as found:
            Browser(elsewhere(1)).guess(username)
        RecentCount.objects.all().delete()
        return len(found)

    assert queries("edith") == queries("nadia")


def test_guesses_elsewhere_do_not_keep_the_owner_out_who_has_never_logged_in(editor):
    Browser(elsewhere(1)).guess(editor.username, times=60)
    assert Browser(HOME).log_in(editor.username).status_code == 302


def test_guesses_from_everywhere_do_not_keep_the_owner_out_of_a_known_network(editor):
    Browser(HOME).log_in(editor.username)
    attack_from_many_networks(editor.username)
    assert Browser("192.0.2.77").log_in(editor.username).status_code == 302
    assert Browser(OFFICE).log_in(editor.username).status_code == 429


def test_guesses_from_everywhere_do_not_keep_the_owner_out_of_a_known_browser(editor):
    browser = Browser(HOME)
    browser.log_in(editor.username)
    browser.log_out()
    attack_from_many_networks(editor.username)
    browser.client.defaults["REMOTE_ADDR"] = OFFICE
    assert browser.log_in(editor.username).status_code == 302


def test_a_stranger_behind_the_same_address_does_not_keep_a_known_browser_out(editor):
    browser = Browser(OFFICE)
    browser.log_in(editor.username)
    browser.log_out()
    assert Browser(OFFICE).guess(editor.username, times=60)[-1] == 429
    assert browser.log_in(editor.username).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own_which_a_right_password_ends(editor):
    browser = Browser(HOME)
    most = BY_BROWSER
    browser.log_in(editor.username)
    assert browser.guess(editor.username, times=most - 1) == [200] * (most - 1)
    assert browser.log_in(editor.username).status_code == 302
    assert browser.guess(editor.username, times=most + 1) == [200] * most + [429]


def test_a_known_browser_is_known_to_its_account_only(editor, moderator):
    browser = Browser(HOME)
    browser.log_in(moderator.username)
    attack_from_many_networks(editor.username)
    browser.client.defaults["REMOTE_ADDR"] = OFFICE
    assert browser.guess(editor.username) == [429]


def test_a_cookie_that_we_did_not_sign_makes_no_browser_known(editor):
    attack_from_many_networks(editor.username)
    browser = Browser(HOME)
    browser.client.cookies[COOKIE] = "a:b:c"
    assert browser.guess(editor.username) == [429]


def test_the_cookie_of_a_known_browser_is_for_the_admin_only_and_names_nobody(editor):
    browser = Browser(HOME)
    cookie = browser.log_in(editor.username).cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"]) == (site_settings.ADMIN_PATH, True)
    assert editor.username not in cookie.value
    assert browser.client.get("/").cookies == {}


def test_a_wrong_password_makes_no_place_known(editor):
    browser = Browser(HOME)
    browser.guess(editor.username)
    assert COOKIE not in browser.client.cookies
    attack_from_many_networks(editor.username)
    assert Browser(HOME).log_in(editor.username).status_code == 429


# --- Mail to the owner ----------------------------------------------------------------------------


def test_the_owner_is_mailed_when_the_account_reaches_its_limit(editor, run_tasks, settings):
    settings.SITE_URL = "https://news.example"
    attack_from_many_networks(editor.username, BY_ACCOUNT - 1)
    run_tasks()
    assert mail.outbox == []
    Browser(elsewhere(1, 99)).guess(editor.username)
    assert mail.outbox == [], "no mail leaves from a request"
    run_tasks()
    [sent] = mail.outbox
    assert sent.to == [editor.email]
    assert editor.username in sent.body
    assert re.findall(r"https?://\S+", sent.body) == ["https://news.example/admin/password_reset/"]
    assert "198.51." not in sent.body


def test_the_owner_is_mailed_in_the_language_of_the_site(editor, run_tasks, settings):
    settings.LANGUAGE_CODE = "fr"
    attack_from_many_networks(editor.username)
    run_tasks()
    assert "mots de passe" in mail.outbox[0].subject
    assert "au plus une fois par jour" in mail.outbox[0].body


def test_the_owner_is_mailed_once_a_day_however_long_it_goes_on(editor, run_tasks, clock):
    for _hour in range(3):
        attack_from_many_networks(editor.username.upper(), BY_ACCOUNT + 3)
        run_tasks()
        clock.forward(hours=1)
    assert len(mail.outbox) == 1
    clock.forward(days=1)
    attack_from_many_networks(editor.username)
    run_tasks()
    assert len(mail.outbox) == 2


def test_nobody_is_mailed_about_an_unknown_account(editor, run_tasks):
    attack_from_many_networks("nobody")
    run_tasks()
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_is_sent_later(editor, run_tasks, settings, clock):
    attack_from_many_networks(editor.username)
    working, settings.MAILERS = settings.MAILERS, smtp(9)
    run_tasks()
    settings.MAILERS = working
    run_tasks()
    assert mail.outbox == []
    clock.forward(minutes=1)
    run_tasks()
    assert len(mail.outbox) == 1


# --- What is kept ---------------------------------------------------------------------------------


def test_no_address_and_no_name_is_kept(editor):
    Browser(elsewhere(7)).guess(editor.username)
    Browser("2001:db8::7").log_in(editor.username)
    kept = list(RecentCount.objects.values_list("key", flat=True))
    assert kept
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in kept)


def test_counts_are_deleted_within_an_hour_and_known_networks_after_thirty_days(editor, clock):
    Browser(HOME).log_in(editor.username)
    attack_from_many_networks(editor.username)
    clock.forward(hours=1)
    RecentCount.objects.delete_over()
    assert RecentCount.objects.count() == 1
    clock.forward(days=30)
    RecentCount.objects.delete_over()
    assert not RecentCount.objects.exists()


def test_no_limit_by_address_lasts_for_longer_than_the_privacy_page_says(client):
    by_address = [
        value
        for name, value in vars(limits).items()
        if name.endswith(("_ADDRESS", "_NETWORK")) and isinstance(value, limits.Limit)
    ]
    assert len(by_address) == 4
    assert max(limit.period for limit in by_address) == timedelta(hours=1)
    text = client.get("/comments/privacy/").text
    assert "wrong passwords" in text
    assert "Little more than an hour." in text


# --- Other inputs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"username": "edith", "password": "x" * (LONGEST_PASSWORD + 1)},
        {"username": "e" * 151, "password": WRONG},
        {"username": "edith", "password": ""},
        {"username": "edith\0", "password": WRONG},
    ],
)
def test_what_no_account_can_have_is_refused_before_it_is_hashed_or_counted(client, hashes, values):
    response = client.post(LOGIN, values)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert hashes() == 0
    assert not RecentCount.objects.exists()


def test_an_account_that_may_not_log_in_counts_as_a_wrong_password(django_user_model, editor):
    django_user_model.objects.create_user("reader", password=RIGHT)
    browser = Browser(elsewhere(1))
    for _time in range(BY_ADDRESS):
        assert browser.log_in("reader").status_code == 200
    assert browser.log_in("reader").status_code == 429


def test_logging_in_gives_the_session_another_key(editor):
    browser = Browser(HOME)
    browser.log_in(editor.username)
    first = browser.client.session.session_key
    browser.log_out()
    browser.log_in(editor.username)
    assert browser.client.session.session_key != first


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_logging_in_leads_to_no_other_site(editor, target):
    response = Browser(HOME).log_in(editor.username, next=target)
    assert response["Location"] == "/admin/"
