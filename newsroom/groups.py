"""The groups that every site starts with, and the exact permissions of each."""

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

CONTRIBUTOR = "contributor"
AUTHOR = "author"
EDITOR = "editor"
PUBLISHER = "publisher"
MODERATOR = "moderator"

_VERBS = ("view", "add", "change", "delete")
#: To write articles of one's own, with bylines, pictures, and what they are filed under.
_WRITING = [
    *("add_article", "change_own_article"),
    *(f"{verb}_byline" for verb in _VERBS),
    *("view_image", "add_image", "view_attachment", "add_attachment"),
    *("view_section", "view_topic", "view_series", "view_author"),
]
_EDITING = {
    "articles": [
        *("view_article", "add_article", "change_article", "delete_article"),
        *("publish_article", "approve_article"),
        *("view_edition", "view_articleevent", "view_articlepath"),
        *("take_down", "view_takedown"),
        *("view_rulelevel", "change_rulelevel"),
        *("merge_section", "merge_topic", "merge_series", "merge_author"),
        *(
            f"{verb}_{model}"
            for model in (
                *("section", "topic", "series", "author", "image", "page", "byline", "frontslot"),
                *("houserule", "attachment"),
            )
            for verb in _VERBS
        ),
    ],
    "comments": ["view_comment", "edit_comment", "answer_comment", "feature_comment"],
}

PERMISSIONS = {
    CONTRIBUTOR: {"articles": _WRITING},
    AUTHOR: {
        "articles": [
            *_WRITING,
            *("view_article", "publish_own_article", "view_edition"),
            *("add_topic", "add_series", "add_author"),
        ],
    },
    EDITOR: _EDITING,
    # Editors keep what they have; a site that takes takedowns from them leaves them to publishers.
    PUBLISHER: _EDITING,
    MODERATOR: {
        "articles": ["view_article"],
        "comments": [
            *("view_comment", "moderate_comment", "view_commentevent"),
            *("edit_comment", "answer_comment", "feature_comment"),
            *("view_commentpolicy", "change_commentpolicy", "view_commentrule"),
        ],
    },
}


def ensure_groups(app_config, *, using="default", **kwargs):
    """Create the missing groups, and give existing groups the new permissions of `app_config`.

    Otherwise an existing group stays as it is: if the site has changed its permissions, that was
    the site's decision. Nobody has decided yet about a permission that this version brings. To find
    the new permissions, this function reads those in the database, creates the app's, and compares.
    Django also creates them after each `migrate`, so this function must run first.
    """
    permissions = Permission.objects.using(using)
    before = set(permissions.values_list("pk", flat=True))
    create_permissions(app_config, verbosity=0, using=using)
    for name, by_app in PERMISSIONS.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        for app_label, codenames in by_app.items():
            found = permissions.filter(content_type__app_label=app_label, codename__in=codenames)
            group.permissions.add(*(found if created else found.exclude(pk__in=before)))
