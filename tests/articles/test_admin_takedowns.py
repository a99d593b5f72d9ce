"""Takedowns in the admin: the forms, their confirmation, and the people who may."""

import pytest
from django.urls import reverse

from articles.admin import takedown_views
from articles.models import Article, Edition, Image, Takedown
from articles.publishing.takedown import rows

from .. import factories
from ..pages import form_values, words
from .test_admin import change_url

pytestmark = pytest.mark.django_db

REASON = "Order 26/118"


def url(row):
    return reverse(f"admin:articles_{row._meta.model_name}_takedown", args=[row.pk])


def page_of(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def ask(client, row, **values):
    return client.post(url(row), {"reason": REASON, **values})


def confirm(client, row, **values):
    """Look at the preview, and confirm it."""
    preview = ask(client, row, **values)
    seen = preview.context["seen"]
    return client.post(url(row), {"reason": REASON, **values, "seen": seen, "_confirm": "1"})


def of_each_kind():
    article = factories.published("Everything", lead_image=factories.image("A bridge"))
    return [article.editions.get(), article, article.lead_image]


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reporter", "moderator"])
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_who_may_not_take_down_neither_sees_nor_reaches_it(client, request, who, kind):
    row = of_each_kind()[kind]
    client.force_login(request.getfixturevalue(who))
    for response in (client.get(url(row)), ask(client, row, passage="year", scope="all")):
        assert response.status_code == 403
    page = client.get(page_of(row))
    assert page.status_code == 403 or url(row) not in page.text
    assert client.get(reverse("admin:articles_takedown_changelist")).status_code == 403
    assert not Takedown.objects.exists()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_publisher_sees_it_on_the_page_of_each(editor_client, kind):
    row = of_each_kind()[kind]
    assert url(row) in editor_client.get(page_of(row)).text
    assert "nobody can bring it back" in words(editor_client.get(url(row)))


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_nothing_happens_before_the_confirmation(editor_client, kind):
    row = of_each_kind()[kind]
    response = ask(editor_client, row, passage="year", replacement="…", scope="all")
    assert response.context["preview"]
    assert "_confirm" in response.text
    # A forged confirmation, or one of something else than was seen, only shows the preview again.
    for seen in ({}, {"seen": "x"}):
        values = {"passage": "year", "scope": "all", "_confirm": "1", **seen}
        assert ask(editor_client, row, **values).status_code == 200
    seen = response.context["seen"]
    changed = {"passage": "closed", "scope": "copy", "seen": seen, "_confirm": "1"}
    if kind < 2:
        assert ask(editor_client, row, **changed).status_code == 200
    assert not Takedown.objects.exists()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_the_reason_is_required_and_what_was_typed_stays(editor_client, kind):
    row = of_each_kind()[kind]
    response = ask(
        editor_client, row, reason=" ", passage="of a year", notice="A notice.", scope="all"
    )
    assert list(response.context["form"].errors) == ["reason"]
    assert ("of a year" in response.text) is (kind == 1)
    assert ("A notice." in response.text) is (kind == 0)


# --- Each kind ------------------------------------------------------------------------------------


def test_a_passage_is_previewed_and_taken_down(editor_client, editor):
    article = factories.published("A bridge", standfirst="A long year.")
    preview = ask(editor_client, article, passage="year", replacement="[…]").context["preview"]
    assert preview == [
        "Working copy · 2 places (body, standfirst)", "Edition 1 · 2 places (body, standfirst)",
    ]  # fmt: skip
    response = confirm(editor_client, article, passage="year", replacement="[removed]")
    assert response.headers["Location"] == change_url(article)
    article.refresh_from_db()
    assert article.standfirst == "A long [removed]."
    page = editor_client.get(change_url(article))
    assert "in 4 places" in words(page)
    assert REASON in page.text
    assert "passage taken down" in page.text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"passage": "not there"}, "passage"),
        ({"passage": "…"}, "passage"),
        ({"passage": ""}, "passage"),
        ({"passage": "year", "reason": "It said “year”"}, "reason"),
        ({"passage": "year", "replacement": "a year"}, "reason"),
    ],
)
def test_an_error_stands_at_its_field(editor_client, values, field):
    response = ask(editor_client, factories.published(), **values)
    assert list(response.context["form"].errors) == [field]
    assert not Takedown.objects.exists()


def test_an_edition_is_previewed_and_taken_down(editor_client, client):
    article = factories.published("A secret")
    edition = article.press(by=None)
    form = editor_client.get(url(edition)).context["form"]
    assert form["notice"].value() == "This article was removed for legal reasons."
    values = {"scope": "all", "notice": "Removed."}
    preview = ask(editor_client, edition, **values).context["preview"]
    assert preview == ["Edition 1 · A secret", "Edition 2 · A secret", "Working copy · A secret"]
    assert confirm(editor_client, edition, **values).status_code == 302
    gone = client.get(article.path)
    assert gone.status_code == 410
    assert "Removed." in gone.text
    page = editor_client.get(page_of(edition))
    assert "removed for legal reasons" in page.text
    assert url(edition) not in page.text
    assert "suppressed" in ask(editor_client, edition, **values).context["form"].errors.as_json()
    assert "edition taken down" in editor_client.get(change_url(article)).text


def test_a_picture_is_previewed_and_taken_down(editor_client, django_capture_on_commit_callbacks):
    image = factories.image("A face")
    factories.published("Portrait", lead_image=image)
    factories.author("Anne", photo=image)
    preview = ask(editor_client, image).context["preview"]
    assert len(preview) == 4
    assert any("Portrait" in line and "Edition 1" in line for line in map(str, preview))
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(editor_client, image).status_code == 302
    assert not Image.objects.exists()
    page = editor_client.get(reverse("admin:articles_takedown_changelist"))
    assert REASON in page.text
    assert "A face" not in page.text


def test_a_picture_that_very_much_shows_is_previewed_by_the_newest_and_a_number(
    editor_client, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(takedown_views, "MOST", 2)
    monkeypatch.setattr(rows, "BATCH", 2)
    image = factories.image("A face")
    for name in ("Oldest", "Older", "Newest"):
        factories.published(name, lead_image=image)
    author = factories.author("Anne", photo=image)
    _file, *places, others = map(str, ask(editor_client, image).context["preview"])
    assert others == "and 2 other places"
    named = [("Newest", 2), ("Older", 2), ("Oldest", 0), ("Edition 1", 2), ("Anne", 1)]
    assert [(w, sum(w in place for place in places)) for w, _times in named] == named
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(editor_client, image).status_code == 302
    assert not Article.objects.exclude(lead_image=None).exists()
    assert not Edition.objects.exclude(lead_image=None).exists()
    author.refresh_from_db()
    assert author.photo is None


def test_the_register_can_only_be_read(editor_client, admin_client):
    article = factories.published()
    confirm(editor_client, article, passage="year", replacement="…")
    row = Takedown.objects.get()
    for client in (editor_client, admin_client):
        for name in ("add", "delete", "change"):
            arguments = [] if name == "add" else [row.pk]
            address = reverse(f"admin:articles_takedown_{name}", args=arguments)
            assert client.post(address, {"note": "x", "post": "yes"}).status_code == 403
        assert client.get(page_of(row)).status_code == 200
    row.refresh_from_db()
    assert row.note == REASON


# --- Forms that were open meanwhile ---------------------------------------------------------------


def test_a_form_that_was_open_before_brings_nothing_back(editor_client):
    article = factories.published()
    old = form_values(editor_client.get(change_url(article)), "article_form")
    confirm(editor_client, article, passage="for a year", replacement="[…]")
    response = editor_client.post(change_url(article), {**old, "headline": "My new headline"})
    assert response.status_code == 200
    assert "taken down for legal reasons after" in response.text
    assert "My new headline" in response.text
    # Sending the same form once more does not help.
    again = form_values(response, "article_form")
    assert editor_client.post(change_url(article), again).status_code == 200
    article = Article.objects.get()
    assert "year" not in article.body
    new = form_values(editor_client.get(change_url(article)), "article_form")
    assert editor_client.post(change_url(article), {**new, "headline": "New"}).status_code == 302
