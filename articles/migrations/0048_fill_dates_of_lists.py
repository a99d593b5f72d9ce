"""Copy the dates of editions to their credits, topics and corrections, and mark the months to be counted."""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncMonth

NAMES = ("first_published_at", "updated_at")


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    editions = apps.get_model("articles", "Edition").objects.using(alias)
    edition = editions.filter(pk=OuterRef("edition"))
    for name in ("EditionByline", "EditionTopic"):
        rows = apps.get_model("articles", name).objects.using(alias)
        rows.update(**{name: Subquery(edition.values(name)) for name in NAMES})
    corrections = apps.get_model("articles", "Correction")._base_manager.using(alias)
    corrections.update(published_at=Subquery(edition.values("visible_from")))
    months = editions.exclude(first_published_at=None).order_by()
    months = months.values_list(TruncMonth("first_published_at"), flat=True).distinct()
    mark = apps.get_model("articles", "MonthMark")
    mark.objects.using(alias).bulk_create([mark(start=month.date()) for month in months])


class Migration(migrations.Migration):
    dependencies = [("articles", "0047_dates_of_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
