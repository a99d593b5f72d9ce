"""Note which pictures stand in which bodies, where that was read off the bodies each time."""

import re

import django.db.models.deletion
from django.db import migrations, models

#: A picture in a body; the cleaner wrote each attribute in double quotes and escaped those inside.
PICTURE = re.compile(r'<img(?: [\w-]+="[^"]*")*? data-file="(\d+)"')


def note_uses(apps, schema_editor):
    ImageUse = apps.get_model("articles", "ImageUse")
    images = set(apps.get_model("articles", "Image").objects.values_list("pk", flat=True))
    for name in ("article", "edition", "page"):
        bodies = apps.get_model("articles", name).objects.filter(body__contains=' data-file="')
        for key, body in list_in_parts(bodies):
            shown = {int(number) for number in PICTURE.findall(body)} & images
            ImageUse.objects.bulk_create(
                ImageUse(image_id=number, **{f"{name}_id": key}) for number in sorted(shown)
            )


def list_in_parts(bodies, size=500):
    """Load a few bodies at a time, by key, as nothing else may read while this connection writes."""
    last, part = 0, True
    while part:
        part = list(bodies.filter(pk__gt=last).order_by("pk").values_list("pk", "body")[:size])
        yield from part
        last = part[-1][0] if part else last


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_related_of_editions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImageUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.edition')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='articles.image')),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.page')),
            ],
            options={
                'verbose_name': 'picture in a body',
                'verbose_name_plural': 'pictures in bodies',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('edition__isnull', True), ('page__isnull', True)), models.Q(('article__isnull', True), ('edition__isnull', False), ('page__isnull', True)), models.Q(('article__isnull', True), ('edition__isnull', True), ('page__isnull', False)), _connector='OR'), name='image_use_is_of_one'), models.UniqueConstraint(fields=('image', 'article'), name='image_use_once_in_article'), models.UniqueConstraint(fields=('image', 'edition'), name='image_use_once_in_edition'), models.UniqueConstraint(fields=('image', 'page'), name='image_use_once_in_page')],
            },
        ),
        migrations.RunPython(note_uses, migrations.RunPython.noop),
    ]
