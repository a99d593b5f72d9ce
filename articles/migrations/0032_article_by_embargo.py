"""Find the embargoes of a week among many articles: most have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0031_arrangements_of_the_front_page")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(embargo_until__isnull=False),
                fields=["embargo_until"],
                name="article_by_embargo",
            ),
        ),
    ]
