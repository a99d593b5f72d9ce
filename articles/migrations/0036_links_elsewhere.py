from django.db import migrations, models

import articles.text.outside_links


class Migration(migrations.Migration):
    dependencies = [("articles", "0035_hand_over_and_notes")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="elsewhere",
            field=models.TextField(
                blank=True,
                default="",
                help_text="One a line: the address, a space and the title; then “ | ” and the "
                "source, if it is not plain from the address.",
                validators=[articles.text.outside_links.validate],
                verbose_name="links to other sites",
            ),
            preserve_default=False,
        )
        for model in ("article", "edition")
    ]
