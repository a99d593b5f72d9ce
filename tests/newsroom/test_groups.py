import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from newsroom import groups
from newsroom.groups import EDITOR, MODERATOR, PERMISSIONS

pytestmark = pytest.mark.django_db


def migrate():
    """Do what Django does after `migrate`, for the two apps with permissions in the groups."""
    for label in ("articles", "comments"):
        groups.ensure_groups(apps.get_app_config(label))


def actual(name):
    return {
        f"{app}.{codename}"
        for app, codename in Group.objects.get(name=name).permissions.values_list(
            "content_type__app_label", "codename"
        )
    }


def expected(name):
    return {f"{app}.{codename}" for app, names in PERMISSIONS[name].items() for codename in names}


@pytest.mark.parametrize("name", PERMISSIONS)
def test_each_group_is_there_after_migrating_with_just_what_it_may(name):
    """This also tests that each permission exists: a mistyped one would not be in the group."""
    assert actual(name) == expected(name)


def test_editors_publish_and_do_not_moderate():
    assert "articles.publish_article" in actual(EDITOR)
    assert "comments.moderate_comment" not in actual(EDITOR)


@pytest.mark.parametrize("name", [EDITOR, MODERATOR])
def test_both_groups_edit_answer_and_feature_comments(name):
    for verb in ("edit", "answer", "feature"):
        assert f"comments.{verb}_comment" in actual(name)


def test_moderators_moderate_and_do_not_write():
    assert "comments.moderate_comment" in actual(MODERATOR)
    articles = {name for name in actual(MODERATOR) if name.startswith("articles.")}
    assert articles == {"articles.view_article"}


@pytest.mark.parametrize("name", PERMISSIONS)
def test_no_group_makes_accounts_or_deletes_comments(name):
    for forbidden in ("auth.", "comments.delete_", "comments.add_", "sessions."):
        assert not [permission for permission in actual(name) if permission.startswith(forbidden)]


@pytest.mark.parametrize("name", PERMISSIONS)
def test_nobody_writes_history(name):
    history = ("articleevent", "articlepath", "commentevent", "edition")
    writes = [p for p in actual(name) if p.endswith(history) and ".view_" not in p]
    assert writes == []


def test_migrating_again_leaves_a_group_as_the_site_has_changed_it():
    group = Group.objects.get(name=EDITOR)
    group.permissions.remove(Permission.objects.get(codename="publish_article"))
    migrate()
    assert "articles.publish_article" not in actual(EDITOR)


def test_migrating_again_makes_a_group_that_is_missing():
    Group.objects.get(name=MODERATOR).delete()
    migrate()
    assert actual(MODERATOR) == expected(MODERATOR)


def test_a_permission_that_comes_with_an_upgrade_is_given_to_the_groups_there_are():
    """As in an upgrade: the permission does not exist before `migrate`."""
    group = Group.objects.get(name=EDITOR)
    group.permissions.remove(Permission.objects.get(codename="publish_article"))
    Permission.objects.get(codename="answer_comment").delete()
    migrate()
    assert "comments.answer_comment" in actual(EDITOR) & actual(MODERATOR)
    assert "articles.publish_article" not in actual(EDITOR)


def test_a_permission_that_the_site_took_away_is_not_given_again_by_the_next_upgrade():
    group = Group.objects.get(name=EDITOR)
    group.permissions.remove(Permission.objects.get(codename="answer_comment"))
    migrate()
    assert "comments.answer_comment" not in actual(EDITOR)
