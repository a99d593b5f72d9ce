"""House rules in the admin: the question at a press, the table, pasted lists and levels."""

import pytest
from django.urls import reverse

from articles.models import HouseRule, RuleLevel

from .. import factories
from ..pages import form_values
from .test_admin import change_url, errors_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PASTE = reverse("admin:articles_houserule_paste")
LEVELS = reverse("admin:articles_rulelevel_changelist")


def test_a_warning_is_asked_about_once_for_the_same_words(editor_client):
    HouseRule.objects.create(written="e-mail", preferred="courriel")
    article = factories.article(body="<p>An e-mail.</p>")
    question = send(editor_client, change_url(article), "_publish")
    assert errors_of(question) == {"__all__": ["warnings"]}
    assert "Publish all the same" in question.text
    assert "courriel" in question.text
    assert not article.editions.exists()
    values = {**form_values(question, "article_form"), "_publish": "1"}
    other = {**values, "headline": "Another e-mail"}
    again = editor_client.post(change_url(article), other)
    assert errors_of(again) == {"__all__": ["warnings"]}
    editor_client.post(change_url(article), values)
    assert article.editions.count() == 1


def test_a_rule_that_blocks_is_an_error_at_its_field_and_in_the_rail(editor_client, editor):
    HouseRule.objects.create(written="e-mail", preferred="courriel")
    RuleLevel.objects.create(code="house", group=editor.groups.get(), level="blocks")
    article = factories.article("An e-mail")
    assert "rules of the house" in editor_client.get(change_url(article)).text
    assert errors_of(send(editor_client, change_url(article), "_publish")) == {
        "headline": ["house"]
    }


def test_a_pasted_list_is_stored_whole_or_not_at_all(editor_client):
    HouseRule.objects.create(written="e-mail", preferred="x", language="fr", explanation="Oui")
    lines = "e-mail → courriel\nmél -> courriel\nweek-end\tfin de semaine\n"
    answer = editor_client.post(PASTE, {"language": "fr", "lines": lines + "faux"})
    assert "“faux”" in answer.text
    assert "week-end\tfin" in answer.text
    assert not HouseRule.objects.filter(written="mél").exists()
    editor_client.post(PASTE, {"language": "fr", "lines": lines})
    rule = HouseRule.objects.get(written="e-mail", language="fr")
    assert (rule.preferred, rule.explanation) == ("courriel", "Oui")
    assert HouseRule.objects.filter(written="week-end", preferred="fin de semaine").exists()
    for odd in ("→", "a → a", "a → #", "x" * 101 + " → y", "… → y", "a\0b → c"):
        answer = editor_client.post(PASTE, {"language": "fr", "lines": odd})
        assert answer.status_code == 200, odd


def test_levels_are_set_on_one_page_by_those_who_may(editor_client, editor, moderator):
    field = f"house-{editor.groups.get().pk}"
    values = {**form_values(editor_client.get(LEVELS), "levels_form"), field: "blocks"}
    assert editor_client.post(LEVELS, {**values, field: "odd"}).status_code == 200
    assert not RuleLevel.objects.exists()
    assert editor_client.post(LEVELS, values).status_code == 302
    assert RuleLevel.objects.get().level == "blocks"
    assert "warns → blocks" in editor_client.get(LEVELS).text
    editor_client.force_login(moderator)
    assert editor_client.post(LEVELS, values).status_code == 403
