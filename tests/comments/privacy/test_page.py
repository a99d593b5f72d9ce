"""The privacy page, which is made from the code that handles comments."""

import re

import pytest

from comments.screening import api
from tests.pages import words


def test_it_lists_exactly_the_fields_that_are_sent(client, db):
    page = client.get("/comments/privacy/").text
    assert re.findall(r"<code>(\w+)</code>", page) == list(api.FIELDS)


def test_a_field_added_tomorrow_without_a_meaning_does_not_go_unsaid(client, db, monkeypatch):
    monkeypatch.setitem(api.FIELDS, "comment_author_email", lambda comment: "")
    with pytest.raises(KeyError):
        client.get("/comments/privacy/")


def test_it_says_the_periods_of_the_settings(client, db, settings):
    settings.COMMENTS_TRACE_DAYS = 31
    settings.COMMENTS_TRACE_DAYS_AT_MOST = 92
    settings.COMMENTS_SPAM_DAYS = 13
    settings.COMMENTS_REJECTED_DAYS = 94
    settings.COMMENTS_COMPLAINT_DAYS = 95
    page = words(client.get("/comments/privacy/"))
    assert "Until 31 days after the decision, and never longer than 92 days." in page
    assert (
        "marked as spam is deleted after 13 days, a rejected or withdrawn one after 94 days."
        in page
    )
    assert "Until 95 days after the decision, or as long as the comment" in page


def test_it_says_what_the_download_leaves_out(client, db):
    page = words(client.get("/comments/privacy/"))
    assert "all of it but the notes, the names of moderators, and Akismet’s answers until" in page
    assert "leaves out the moderators’ notes to each other, their names, and what other" in page
    assert "download everything" not in page


def test_without_a_key_the_notice_promises_no_akismet(client, article):
    page = client.get(article.path)
    assert "Akismet" not in words(page)
    assert 'href="/comments/privacy/"' in page.text


def test_the_notice_under_the_form_names_akismet_and_leads_there(client, article, settings):
    settings.AKISMET_API_KEY = "0123456789ab"
    page = client.get(article.path)
    assert "This site uses Akismet to find spam" in words(page)
    assert '<a href="/comments/privacy/">' in page.text


def test_it_can_be_kept_by_any_cache(client, db):
    page = client.get("/comments/privacy/")
    assert not page.cookies
    assert "Vary" not in page or "cookie" not in page["Vary"].lower()
