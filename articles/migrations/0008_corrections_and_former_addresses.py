"""Make the public notes of editions corrections, and keep the addresses that slugs made.

A correction is one row beside the edition that first said it.

What was marked as a substantive update becomes an “update”, any other note an “editor’s note”. An
edition that only carried its predecessor's note on gets none: readers are told once.
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def notes_to_corrections(apps, schema_editor):
    Edition = apps.get_model("articles", "Edition")
    Correction = apps.get_model("articles", "Correction")
    before = None
    for edition in list(Edition.objects.order_by("article", "visible_from").defer("body")):
        first = before is None or before.article_id != edition.article_id
        edition.updated_at = None if first else before.updated_at
        if edition.substantive or (edition.note and (first or edition.note != before.note)):
            Correction.objects.create(
                article_id=edition.article_id,
                edition=edition,
                kind="update" if edition.substantive else "note",
                text=edition.note,
            )
            edition.updated_at = None if first else edition.visible_from
        Edition.objects.filter(pk=edition.pk).update(updated_at=edition.updated_at)
        before = edition


def corrections_to_notes(apps, schema_editor):
    Edition = apps.get_model("articles", "Edition")
    notes = {}
    for edition in list(Edition.objects.order_by("article", "visible_from").defer("body")):
        first = edition.article_id not in notes
        said = edition.correction if hasattr(edition, "correction") else None
        notes[edition.article_id] = said.text[:300] if said else notes.get(edition.article_id, "")
        Edition.objects.filter(pk=edition.pk).update(
            note=notes[edition.article_id], substantive=said is not None and not first
        )
    if schema_editor.connection.vendor == "sqlite":
        # The columns that came back had SQLite remake the table, without its triggers.
        import_module("articles.migrations.0002_editions_do_not_overlap").forbid(
            apps, schema_editor
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_section_comments_open")]
    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Correction"),
                            ("clarification", "Clarification"),
                            ("update", "Update"),
                            ("note", "Editor’s note"),
                            ("retraction", "Retraction"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="correction",
                        to="articles.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-edition__visible_from", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FormerSlug",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=12)),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                ("object_id", models.PositiveBigIntegerField()),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="since")),
            ],
            options={
                "verbose_name": "former address",
                "verbose_name_plural": "former addresses",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "slug"), name="former_slug_leads_to_one"
                    )
                ],
            },
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="changed_at",
                field=models.DateTimeField(auto_now=True, default=django.utils.timezone.now),
                preserve_default=False,
            )
            for name in ("section", "topic", "author")
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["-visible_until"], name="edition_by_end"),
        ),
        migrations.RunPython(notes_to_corrections, corrections_to_notes),
        migrations.RemoveField(model_name="edition", name="note"),
        migrations.RemoveField(model_name="edition", name="substantive"),
    ]
