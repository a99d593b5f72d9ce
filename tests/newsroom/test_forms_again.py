"""Forms of the admin whose token or session is over: shown again, and sent by a person only."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article, Topic
from newsroom.forms_again import CARRIED

from .. import factories, machines
from ..articles.conftest import reporter  # noqa: F401
from ..pages import form_values, words

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADD = reverse("admin:articles_article_add")
TOPIC = reverse("admin:articles_topic_add")
OWN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
PASSWORD = "correct horse battery"


@pytest.fixture
def browser(editor):
    """A browser in which an editor is logged in; its requests need valid tokens."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    return browser


def values(browser, url=ADD, form="article_form", **typed):
    return {**form_values(browser.get(url), form), **typed}


def again(response):
    return form_values(response, "form-again")


# --- A token that is over -------------------------------------------------------------------------


def test_a_form_with_an_old_token_is_shown_again_and_sent_by_its_editor(browser):
    section = factories.section().pk
    sent = values(browser, headline="The “bridge”", body="<p>Text</p>", section=section)
    sent["csrfmiddlewaretoken"] = "x" * 64
    refused = browser.post(ADD, {**sent, "_save": "1"}, headers=OWN)
    assert refused.status_code == 403
    assert "no-store" in refused["Cache-Control"]
    assert "edith" in words(refused)
    assert not Article.objects.exists()
    shown = again(refused)
    assert shown["headline"] == "The “bridge”"
    browser.post(ADD, shown, headers=OWN)
    assert Article.objects.get().body == "<p>Text</p>"


def test_a_form_with_an_old_token_is_shown_for_every_model(browser):
    refused = browser.post(TOPIC, {"name": "Rivers"}, headers=OWN)
    browser.post(TOPIC, again(refused), headers=OWN)
    assert Topic.objects.get().name == "Rivers"


def test_a_press_without_permission_loses_no_text(browser, reporter):  # noqa: F811
    article = factories.article()
    browser.force_login(reporter)
    url = reverse("admin:articles_article_change", args=[article.pk])
    sent = values(browser, url, headline="Typed", _publish="1")
    refused = browser.post(url, sent, headers=OWN)
    assert refused.status_code == 403
    assert "You may not do this" in words(refused)
    assert browser.post(url, again(refused), headers=OWN).status_code == 302
    article = Article.objects.get()
    assert (article.headline, article.stage) == ("Typed", "draft")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {**OWN, "Sec-Fetch-Mode": "cors"},
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_what_another_site_sent_is_never_shown(browser, headers, is_signed_in):
    if not is_signed_in:
        browser.logout()
    answer = browser.post(ADD, {"headline": "Planted"}, headers=headers)
    assert answer.status_code == 403
    assert "Planted" not in answer.text
    assert "<form" not in answer.text


def test_only_the_staff_is_shown_a_form_again(browser, django_user_model):
    browser.force_login(django_user_model.objects.create_user("reader"))
    assert "Planted" not in browser.post(ADD, {"headline": "Planted"}, headers=OWN).text
    browser.logout()
    assert "Planted" not in browser.post(ADD, {"headline": "Planted"}, headers=OWN).text


def test_what_is_shown_again_can_run_nothing_and_has_no_secrets(browser):
    attack = "</textarea><script>x()</script><img src=x onerror=x()>"
    sent = {"headline": attack, "body": f"<p>Text</p>{attack}", "password1": "s3cret", "a'b\"": "x"}
    shown = browser.post(ADD, sent, headers=OWN)
    assert "<script>" not in shown.text
    assert "<img" not in shown.text
    assert "s3cret" not in shown.text
    assert again(shown)["body"] == "<p>Text</p>"
    assert again(shown)["headline"] == attack


# --- A session that is over -----------------------------------------------------------------------


def carried(login) -> dict:
    """Return the form that a login form carries, as a browser sends it along."""
    found = machines.page(login).xpath("//input[@name='carried' and @form='login-form']/@value")
    return {CARRIED: found[0]} if found else {}


def log_in(browser, login, **typed):
    values = form_values(login, "login-form") | carried(login)
    return browser.post(
        "/admin/login/", {**values, "username": "edith", "password": PASSWORD, **typed}, headers=OWN
    )


def test_a_form_sent_without_a_session_goes_through_the_login(browser):
    section = factories.section().pk
    sent = values(browser, headline="The bridge", body="<p>Text</p>", section=section)
    browser.session.flush()
    login = browser.post(ADD, {**sent, "_save": "1"}, headers=OWN)
    assert "Your session has ended" in words(login)
    assert "no-store" in login["Cache-Control"]
    login = log_in(browser, login, password="wrong")
    assert carried(login)
    shown = log_in(browser, login)
    assert "edith" in words(shown)
    assert not Article.objects.exists()
    assert form_values(shown, "form-again")["headline"] == "The bridge"
    assert browser.post(ADD, again(shown), headers=OWN).status_code == 302
    assert Article.objects.get().headline == "The bridge"


def test_a_login_shows_no_form_that_this_site_has_not_signed(browser):
    browser.logout()
    login = browser.get("/admin/login/")
    answer = log_in(browser, login, carried="W10:1abcde:forged")
    assert answer.status_code == 302


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_without_a_session_what_another_page_sent_is_not_kept(client, headers):
    answer = client.post(ADD, {"headline": "Planted"}, headers=headers)
    assert answer.status_code == 302


def test_a_form_too_long_for_the_login_leads_to_the_login_alone(client, monkeypatch):
    monkeypatch.setattr("newsroom.forms_again.LONGEST_CARRIED", 10)
    answer = client.post(ADD, {"headline": "The bridge"}, headers=OWN)
    assert not carried(answer)


def test_a_script_is_told_whose_session_it_is_and_given_a_token(browser):
    answer = browser.get("/admin/session/")
    assert answer.json()["user"] == "edith"
    assert "no-store" in answer["Cache-Control"]
    token = {"csrfmiddlewaretoken": answer.json()["token"]}
    assert browser.post(TOPIC, {"name": "Rivers", **token}).status_code == 302
    browser.logout()
    assert browser.get("/admin/session/").json()["user"] == ""
