from django.db import migrations

from articles.text.markup import with_separators, with_visible_words
from common.invisible import visible, visible_line

BATCH = 200
LINES = ("kicker", "headline", "dateline", "lead_alt", "lead_caption", "lead_credit", "role", "name", "description", "title", "alt", "caption", "credit")
TEXTS = ("standfirst", "withdrawal_notice", "bio", "text")
CLEANERS = {
    **dict.fromkeys(LINES, visible_line),
    **dict.fromkeys(TEXTS, visible),
    "body": lambda body: with_visible_words(with_separators(body)),
}
MODELS = ("Section", "Topic", "Author", "Page", "Image", "Article", "Byline", "Edition", "EditionByline", "Correction")


def remove_invisible(apps, schema_editor):
    """Remove characters that nobody sees from the words that were stored before saves did so."""
    alias, changed = schema_editor.connection.alias, 0
    for name in MODELS:
        model = apps.get_model("articles", name)
        rows = model._base_manager.using(alias)
        fields = [field for field in model._meta.fields if field.name in CLEANERS]
        for key, *values in list_in_parts(rows, [field.name for field in fields]):
            cleaned = {}
            for field, value in zip(fields, values, strict=True):
                words = CLEANERS[field.name](value)
                # Two topics may differ in nothing but what nobody sees: a person must merge them.
                is_taken = words != value and field.unique and rows.filter(**{field.name: words}).exists()
                if words and words != value and not is_taken:
                    cleaned[field.name] = words
            if cleaned:
                changed += rows.filter(pk=key).update(**cleaned)
    if changed:
        # The pages that are kept show the old words.
        apps.get_model("articles", "Change").objects.using(alias).create(kind="site", key=1)


def list_in_parts(rows, names):
    """Load a few rows at a time, by key, as nothing else may read while this connection writes."""
    last, part = 0, True
    while part:
        part = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *names)[:BATCH])
        yield from part
        last = part[-1][0] if part else last


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_words'),
    ]

    operations = [migrations.RunPython(remove_invisible, migrations.RunPython.noop)]
