"""The levels of rules: what keeps a person from publishing, by their roles."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles.models import HouseRule, RuleLevel, RuleLevelChange
from articles.models.rule_level import Level
from articles.publishing.importing import PastEdition, import_article
from articles.publishing.preflight import levels
from articles.publishing.preflight.findings import PublishingError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def set_level(group, level, by):
    RuleLevel.objects.set_level("house", group, level, default=levels.DEFAULTS["house"], by=by)


@pytest.fixture
def breach():
    HouseRule.objects.get_or_create(written="e-mail", preferred="courriel")
    return factories.article(body="<p>An e-mail.</p>")


def test_a_rule_that_blocks_stops_every_press_of_that_role(editor, breach):
    group = editor.groups.get()
    assert [each.code for each in levels.warnings(breach, editor)] == ["house"]
    set_level(group, Level.BLOCKS, editor)
    with pytest.raises(PublishingError) as refused:
        breach.press(by=editor)
    assert refused.value.code == "house"
    set_level(group, Level.OFF, editor)
    assert levels.blocking(breach, editor) == levels.warnings(breach, editor) == []
    assert breach.press(by=editor)


def test_an_import_is_told_and_never_stopped(editor, breach):
    set_level(None, Level.BLOCKS, editor)
    import_article(breach, [PastEdition(timezone.now())])
    assert [each.quoted for each in levels.found_in(breach)["house"]] == ["e-mail"]


def test_of_several_roles_the_mildest_level_counts(editor, breach):
    first, second = editor.groups.get(), Group.objects.create(name="desk")
    set_level(None, Level.OFF, editor)
    set_level(first, Level.BLOCKS, editor)
    assert levels.blocking(breach, editor)
    editor.groups.add(second)
    assert not levels.blocking(breach, editor)
    assert levels.warnings(breach, editor)
    editor.groups.clear()
    assert not levels.warnings(breach, editor)


def test_only_what_differs_is_stored_and_each_change_has_a_row_of_history(editor):
    group = editor.groups.get()
    for level in (Level.WARNS, Level.BLOCKS, Level.BLOCKS, Level.WARNS):
        set_level(group, level, editor)
    assert not RuleLevel.objects.exists()
    changes = [(each.role, each.before, each.after) for each in RuleLevelChange.objects.all()]
    assert changes == [("editor", "blocks", "warns"), ("editor", "warns", "blocks")]
