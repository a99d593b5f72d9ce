"""The two groups that every site starts with, and just what each may do."""

from django.contrib.auth.models import Group, Permission
from django.db import connections

EDITOR = "editor"
MODERATOR = "moderator"

PERMISSIONS = {
    EDITOR: {
        "articles": [
            *("view_article", "add_article", "change_article", "delete_article"),
            *("publish_article", "view_edition", "view_articleevent", "view_articlepath"),
            *(
                f"{verb}_{model}"
                for model in ("section", "topic", "author", "image", "page", "byline", "frontslot")
                for verb in ("view", "add", "change", "delete")
            ),
        ],
        "comments": ["view_comment", "edit_comment", "answer_comment", "feature_comment"],
    },
    MODERATOR: {
        "articles": ["view_article"],
        "comments": [
            *("view_comment", "moderate_comment", "view_commentevent"),
            *("edit_comment", "answer_comment", "feature_comment"),
            *("view_commentpolicy", "change_commentpolicy", "view_commentrule"),
        ],
    },
}


#: The permissions that there were before this `migrate`; None outside of one.
_known = None


def remember(using, **kwargs):
    """Note, before each `migrate`, which permissions the site has had a chance to decide about."""
    global _known
    if Permission._meta.db_table in connections[using].introspection.table_names():
        _known = set(
            Permission.objects.using(using).values_list("content_type__app_label", "codename")
        )
    else:
        _known = set()


def ensure(**kwargs):
    """Make the groups that are missing, and give the others what is new, after each `migrate`.

    A group that exists is otherwise left as it is: what its site has changed there is the site's
    decision. A permission that came with this version is nobody's decision yet.
    """
    global _known
    for name, by_app in PERMISSIONS.items():
        group, created = Group.objects.get_or_create(name=name)
        for app_label, codenames in by_app.items():
            found = Permission.objects.filter(
                content_type__app_label=app_label, codename__in=codenames
            )
            group.permissions.add(*(p for p in found if created or is_new(app_label, p.codename)))
    _known = None


def is_new(app_label, codename) -> bool:
    return _known is not None and (app_label, codename) not in _known
