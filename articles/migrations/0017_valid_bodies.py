"""The stored bodies as the cleaner leaves them today: valid HTML, without `lang` and `title`.

A body is cleaned when it is saved, and an edition is saved once. So a page of an old edition would
stay invalid for ever.
"""

from django.core.exceptions import ValidationError
from django.db import migrations

from articles.text.cleaner import mended

#: The models that have a body, the field by which readers' caches know a change, and its kind.
BODIES = [("Article", None, ""), ("Edition", "article_id", "article"), ("Page", "pk", "page")]


def mend(apps, schema_editor):
    Change = apps.get_model("articles", "Change")
    for name, key, kind in BODIES:
        model = apps.get_model("articles", name)
        changed = set()
        for row in model.objects.exclude(body="").only("body", *([key] if key else [])).iterator(50):
            try:
                body = mended(row.body)
            except ValidationError:
                # Beyond a bound of today: it stays as it is until somebody saves it.
                continue
            if body != row.body:
                model.objects.filter(pk=row.pk).update(body=body)
                changed.add(getattr(row, key) if key else None)
        if kind:
            Change.objects.bulk_create(Change(kind=kind, key=pk) for pk in sorted(changed))


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_languages_of_articles")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
