"""The house rules with which a site starts; a newsroom changes them, or switches them off."""

from django.db import migrations

from articles.publishing.preflight.house.defaults import RULES


def add(apps, schema_editor):
    HouseRule = apps.get_model("articles", "HouseRule")
    HouseRule.objects.using(schema_editor.connection.alias).bulk_create(
        HouseRule(
            language=language,
            written=written,
            preferred=preferred,
            explanation=explanation,
            exceptions="\n".join(exceptions),
        )
        for language, rules in RULES.items()
        for written, preferred, explanation, *exceptions in rules
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0037_house_rules_and_levels")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
