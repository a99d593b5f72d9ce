"""House rules, and the levels of the rules of preflight by role, with their history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0036_links_elsewhere"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("", "any language"), ("fr", "French"), ("en", "English")],
                        default="",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "written",
                    models.CharField(
                        help_text="Whole words. In lower case they are also found with a capital at the beginning; with a capital, only so. # stands for a number.",
                        max_length=100,
                        verbose_name="what is written",
                    ),
                ),
                ("preferred", models.CharField(max_length=100, verbose_name="what is preferred")),
                (
                    "explanation",
                    models.CharField(blank=True, max_length=200, verbose_name="explanation"),
                ),
                (
                    "exceptions",
                    models.TextField(
                        blank=True,
                        help_text="Phrases in which it is right after all, one on each line.",
                        verbose_name="exceptions",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="switched on")),
            ],
            options={
                "verbose_name": "house rule",
                "verbose_name_plural": "house rules",
                "ordering": ["language", "written"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "written"),
                        name="house_rule_once",
                        violation_error_message="There is a rule for these words already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleLevelChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("code", models.CharField(max_length=40, verbose_name="rule")),
                ("role", models.CharField(blank=True, max_length=150, verbose_name="role")),
                (
                    "before",
                    models.CharField(
                        choices=[("blocks", "blocks"), ("warns", "warns"), ("off", "off")],
                        max_length=6,
                        verbose_name="before",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[("blocks", "blocks"), ("warns", "warns"), ("off", "off")],
                        max_length=6,
                        verbose_name="after",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "history row",
                "verbose_name_plural": "history",
                "ordering": ["-at", "-pk"],
                "abstract": False,
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="RuleLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="rule")),
                (
                    "level",
                    models.CharField(
                        choices=[("blocks", "blocks"), ("warns", "warns"), ("off", "off")],
                        max_length=6,
                        verbose_name="level",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="auth.group",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "level of a rule",
                "verbose_name_plural": "levels of rules",
                "default_permissions": ["view", "change"],
                "constraints": [
                    models.UniqueConstraint(fields=("group", "code"), name="rule_level_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("group__isnull", True)),
                        fields=("code",),
                        name="rule_level_once_for_others",
                    ),
                ],
            },
        ),
    ]
