"""Give both kinds of content the same field for related articles; the tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_changes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='edition',
            name='related',
            field=models.ManyToManyField(blank=True, help_text='Shown first under the article; others on the same topics follow.', related_name='+', to='articles.article', verbose_name='related articles'),
        ),
    ]
