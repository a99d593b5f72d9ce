"""A takedown while somebody saves a text that shows the same: each waits, and neither fails."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from articles.models import Article, Attachment, Image
from articles.publishing.takedown.attachment import take_down_attachment
from articles.publishing.takedown.picture import take_down_picture
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]

#: Seconds within which whoever does not wait for a lock is done.
SHORTLY, AT_MOST = 0.5, 20


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

    def act():
        try:
            take_down(row, by=None, reason="Court")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=article.pk)
            waiting = pool.submit(act)
            threading.Event().wait(SHORTLY)
            # As whoever publishes the text does, so that nobody deletes what it shows.
            type(row).objects.select_for_update().get(pk=row.pk)
            article.headline = "Saved meanwhile"
            article.save()
        waiting.result(AT_MOST)
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Saved meanwhile", "<p>The text.</p>")
    assert not Image.objects.exists()
    assert not Attachment.objects.exists()
