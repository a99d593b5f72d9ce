"""Logins, and the reset of a forgotten password."""

import re

import pytest
from django.core import mail

pytestmark = pytest.mark.django_db

RESET = "/admin/password_reset/"
NEW = "a quite different sentence"


def link_in_mail():
    return re.search(r"https?://[^/]+(/admin/reset/\S+)", mail.outbox[-1].body)[1]


def test_the_login_page_leads_to_a_forgotten_password(client):
    assert f'href="{RESET}"' in client.get("/admin/login/").text


def test_an_editor_who_forgot_the_password_sets_another_by_mail(client, editor, run_tasks):
    assert client.post(RESET, {"email": editor.email})["Location"] == "/admin/password_reset/done/"
    run_tasks()
    [sent] = mail.outbox
    assert sent.to == [editor.email]
    form = client.get(link_in_mail())["Location"]
    assert client.get(form).status_code == 200
    done = client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert done["Location"] == "/admin/reset/done/"
    assert client.login(username=editor.username, password=NEW)


def test_a_link_works_once(client, editor, run_tasks):
    client.post(RESET, {"email": editor.email})
    run_tasks()
    link = link_in_mail()
    form = client.get(link)["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    client.logout()
    assert "invalid" in client.get(link).text


def test_a_weak_password_is_not_taken(client, editor, run_tasks):
    client.post(RESET, {"email": editor.email})
    run_tasks()
    form = client.get(link_in_mail())["Location"]
    response = client.post(form, {"new_password1": "12345678", "new_password2": "12345678"})
    assert response.status_code == 200
    assert not client.login(username=editor.username, password="12345678")


def test_an_unknown_address_gets_no_mail_and_no_other_answer(client, editor, run_tasks):
    known = client.post(RESET, {"email": editor.email})
    unknown = client.post(RESET, {"email": "stranger@news.example"})
    run_tasks()
    assert len(mail.outbox) == 1
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])


def test_an_editor_logs_in_and_out(client, editor):
    values = {"username": editor.username, "password": "correct horse battery", "next": "/admin/"}
    assert client.post("/admin/login/", values)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302
