"""Whose article it is: who started it, to whom it is assigned, and when it is due; who approves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def name_starters(apps, schema_editor):
    """Take the writer of the oldest revision, or else the first person in the history."""
    database = schema_editor.connection.alias
    of_article = {"article": OuterRef("pk"), "by__isnull": False}
    revisions = apps.get_model("articles", "Revision").objects.using(database)
    events = apps.get_model("articles", "ArticleEvent").objects.using(database)
    first_writer = revisions.filter(**of_article).order_by("version").values("by")[:1]
    first_mover = events.filter(**of_article).order_by("at", "pk").values("by")[:1]
    apps.get_model("articles", "Article").objects.using(database).update(
        started_by=Coalesce(Subquery(first_writer), Subquery(first_mover))
    )


def let_publishers_approve(apps, schema_editor):
    """Give the permission to approve to each group and person who may publish until now."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    publish = permissions.filter(
        content_type__app_label="articles", codename="publish_article"
    ).first()
    if publish is None:
        # A new site: its groups are made after the migrations.
        return
    approve, _created = permissions.get_or_create(
        content_type=kinds.get(app_label="articles", model="article"),
        codename="approve_article",
        defaults={"name": "Can approve articles, and send approved ones back"},
    )
    for group in publish.group_set.all():
        group.permissions.add(approve)
    for user in publish.user_set.all():
        user.user_permissions.add(approve)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0033_link_cards"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="started_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="articles_started",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="assignee",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="articles_assigned",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="due_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="due"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["assignee", "due_at"], name="article_by_assignee"),
        ),
        migrations.AlterModelOptions(
            name="article",
            options={
                "ordering": ["-saved_at", "-pk"],
                "permissions": [
                    ("publish_article", "Can publish, schedule and withdraw articles"),
                    ("approve_article", "Can approve articles, and send approved ones back"),
                    ("change_own_article", "Can write own articles"),
                    ("publish_own_article", "Can publish, schedule and withdraw own articles"),
                ],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.RunPython(name_starters, migrations.RunPython.noop),
        migrations.RunPython(let_publishers_approve, migrations.RunPython.noop),
    ]
