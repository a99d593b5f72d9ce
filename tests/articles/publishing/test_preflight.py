"""Preflight: forms, the press and importers get their findings from the same functions."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from articles.admin.takedown_forms import PassageTakedownForm
from articles.models import Article, Correction, Page
from articles.publishing.importing import PastEdition, import_article
from articles.publishing.preflight import editions, library_picture, saving
from articles.publishing.preflight.findings import (
    RULES,
    PublishingError,
    Severity,
    finding,
    refuse_first,
)
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def codes(found):
    return [each.code for each in found]


def test_an_article_without_fault_has_no_findings():
    article = factories.article(lead_image=factories.image(), lead_alt="A bridge")
    assert codes(saving.of_article(article)) == codes(editions.to_press(article)) == []


def test_everything_that_forbids_to_save_is_found_at_once_each_at_its_field():
    start = timezone.now() + HOUR
    article = factories.published(at=start, lead_image=factories.image(alt=""))
    article.body = f'<figure><img data-file="{factories.image("Pier").pk}" alt=""></figure>'
    article.embargo_until = start + HOUR
    article.save()
    found = list(saving.of_article(article))
    assert {each.code: each.field for each in found} == {
        "lead_alt": "lead_alt", "body_alt": "body", "scheduled_before_embargo": "embargo_until",
    }  # fmt: skip
    assert {each.severity for each in found} == {Severity.BLOCKS_SAVING}
    assert found[1].error.messages == ["Please give an alternative text to: “Pier”."]


def test_no_edition_begins_after_the_last_day_of_use_of_a_picture():
    today = timezone.localdate()
    lead = factories.image("Pier", expires_on=today)
    article = factories.article(lead_image=lead, lead_alt="A pier")
    assert codes(editions.to_press(article)) == []
    found = list(editions.to_press(article, at=timezone.now() + 24 * HOUR))
    assert [(each.code, each.field) for each in found] == [("lead_rights", "lead_image")]
    assert "Pier" in found[0].error.messages[0]
    article.lead_image, article.lead_alt = None, ""
    old = factories.image("Quay", expires_on=today - 24 * HOUR)
    article.body = f'<figure><img data-file="{old.pk}" alt="A quay"></figure>'
    article.save()
    assert codes(editions.to_press(article)) == ["body_rights"]


def test_no_edition_is_moved_past_the_last_day_of_use_of_its_picture():
    start = timezone.now() + HOUR
    lead = factories.image("Pier", expires_on=timezone.localdate(start))
    edition = factories.published(at=start, lead_image=lead, lead_alt="A pier").editions.get()
    assert codes(editions.to_reschedule(edition, start)) == []
    assert codes(editions.to_reschedule(edition, start + 24 * HOUR)) == ["lead_rights"]


def test_an_importer_finds_all_that_forbids_to_press_and_the_press_says_the_first():
    article = Article(body=" ", embargo_until=timezone.now() + HOUR)
    correction = factories.correction(kind=Correction.Kind.RETRACTION)
    until = timezone.now() - HOUR
    found = list(editions.to_press(article, until=until, correction=correction))
    assert codes(found) == ["incomplete", "embargo", "uncorrectable", "order"]
    with pytest.raises(PublishingError) as refused:
        refuse_first(found)
    assert refused.value.code == "incomplete"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("update", "", ["correction_text"]),
        ("", "New figures.", ["correction_kind"]),
        ("", "", []),
        ("update", "New figures.", []),
    ],
)
def test_what_readers_are_told_has_a_kind_and_words(kind, text, expected):
    assert codes(editions.of_correction(kind, text)) == expected


def test_only_people_are_kept_from_the_past(draft):
    past = timezone.now() - HOUR
    assert codes(editions.to_press(draft, at=past)) == []
    assert codes(editions.to_press(draft, at=past, by_hand=True)) == ["past_date"]


def test_a_page_needs_an_address_of_its_own_and_words_for_its_pictures():
    body = f'<figure><img data-file="{factories.image().pk}" alt=""></figure>'
    page = factories.page(body=body, slug="archive")
    assert codes(saving.of_page(page)) == ["address_taken", "body_alt"]
    assert codes(saving.of_page(Page(slug="about"))) == []


def test_a_picture_says_what_it_shows_or_only_decorates():
    assert codes(library_picture.of_image(factories.image(alt=" "))) == ["image_alt"]
    assert codes(library_picture.of_image(factories.image(alt="", decorative=True))) == []


def test_words_are_in_the_language_of_whoever_reads_them():
    error = finding("order").error
    with translation.override("fr"):
        assert error.messages == ["La fin doit venir après le début."]


def test_a_rule_stands_at_a_field_of_its_form_where_there_is_one(editor_client):
    form = editor_client.get("/admin/articles/article/add/").context["adminform"].form
    fields = {r.field for code, r in RULES.items() if code not in ("image_alt", None)} - {None}
    assert fields <= {*form.fields, *PassageTakedownForm.base_fields}


# --- Embargoes ------------------------------------------------------------------------------------


def embargoed(article, until):
    article.embargo_until = until
    return [each.code for each in saving.of_article(article)]


def test_no_embargo_is_laid_on_what_is_public():
    article = factories.published(at=timezone.now() - HOUR)
    assert embargoed(article, timezone.now() + HOUR) == ["public_before_embargo"]
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert list(refused.value.message_dict) == ["embargo_until"]
    with translation.override("fr"):
        [message] = refused.value.message_dict["embargo_until"]
        assert message.startswith("Cet article est public depuis le ")


def test_an_embargo_that_is_over_is_a_matter_of_the_past():
    article = factories.published(at=timezone.now() - HOUR)
    assert embargoed(article, timezone.now() - HOUR / 2) == []
    assert embargoed(article, None) == []


def test_what_was_withdrawn_may_be_embargoed():
    article = factories.published(at=timezone.now() - HOUR)
    article.withdraw(by=None)
    assert embargoed(article, timezone.now() + HOUR) == []


def test_of_several_scheduled_editions_each_waits_for_the_embargo():
    now = timezone.now()
    article = factories.published(at=now + HOUR)
    article.press(by=None, at=now + 3 * HOUR)
    assert embargoed(article, now + 2 * HOUR) == ["scheduled_before_embargo"]
    assert embargoed(article, now + HOUR / 2) == []


def test_a_correction_under_embargo_is_not_pressed_while_the_article_is_public():
    article = factories.published(at=timezone.now() - HOUR)
    article.embargo_until = timezone.now() + HOUR
    with pytest.raises(PublishingError) as refused:
        article.press(by=None, at=timezone.now() + 2 * HOUR)
    assert refused.value.code == "embargo_on_public"
    with pytest.raises(PublishingError):
        import_article(article, [PastEdition(timezone.now() + 2 * HOUR)])
    assert article.editions.count() == 1
