"""Have the months counted anew in which editions were taken down: they counted these for ever."""

from django.db import migrations
from django.utils import timezone


def mark(apps, schema_editor):
    Edition, MonthMark = (apps.get_model("articles", name) for name in ("Edition", "MonthMark"))
    taken_down = Edition.objects.exclude(suppressed_at=None).exclude(first_published_at=None)
    moments = taken_down.order_by().values_list("first_published_at", flat=True)
    starts = {timezone.localdate(moment).replace(day=1) for moment in moments}
    MonthMark.objects.bulk_create(MonthMark(start=start) for start in sorted(starts))


class Migration(migrations.Migration):
    dependencies = [("articles", "0051_transactions_of_changes")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
