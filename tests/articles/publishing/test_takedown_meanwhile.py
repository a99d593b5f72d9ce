"""A takedown while somebody saves a text that shows the same: each waits, and neither fails."""

import pytest
from django.db import connection, transaction

from articles.models import Article, Attachment, Image
from articles.publishing.takedown.attachment import take_down_attachment
from articles.publishing.takedown.picture import take_down_picture, uses_of
from articles.publishing.takedown.rows import lock_in_order
from tests import factories
from tests.threads import at_once, meanwhile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def picture():
    image = factories.image("A face")
    return image, f'<p>The text.</p><figure><img data-file="{image.pk}" alt="x"></figure>'


def sound():
    attachment = factories.attachment("The council")
    return attachment, f"<p>The text.</p>{factories.file_block(attachment)}"


@pytest.mark.parametrize(
    ("make", "take_down"), [(picture, take_down_picture), (sound, take_down_attachment)]
)
def test_a_text_that_is_being_saved_is_waited_for(make, take_down):
    row, body = make()
    article = factories.published(body=body)

    def save():
        # As whoever publishes the text does, so that nobody deletes what it shows.
        type(row).objects.select_for_update().get(pk=row.pk)
        article.headline = "Saved meanwhile"
        article.save()

    meanwhile(
        lambda: Article.objects.select_for_update().get(pk=article.pk),
        lambda: take_down(row, by=None, reason="Court"),
        save,
    )
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Saved meanwhile", "<p>The text.</p>")
    assert not Image.objects.exists()
    assert not Attachment.objects.exists()


def test_a_text_that_begins_to_show_it_is_locked_too():
    image = factories.image("A face")
    asked = []

    def uses(row):
        found = uses_of(row)
        asked.append(set(found[Article]))
        if len(asked) == 1:
            at_once(lambda: factories.article(lead_image=image))
        return found

    with transaction.atomic():
        assert lock_in_order(image, uses) == image
    article = Article.objects.get()
    assert asked == [set(), {article.pk}, {article.pk}, {article.pk}]
