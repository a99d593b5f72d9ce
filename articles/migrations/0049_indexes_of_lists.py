"""Make the indexes that lists of readers are read by, newest first and by the last change."""

from django.db import migrations, models
from django.db.models import Q


def index(model, name, *fields, **options):
    return migrations.AddIndex(model, models.Index(fields=fields, name=name, **options))


UPDATED = {"condition": Q(updated_at__isnull=False)}


class Migration(migrations.Migration):
    dependencies = [("articles", "0048_fill_dates_of_lists")]

    operations = [
        migrations.AlterField(
            "ArticlePath",
            "since",
            models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="since"),
        ),
        migrations.AlterField("Correction", "published_at", models.DateTimeField(editable=False)),
        migrations.AlterModelOptions(
            "Correction",
            {
                "ordering": ["-published_at", "-pk"],
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
            },
        ),
        index("Correction", "correction_newest_first", "-published_at", "-id"),
        index(
            "Edition",
            "edition_of_series",
            *("series", "-first_published_at"),
            condition=Q(series__isnull=False),
        ),
        migrations.RemoveIndex("Edition", "edition_by_time"),
        index("Edition", "edition_by_time", "-visible_from", "-id"),
        index("Article", "article_of_section", "section", "-saved_at", "-id"),
        index(
            "Article",
            "article_unpublished",
            *("-saved_at", "-id"),
            condition=~Q(stage="published"),
        ),
        index("Edition", "edition_updated", "-updated_at", **UPDATED),
        index("Edition", "edition_updated_section", "section", "-updated_at", **UPDATED),
        index("Edition", "edition_updated_series", "series", "-updated_at", **UPDATED),
        index("EditionByline", "byline_newest_first", "author", "-first_published_at"),
        index("EditionByline", "byline_updated", "author", "-updated_at", **UPDATED),
        index("EditionTopic", "topic_newest_first", "topic", "-first_published_at"),
        index("EditionTopic", "topic_updated", "topic", "-updated_at", **UPDATED),
    ]
