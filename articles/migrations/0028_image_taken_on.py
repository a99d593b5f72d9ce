from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0027_lists_of_articles'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='taken_on',
            field=models.DateField(blank=True, help_text='Read from the file, where it says so.', null=True, verbose_name='taken on'),
        ),
    ]
