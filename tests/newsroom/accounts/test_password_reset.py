"""The reset of a forgotten password: one answer for all, and a link that only SITE_URL shapes."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.accounts import limits
from newsroom.accounts.mail import forget_tasks
from newsroom.groups import EDITOR
from newsroom.models import RecentCount
from tests import factories
from tests.conftest import make_user, smtp

from .login import Browser, elsewhere

pytestmark = pytest.mark.django_db

RESET, DONE = "/admin/password_reset/", "/admin/password_reset/done/"
NEW = "a quite different sentence"
LINK = re.compile(r"(\S+)(/admin/reset/\S+)")


def ask(email, address="198.51.1.1", **headers):
    return Client(REMOTE_ADDR=address, headers=headers).post(RESET, {"email": email})


def links():
    """Return the site and the path of the link in each mail."""
    return [found.groups() for sent in mail.outbox if (found := LINK.search(sent.body))]


# --- One answer -----------------------------------------------------------------------------------


def test_a_known_and_an_unknown_address_cost_the_same_queries_and_get_the_same_answer(editor):
    def answer(email):
        with CaptureQueriesContext(connection) as queries:
            response = ask(email)
        RecentCount.objects.all().delete()
        return len(queries), response.status_code, response["Location"]

    assert answer(editor.email) == answer("stranger@news.example")


def test_the_request_looks_for_no_account_and_sends_no_mail(editor, settings):
    settings.MAILERS = smtp(9)
    with CaptureQueriesContext(connection) as queries:
        assert ask(editor.email)["Location"] == DONE
    assert not [query for query in queries if "auth_user" in query["sql"]]


def test_the_task_holds_the_address_typed_and_the_language_and_nothing_else(editor):
    ask(editor.email, accept_language="fr")
    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [editor.email, "fr"], "kwargs": {}}


def test_the_task_is_deleted_once_it_has_run(editor, run_tasks):
    ask(editor.email)
    forget_tasks()
    assert DBTaskResult.objects.count() == 1
    run_tasks()
    forget_tasks()
    assert DBTaskResult.objects.count() == 0
    assert len(mail.outbox) == 1


def test_the_task_of_a_worker_that_was_killed_is_deleted_later(editor, clock):
    ask(editor.email)
    DBTaskResult.objects.get().claim("a worker that is killed")
    forget_tasks()
    assert DBTaskResult.objects.count() == 1
    clock.forward(minutes=10)
    forget_tasks()
    assert DBTaskResult.objects.count() == 0


def test_other_tasks_stay(article):
    factories.comment(article)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=timezone.now())
    forget_tasks()
    assert DBTaskResult.objects.count() == 1


# --- The mail -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["news.example:6666", "localhost", "www.news.example"])
def test_the_link_has_the_host_of_the_settings_whatever_the_request_says(
    editor, run_tasks, settings, host
):
    settings.ALLOWED_HOSTS = ["news.example", "www.news.example", "localhost"]
    settings.SITE_URL, settings.SITE_NAME = "https://news.example", "The Lantern"
    ask(editor.email, host=host, x_forwarded_host="evil.example", x_forwarded_proto="http")
    run_tasks()
    [(site, _path)] = links()
    assert site == "https://news.example"
    assert "6666" not in mail.outbox[0].body
    assert "localhost" not in mail.outbox[0].body
    assert mail.outbox[0].subject == "Password reset on The Lantern"
    assert "account at The Lantern" in mail.outbox[0].body


def test_the_mail_is_in_the_language_of_the_browser(editor, run_tasks):
    ask(editor.email, accept_language="fr")
    run_tasks()
    assert "mot de passe" in mail.outbox[0].subject
    assert "nouveau mot de passe" in mail.outbox[0].body


def test_each_account_with_the_address_gets_a_link_and_others_get_none(
    django_user_model, run_tasks
):
    for name, fields in [("one", {}), ("two", {}), ("gone", {"is_active": False})]:
        user = make_user(django_user_model, name, EDITOR, **fields)
        user.email = "Desk@news.example"
        user.save()
    single = make_user(django_user_model, "single", EDITOR)
    single.email = "desk@news.example"
    single.set_unusable_password()
    single.save()
    ask("desk@NEWS.example")
    run_tasks()
    assert len(mail.outbox) == 2
    assert {sent.to[0] for sent in mail.outbox} == {"Desk@news.example"}
    assert len({path for _site, path in links()}) == 2


def test_a_mail_that_cannot_be_sent_is_sent_later_and_its_address_is_not_logged(
    editor, run_tasks, settings, clock, caplog
):
    ask(editor.email)
    working, settings.MAILERS = settings.MAILERS, smtp(9)
    for minutes in (0, 1, 2):
        clock.forward(minutes=minutes)
        run_tasks()
    settings.MAILERS = working
    clock.forward(minutes=4)
    run_tasks()
    run_tasks()
    assert len(mail.outbox) == 1
    assert "could not be sent" in caplog.text
    assert editor.email not in caplog.text


def test_a_mail_server_that_never_answers_is_given_up(editor, run_tasks, settings, clock):
    ask(editor.email)
    settings.MAILERS = smtp(9)
    for _try in range(8):
        run_tasks()
        clock.forward(hours=1)
    forget_tasks()
    assert DBTaskResult.objects.count() == 0


# --- Limits ---------------------------------------------------------------------------------------


def test_one_address_may_ask_only_so_often_and_is_told_when_to_ask_again(clock):
    most = limits.RESETS_OF_ADDRESS.number
    answers = [ask(f"name{number}@news.example").status_code for number in range(most)]
    assert set(answers) == {302}
    clock.forward(minutes=20)
    refused = ask("another@news.example")
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(40 * 60)
    assert "try again in 40 minutes" in refused.text
    assert 'value="another@news.example"' in refused.text
    assert DBTaskResult.objects.count() == most
    assert ask("another@news.example", elsewhere(1, 2)).status_code == 302


def test_a_network_may_ask_only_so_often():
    most = limits.RESETS_OF_NETWORK.number
    answers = [ask(f"n{n}@news.example", elsewhere(n)).status_code for n in range(most + 3)]
    assert answers == [302] * most + [429] * 3


def test_one_mailbox_gets_few_mails_whoever_asks_and_its_owner_can_use_the_last(editor, run_tasks):
    answers = {ask(editor.email.upper(), elsewhere(1, number))["Location"] for number in range(20)}
    assert answers == {DONE}
    run_tasks()
    assert len(mail.outbox) == limits.RESETS_OF_MAILBOX.number
    assert Client().get(links()[0][1]).status_code == 302


@pytest.mark.parametrize("email", ["", "no address", "e" * 300 + "@news.example"])
def test_what_is_no_address_is_refused_and_not_counted(email):
    response = ask(email)
    assert response.status_code == 200
    assert response.context["form"].errors["email"]
    assert not RecentCount.objects.exists()


# --- The new password -----------------------------------------------------------------------------


def test_whoever_sets_a_new_password_can_log_in_there_while_others_guess(editor, run_tasks):
    for number in range(limits.GUESSES_OF_ACCOUNT.number):
        Browser(elsewhere(1, number)).guess(editor.username)
    owner = Browser("192.0.2.10")
    assert owner.log_in(editor.username).status_code == 429
    owner.client.post(RESET, {"email": editor.email})
    run_tasks()
    form = owner.client.get(links()[-1][1])["Location"]
    owner.client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert owner.log_in(editor.username, NEW).status_code == 302


def test_a_link_with_a_wrong_token_opens_nothing_however_many_are_tried(client, editor, run_tasks):
    ask(editor.email)
    run_tasks()
    right = links()[0][1]
    uid, token = right.strip("/").split("/")[-2:]
    for wrong in ("set-password", f"{token[:-1]}x", "x", token * 20, "%00", "x-x"):
        response = client.get(f"/admin/reset/{uid}/{wrong}/")
        assert "invalid" in response.text, wrong
        posted = client.post(
            f"/admin/reset/{uid}/{wrong}/", {"new_password1": NEW, "new_password2": NEW}
        )
        assert "invalid" in posted.text, wrong
    editor.refresh_from_db()
    assert not editor.check_password(NEW)
    assert not client.cookies


def test_a_password_that_is_too_long_is_refused_with_words(client, editor, run_tasks):
    ask(editor.email)
    run_tasks()
    form = client.get(links()[0][1])["Location"]
    long = "many words " * 400
    response = client.post(form, {"new_password1": long, "new_password2": long})
    assert "at most 1024 characters" in response.text
