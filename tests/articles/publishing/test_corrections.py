"""Corrections: public when their edition begins, dated by that instant, then never deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from articles.models import Article, Correction, Edition
from articles.publishing.preflight.findings import PublishingError
from articles.views import PAGE_SIZE
from tests import factories, machines
from tests.pages import words

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)
Kind = Correction.Kind


def corrections_on(response):
    """Return the corrections that the page shows, from top to bottom: (kind, date, words)."""
    found = machines.page(response).xpath('//p[contains(@class, "correction ")]')
    return [
        (
            p.xpath("string(strong)"),
            datetime.fromisoformat(p.xpath("string(time/@datetime)")),
            p.xpath('string(span[@class="correction-text"])'),
        )
        for p in found
    ]


def seconds(moment):
    """Return `moment` in whole seconds, as pages tell it."""
    return moment.replace(microsecond=0)


def corrected(kind=Kind.CORRECTION, text="It opens on Monday.", at=None, **fields):
    article = factories.published(at=MAY, **fields)
    article.press(by=None, at=at, correction=factories.correction(text, kind=kind))
    return article


# --- The time at which a correction is public -----------------------------------------------------


def test_a_correction_is_shown_with_its_kind_and_date(client, clock):
    article = corrected()
    assert corrections_on(client.get(article.path)) == [
        ("Correction", seconds(clock.now), "It opens on Monday.")
    ]


def test_a_scheduled_correction_is_public_with_its_edition_and_not_before(client, clock):
    article = corrected(at=clock.plus(hours=1))
    for path in (article.path, "/corrections/"):
        assert corrections_on(client.get(path)) == []
    start = clock.forward(hours=1)
    for path in (article.path, "/corrections/"):
        assert corrections_on(client.get(path)) == [
            ("Correction", seconds(start), "It opens on Monday.")
        ]


def test_a_correction_moves_with_its_edition(client, clock):
    article = corrected(at=clock.plus(hours=1))
    start = clock.plus(hours=5)
    article.reschedule(article.editions.get(number=2), start, by=None)
    clock.forward(hours=2)
    assert corrections_on(client.get("/corrections/")) == []
    clock.now = start
    assert corrections_on(client.get("/corrections/")) == [
        ("Correction", seconds(start), "It opens on Monday.")
    ]


@pytest.mark.parametrize("act", ["cancel", "withdraw"])
def test_a_correction_that_nobody_read_goes_with_its_edition(clock, act):
    article = corrected(at=clock.plus(hours=1))
    edition = article.editions.get(number=2)
    article.cancel(edition, by=None) if act == "cancel" else article.withdraw(by=None)
    assert not Correction.objects.exists()


def test_corrections_stay_when_only_a_typo_is_mended(client, clock):
    article = corrected()
    clock.forward(minutes=5)
    article.press(by=None)
    assert len(corrections_on(client.get(article.path))) == 1


def test_all_corrections_are_shown_the_urgent_first_then_the_newest(client, clock):
    article = factories.published(at=MAY)
    for kind in Kind:
        clock.forward(hours=1)
        article.press(by=None, correction=factories.correction(f"A {kind}.", kind=kind))
    page = client.get(article.path)
    assert [kind for kind, _at, _text in corrections_on(page)] == [
        *("Retraction", "Correction", "Editor’s note", "Update", "Clarification"),
    ]
    body = page.text.index("It was closed for a year.")
    assert page.text.rindex("A correction.") < body < page.text.rindex("A clarification.")


def test_the_words_of_a_correction_are_shown_as_they_were_typed(client):
    article = corrected(text="<b>Not</b> Monday.\nTuesday.")
    assert "&lt;b&gt;Not&lt;/b&gt; Monday.<br>Tuesday." in client.get(article.path).text


# --- Retraction -----------------------------------------------------------------------------------


def test_a_retraction_marks_the_article_wherever_it_stands(client, clock):
    article = corrected(Kind.RETRACTION, authors=[factories.author()])
    clock.forward(hours=1)
    article.press(by=None)
    edition = article.live_edition()
    for path in ("/", article.path, edition.section.get_absolute_url()):
        assert "Retracted" in words(client.get(path)), path
    [title] = machines.page(client.get(article.path)).xpath("//title/text()")
    assert title.startswith("Retracted – ")
    assert "Retracted" not in words(client.get(factories.published("Other").path))


def test_a_retraction_to_come_marks_nothing_yet(client, clock):
    article = corrected(Kind.RETRACTION, at=clock.plus(hours=1))
    for path in ("/", article.path):
        assert "Retracted" not in words(client.get(path))
    clock.forward(hours=1)
    for path in ("/", article.path):
        assert "Retracted" in words(client.get(path))


# --- The edition that is corrected ----------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_only_a_note_can_stand_on_what_nobody_has_read_before(draft, kind):
    correction = factories.correction(kind=kind)
    if kind == Kind.NOTE:
        assert draft.press(by=None, correction=correction).correction == correction
    else:
        with pytest.raises(PublishingError) as refused:
            draft.press(by=None, correction=correction)
        assert refused.value.code == "uncorrectable"
        assert not Edition.objects.exists()


def test_a_correction_cannot_lose_what_it_corrects(clock, editor_client):
    article = factories.published(at=clock.plus(hours=1))
    first = article.editions.get()
    second = article.press(by=None, at=clock.plus(hours=2), correction=factories.correction())
    with pytest.raises(PublishingError) as refused:
        article.cancel(first, by=None)
    assert refused.value.code == "corrected"
    page = editor_client.get(reverse("admin:articles_edition_delete", args=[first.pk]))
    assert "says what it corrects in this one" in page.text
    article.cancel(second, by=None)
    article.cancel(first, by=None)
    assert not article.editions.exists()


# --- Corrections never change ---------------------------------------------------------------------


def test_a_correction_is_never_changed_and_never_deleted():
    correction = corrected().corrections.get()
    correction.text = "Something else."
    for act in (correction.save, correction.delete, Correction.objects.all().delete):
        with pytest.raises(TypeError):
            act()
    assert Correction.objects.get().text == "It opens on Monday."


def test_the_admin_shows_corrections_and_lets_nobody_touch_them(editor_client):
    article = corrected()
    page = editor_client.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert "Correction: It opens on Monday." in words(page)
    edition = article.live_edition()
    url = reverse("admin:articles_edition_change", args=[edition.pk])
    assert "Correction: It opens on Monday." in words(editor_client.get(url))
    delete = reverse("admin:articles_edition_delete", args=[edition.pk])
    assert editor_client.post(delete, {"post": "yes"}).status_code == 403
    assert Article.objects.filter(corrections__isnull=False).exists()


# --- The list of all corrections ------------------------------------------------------------------


def test_the_list_shows_the_newest_first_with_what_they_correct(client, clock):
    first = corrected(text="One.", headline="Trams")
    clock.forward(hours=1)
    corrected(text="Two.", headline="Bridges")
    page = client.get("/corrections/")
    assert [text for _kind, _at, text in corrections_on(page)] == ["Two.", "One."]
    assert machines.page(page).xpath(f'//a[@href="{first.path}"]/text()') == ["Trams"]


def test_an_empty_list_says_so(client):
    assert "Nothing has been corrected yet." in words(client.get("/corrections/"))


def test_a_withdrawn_article_takes_its_corrections_off_the_list_and_brings_them_back(client, clock):
    article = corrected()
    clock.forward(hours=1)
    article.withdraw(by=None)
    assert corrections_on(client.get("/corrections/")) == []
    assert not Correction.objects.public().exists()
    clock.forward(hours=1)
    article.press(by=None)
    assert len(corrections_on(client.get("/corrections/"))) == 1


def test_a_long_list_is_read_through_its_links_each_row_once(client, clock):
    # Two articles are corrected at each instant; even so the list has one fixed order.
    articles = [factories.published(at=MAY) for _ in range(2)]
    total = 2 * PAGE_SIZE + 2
    for number in range(total):
        at = clock.now - timedelta(hours=200 - number // 2)
        articles[number % 2].press(by=None, at=at, correction=factories.correction(f"C{number}."))
    path, found = "/corrections/", []
    while path:
        page = client.get(path)
        found += [text for _kind, _at, text in corrections_on(page)]
        link = machines.page(page).xpath('//a[@rel="next"]/@href')
        path = f"/corrections/{link[0]}" if link else None
    assert found == [f"C{number}." for number in reversed(range(total))]


@pytest.mark.parametrize("before", ["0", "9999", "-1", "x", "1e9", "%00", "٣", "9" * 30])
def test_a_place_in_the_list_that_is_none_is_its_beginning(client, before):
    corrected()
    whole = corrections_on(client.get("/corrections/"))
    assert corrections_on(client.get(f"/corrections/?before={before}")) == whole != []
