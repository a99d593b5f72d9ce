"""Who began an article, who has it, and when it is due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill_started_by(apps, schema_editor):
    """Take the writer of the oldest revision, or else the first user in the history."""
    article, revision, event = (
        apps.get_model("articles", name) for name in ("Article", "Revision", "ArticleEvent")
    )

    def first(model, order):
        rows = model.objects.filter(article=OuterRef("pk"), by__isnull=False)
        return Subquery(rows.order_by(order).values("by")[:1])

    rows = article.objects.using(schema_editor.connection.alias)
    rows.update(started_by=Coalesce(first(revision, "version"), first(event, "pk")))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0033_link_cards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name=name,
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name=words,
            ),
        )
        for name, words in (("started_by", "started by"), ("assignee", "with"))
    ] + [
        migrations.AddField(
            model_name="article",
            name="due_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="due"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["assignee", "due_at"], name="article_of_assignee"),
        ),
        migrations.RunPython(fill_started_by, migrations.RunPython.noop),
    ]
