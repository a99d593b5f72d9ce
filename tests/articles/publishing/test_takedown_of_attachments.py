"""The takedown of an attachment: its file, its words, and each line that shows it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from articles.models import Article, Attachment, AttachmentUse, Draft, Takedown
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.takedown.attachment import take_down_attachment
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.passage import take_down_passage
from tests import factories

pytestmark = pytest.mark.django_db

REASON = "Order 26/118"


@pytest.fixture
def sound():
    return factories.attachment("The council", transcript="The mayor: a libel of Zanzibar.")


@pytest.fixture
def shown(sound):
    body = f"<p>Hear it.</p>{factories.file_block(sound)}<p>After.</p>"
    return factories.published(body=body)


def test_nothing_of_it_is_left(client, sound, shown, editor, django_capture_on_commit_callbacks):
    url, name = sound.file.url, sound.file.name
    link = f'<p>See <a href="{url}">the file</a>.</p>'
    page = factories.page(body=link)
    Draft.objects.create(article=shown, by=editor, content={"body": [link]})
    with django_capture_on_commit_callbacks(execute=True):
        row = take_down_attachment(sound, by=editor, reason=REASON)
    assert (row.kind, row.has_files_left) == (Takedown.Kind.FILE, False)
    assert not sound.file.storage.exists(name)
    assert client.get(url).status_code == 410
    assert not Attachment.objects.exists()
    assert not AttachmentUse.objects.exists()
    for text in (Article.objects.get(), shown.editions.get()):
        assert text.body == "<p>Hear it.</p><p>After.</p>"
    page.refresh_from_db()
    assert page.body == "<p>See <a>the file</a>.</p>"
    assert url not in str(Draft.objects.get().content)
    assert all(url not in str(each.content) for each in shown.revisions.all())
    assert shown.events.latest("pk").note == REASON


def test_it_needs_a_reason_that_repeats_nothing_and_the_permission(sound, moderator, editor):
    for reason in ("", "About the council"):
        with pytest.raises(PublishingError):
            take_down_attachment(sound, by=editor, reason=reason)
    with pytest.raises(PermissionDenied):
        take_down_attachment(sound, by=moderator, reason=REASON)
    assert Attachment.objects.exists()


def test_a_passage_is_taken_out_of_transcripts_too(sound, shown, editor, changes):
    changes()
    take_down_passage(shown, "a libel of Zanzibar", by=editor, reason=REASON)
    sound.refresh_from_db()
    assert "libel" not in sound.transcript
    assert ("file", sound.pk) in changes()


def test_the_file_of_an_edition_that_is_taken_down_can_be_deleted(sound, shown, editor):
    take_down_edition(shown.editions.get(), by=editor, reason=REASON)
    sound.delete()
    assert not Attachment.objects.exists()


def test_the_page_says_where_it_is_before_it_is_taken_down(editor_client, sound, shown):
    address = reverse("admin:articles_attachment_takedown", args=[sound.pk])
    form = reverse("admin:articles_attachment_change", args=[sound.pk])
    assert address in editor_client.get(form).text
    page = editor_client.post(address, {"reason": REASON})
    assert "Edition 1" in page.text
    assert "The file, with its transcript" in page.text
    sent = {"reason": REASON, "seen": page.context["seen"], "_confirm": "on"}
    assert editor_client.post(address, sent).status_code == 302
    assert not Attachment.objects.exists()
    assert "deleted" in editor_client.get("/admin/articles/takedown/").text
