"""The two groups that every site starts with, and just what each may do."""

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
        "comments": ["view_comment"],
    },
    MODERATOR: {
        "articles": ["view_article"],
        "comments": [
            *("view_comment", "moderate_comment", "view_commentevent"),
            *("view_commentpolicy", "change_commentpolicy"),
        ],
    },
}


def ensure(**kwargs):
    """Make the groups that are missing, after each `migrate`.

    A group that exists is left as it is: what its site has changed there is the site's decision.
    """
    for name, by_app in PERMISSIONS.items():
        group, created = Group.objects.get_or_create(name=name)
        if not created:
            continue
        for app_label, codenames in by_app.items():
            found = Permission.objects.filter(
                content_type__app_label=app_label, codename__in=codenames
            )
            group.permissions.add(*found)
