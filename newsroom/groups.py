"""The two groups that every site starts with, and just what each may do."""

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

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


def ensure(app_config, *, using="default", **kwargs):
    """Make the groups that are missing, and give the others what is new in an app that migrated.

    A group that exists is otherwise left as it is: what its site has changed there is the site's
    decision. A permission that came with this version is nobody's decision yet. Django makes the
    permissions of an app after each `migrate` too; this function does so before it, and
    compares what there was with what there is.
    """
    permissions = Permission.objects.using(using)
    before = set(permissions.values_list("pk", flat=True))
    create_permissions(app_config, verbosity=0, using=using)
    for name, by_app in PERMISSIONS.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        for app_label, codenames in by_app.items():
            found = permissions.filter(content_type__app_label=app_label, codename__in=codenames)
            group.permissions.add(*(found if created else found.exclude(pk__in=before)))
