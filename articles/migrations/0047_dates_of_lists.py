"""Give the credits and topics of editions a copy of the dates, and the archive rows for its months."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0046_words_of_series")]

    operations = [
        # The table is there: Django made it for the field.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="EditionTopic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="filings",
                                to="articles.edition",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="filings",
                                to="articles.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "topic of an edition",
                        "verbose_name_plural": "topics of an edition",
                        "db_table": "articles_edition_topics",
                        "default_permissions": (),
                        "unique_together": {("edition", "topic")},
                    },
                ),
                migrations.AlterField(
                    model_name="edition",
                    name="topics",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        through="articles.EditionTopic",
                        to="articles.topic",
                        verbose_name="topics",
                    ),
                ),
            ],
        ),
        *(
            migrations.AddField(model, name, models.DateTimeField(editable=False, null=True))
            for model in ("EditionByline", "EditionTopic")
            for name in ("first_published_at", "updated_at")
        ),
        migrations.AddField(
            "Correction", "published_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.CreateModel(
            name="Month",
            fields=[
                ("start", models.DateField(primary_key=True, serialize=False)),
                ("zone", models.CharField(max_length=64)),
                ("articles", models.PositiveIntegerField(default=0)),
                ("days", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("exact_until", models.DateTimeField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="MonthMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField(db_index=True)),
            ],
            options={"default_permissions": ()},
        ),
    ]
