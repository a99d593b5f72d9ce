"""Sound files and PDFs in bodies: their rows, their uses, and the index of their words."""
import articles.models.attachment
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "articles_attachment_words"
#: As migration 0022 makes the others; `rowid` is the primary key of an attachment.
MAKE = {
    "sqlite": [f"CREATE VIRTUAL TABLE {TABLE} USING fts5 (words, tokenize = 'ascii')"],
    "postgresql": [
        f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_gin ON {TABLE} USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for sql in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0040_merging_what_articles_are_filed_under'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='kind',
            field=models.CharField(choices=[('article', 'Article'), ('thread', 'Thread'), ('section', 'Section'), ('topic', 'Topic'), ('author', 'Author'), ('page', 'Page'), ('front', 'Front'), ('image', 'Image'), ('file', 'File'), ('site', 'Site')], max_length=8),
        ),
        migrations.AlterField(
            model_name='articleevent',
            name='kind',
            field=models.CharField(choices=[('moved', 'moved'), ('handed_over', 'handed over'), ('pressed', 'pressed'), ('rescheduled', 'rescheduled'), ('cancelled', 'taken back'), ('withdrawn', 'withdrawn'), ('readdressed', 'given another address'), ('no_edition', 'edition taken down'), ('no_passage', 'passage taken down'), ('no_picture', 'picture taken down'), ('no_file', 'attachment taken down')], max_length=12, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='takedown',
            name='kind',
            field=models.CharField(choices=[('edition', 'an edition'), ('passage', 'a passage'), ('picture', 'a picture'), ('file', 'an attachment')], max_length=8, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='Proposed to readers as the name of the file, and can be typed over there.', max_length=120, verbose_name='title')),
                ('file', models.FileField(max_length=200, upload_to=articles.models.attachment.random_name, verbose_name='file')),
                ('format', models.CharField(choices=[('mp3', 'MP3'), ('m4a', 'M4A'), ('ogg', 'Ogg'), ('pdf', 'PDF')], editable=False, max_length=4, verbose_name='format')),
                ('bytes', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='size')),
                ('seconds', models.PositiveIntegerField(editable=False, null=True, verbose_name='length')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='credit')),
                ('transcript', models.TextField(blank=True, help_text='What is said and heard, for readers who do not hear it; sound needs one. An empty line begins a new paragraph.', max_length=600000, verbose_name='transcript')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                ('added_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AttachmentUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='articles.attachment')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.edition')),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.page')),
            ],
            options={
                'verbose_name': 'attachment in a body',
                'verbose_name_plural': 'attachments in bodies',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('edition__isnull', True), ('page__isnull', True)), models.Q(('article__isnull', True), ('edition__isnull', False), ('page__isnull', True)), models.Q(('article__isnull', True), ('edition__isnull', True), ('page__isnull', False)), _connector='OR'), name='attachment_use_is_of_one'), models.UniqueConstraint(fields=('attachment', 'article'), name='attachment_use_once_in_article'), models.UniqueConstraint(fields=('attachment', 'edition'), name='attachment_use_once_in_edition'), models.UniqueConstraint(fields=('attachment', 'page'), name='attachment_use_once_in_page')],
            },
        ),
        migrations.RunPython(make, drop),
    ]
