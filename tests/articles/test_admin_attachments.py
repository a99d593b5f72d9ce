"""The newsroom's sound files and PDFs in the admin, and the dialog of the editor."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.attachments.linked_from import uses_of
from articles.models import Attachment
from articles.pictures import places_of_use
from newsroom import groups
from tests import attachment_files as files
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/attachment/add/"
PICKER = "/admin/articles/attachment/picker/"
UPLOAD = "/admin/articles/attachment/upload/"


def sent(content=None, name="Council 1.mp3", **fields):
    file = SimpleUploadedFile(name, files.mp3() if content is None else content)
    words = {"title": "The council", "transcript": "Good day.", "credit": ""}
    return {"file": file, **words, **fields}


def change_url(attachment):
    return reverse("admin:articles_attachment_change", args=[attachment.pk])


def test_a_file_is_added_without_javascript(editor_client, editor):
    response = editor_client.post(ADD, sent())
    assert response.status_code == 302
    added = Attachment.objects.get()
    assert (added.format, added.seconds, added.added_by) == ("mp3", 3, editor)
    assert added.bytes == len(files.mp3())
    assert "Council" not in added.file.name


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (sent(transcript=" "), "transcript"),
        (sent(title=""), "title"),
        (sent(b"\0\0\0\x18ftypheic\0\0\0\0"), "file"),
        (sent(b""), "file"),
        (sent(files.pdf()[:-9], name="a.pdf"), "file"),
        (sent(title="x" * 200), "title"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(editor_client, form, field):
    page = editor_client.post(ADD, form)
    assert page.status_code == 200
    assert list(page.context["adminform"].errors) == [field]
    form["file"].seek(0)
    answer = editor_client.post(UPLOAD, form)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert not Attachment.objects.exists()


def test_a_pdf_needs_no_transcript(editor_client):
    form = sent(files.pdf(), name="a.pdf", transcript="")
    assert editor_client.post(ADD, form).status_code == 302


def test_a_file_of_an_attachment_never_changes_but_its_words_do(editor_client, changes):
    sound = factories.attachment()
    changes()
    form = sent(files.pdf(), name="b.pdf", transcript="Good morning.")
    assert editor_client.post(change_url(sound), form).status_code == 302
    after = Attachment.objects.get()
    assert (after.file.name, after.format) == (sound.file.name, "mp3")
    assert after.transcript == "Good morning."
    assert ("file", sound.pk) in changes()


def test_the_library_says_where_a_file_is_used_and_keeps_it(editor_client):
    sound = factories.attachment()
    article = factories.published("The vote", body=factories.file_block(sound))
    listed = editor_client.get(reverse("admin:articles_attachment_changelist"))
    assert "used in 1 article, 1 live" in listed.text
    page = editor_client.get(change_url(sound)).text
    assert reverse("admin:articles_article_change", args=[article.pk]) in page
    assert "It can be deleted once no text" in page
    assert "&lt;blockquote class=&quot;file&quot;&gt;" in page
    delete = reverse("admin:articles_attachment_delete", args=[sound.pk])
    assert editor_client.post(delete, {"post": "yes"}).status_code == 403
    unused = factories.attachment("Unused")
    delete = reverse("admin:articles_attachment_delete", args=[unused.pk])
    assert editor_client.post(delete, {"post": "yes"}).status_code == 302
    assert list(Attachment.objects.all()) == [sound]


def test_of_an_attachment_that_is_used_often_only_the_newest_articles_are_read(
    editor_client, monkeypatch
):
    monkeypatch.setattr(places_of_use, "MOST", 2)
    monkeypatch.setattr(places_of_use, "NEWEST", 1)
    often, seldom = factories.attachment("often"), factories.attachment("seldom")
    few = {factories.published(body=factories.file_block(seldom)).pk for _each in range(2)}
    for _each in range(2):
        factories.published(body=factories.file_block(often))
    assert not uses_of([often])[often.pk].is_used_often
    newest = factories.published("The newest", body=factories.file_block(often))
    factories.page(body=factories.file_block(often))
    uses = uses_of([often, seldom])
    assert uses[often.pk].is_used_often
    assert uses[often.pk].articles == uses[often.pk].live == {newest.pk}
    assert len(uses[often.pk].pages) == 1
    assert not uses[seldom.pk].is_used_often
    assert uses[seldom.pk].articles == uses[seldom.pk].live == few
    listed = editor_client.get("/admin/articles/attachment/").text
    assert "used in more than 2 articles, on 1 page" in listed
    assert "used in 2 articles, 2 live" in listed
    assert "The newest" in editor_client.get(change_url(often)).text


def test_several_are_deleted_with_their_files_unless_one_is_used(
    editor_client, django_capture_on_commit_callbacks
):
    chosen = [factories.attachment(title) for title in ("One", "Two")]
    storage, names = chosen[0].file.storage, [each.file.name for each in chosen]
    article = factories.article(body=factories.file_block(chosen[0]))
    keys = [each.pk for each in chosen]
    form = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    address = reverse("admin:articles_attachment_changelist")
    for body, left in ((article.body, [True, True]), ("<p>None.</p>", [False, False])):
        article.body = body
        article.save()
        with django_capture_on_commit_callbacks(execute=True):
            editor_client.post(address, form)
        assert [storage.exists(name) for name in names] == left


def test_the_dialog_finds_adds_and_answers_what_the_text_links_to(editor_client):
    factories.attachment("Élections")
    factories.attachment("Bridges")
    page = editor_client.get(PICKER, {"q": "elec\0"}).text
    assert "Élections" in page
    assert "Bridges" not in page
    answer = editor_client.post(UPLOAD, sent())
    assert answer.status_code == 201
    added = Attachment.objects.get(title="The council")
    assert answer.json() == {
        "title": "The council", "url": added.file.url, "facts": "MP3, 3 s, 34 kB"
    }  # fmt: skip
    assert editor_client.get(UPLOAD).status_code == 405


def test_who_writes_may_attach_and_who_moderates_sees_none(client, django_user_model, moderator):
    writer = django_user_model.objects.create_user("writer", is_staff=True)
    writer.groups.add(Group.objects.get(name=groups.CONTRIBUTOR))
    client.force_login(writer)
    assert client.post(UPLOAD, sent()).status_code == 201
    assert 'class="attach-new"' in client.get(PICKER).text
    sound = Attachment.objects.get()
    assert client.post(change_url(sound), sent(title="Other")).status_code == 403
    client.force_login(moderator)
    for address in (PICKER, ADD, change_url(sound)):
        assert client.get(address).status_code == 403
    assert client.post(UPLOAD, sent()).status_code == 403
