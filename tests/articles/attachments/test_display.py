"""Attachments as readers get them: on pages, in feeds and in data for machines."""

import json
import re

import pytest
from django.db.models import ProtectedError

from articles.models import AttachmentUse, FileRemoval
from articles.text import attached
from articles.text.cleaner import clean
from articles.text.differences import html_differences
from tests import attachment_files as files
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sound():
    return factories.attachment(transcript="Mayor: Good day.\n\nApplause <b>", credit="Radio Seine")


@pytest.fixture
def report():
    return factories.attachment("The budget", content=files.pdf(), transcript="")


def page_of(client, *attachments, **fields):
    body = "<p>Hear it.</p>" + "".join(map(factories.file_block, attachments))
    article = factories.published(body=body, **fields)
    return article, client.get(article.path).text


def test_readers_hear_a_sound_and_can_read_it(client, sound):
    _article, page = page_of(client, sound)
    url = sound.file.url
    assert re.fullmatch(r"/media/files/[\w-]{24}\.mp3", url)
    assert f'<audio controls preload="none" src="{url}" aria-label="{sound.title}">' in page
    assert "MP3, 3 s, 34 kB" in page
    assert "Radio Seine" in page
    assert f'<a href="{url}" type="audio/mpeg" download="The council, in full.mp3" ' in page
    assert "<summary>Transcript</summary>" in page
    assert "<p>Applause &lt;b&gt;</p>" in page
    assert '<blockquote class="file">' not in page


def test_readers_see_what_a_pdf_weighs_before_they_fetch_it(client, report):
    _article, page = page_of(client, report)
    link = f'<a href="{report.file.url}" type="application/pdf" download="The budget.pdf" '
    assert link in page
    assert f'{report.file.url}">The budget</a> <span class="file-facts">PDF, ' in page
    assert "<audio" not in page


def test_the_words_of_the_text_are_the_title_and_the_rest_stays(client, report):
    block = factories.file_block(report, "Budget, 3rd draft: “a/b”")
    body = block.replace("</blockquote>", "<p>From the town hall.</p></blockquote>")
    page = client.get(factories.published(body=body).path).text
    (name,) = re.findall(r'download="([^"]*)"', page)
    assert name == "Budget, 3rd draft “a b”.pdf"
    assert "<p>From the town hall.</p></div>" in page


def test_a_quotation_without_a_stored_file_keeps_its_words_and_no_link(client):
    html = '<blockquote class="file"><p><a href="/media/files/{}.mp3">Words</a></p></blockquote>'
    for name in ("x" * 24, "../secret"):
        page = client.get(factories.published(body=html.format(name)).path).text
        assert "<p>Words</p>" in page
        assert "<audio" not in page


def test_feeds_have_a_plain_link_and_the_first_sound(client, sound, report):
    page_of(client, report, sound, factories.attachment("Another"))
    for form in ("rss", "atom"):
        feed = client.get(f"/{form}.xml").text
        found = re.findall(r'<enclosure [^>]*>|<link [^>]*rel="enclosure"[^>]*>', feed)
        assert len(found) == 1
        assert f'length="{sound.bytes}"' in found[0]
        assert 'type="audio/mpeg"' in found[0]
        assert sound.file.url in found[0]
        assert "The budget&lt;/a&gt; (PDF, " in feed
        assert "&lt;audio" not in feed


def test_machines_learn_of_the_sound(client, sound):
    _article, page = page_of(client, sound)
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    (audio,) = data["@graph"][0]["audio"]
    assert audio["@type"] == "AudioObject"
    assert audio["contentUrl"].endswith(sound.file.url)
    assert audio["duration"] == "PT0H0M3S"


def test_a_text_without_attachments_asks_for_none(client, django_assert_num_queries):
    body = "<p>Words.</p><blockquote><p>Said.</p></blockquote>"
    with django_assert_num_queries(0):
        assert attached.replace(body, lambda *_: "no") == body
        assert attached.file_names(body) == set()


def test_a_cleaned_body_keeps_an_attachment_and_compares_its_words(report):
    block = factories.file_block(report)
    assert clean(block) == block
    marked = html_differences(block, factories.file_block(report, "The new budget"))
    assert attached.shown_names(marked) == [report.file.name]
    assert "<ins>" in marked


def test_bodies_protect_what_they_link_to(report, django_capture_on_commit_callbacks):
    article = factories.article(body=f'<p><a href="{report.file.url}">The budget</a></p>')
    with pytest.raises(ProtectedError):
        report.delete()
    article.body = "<p>None.</p>"
    article.save()
    assert not AttachmentUse.objects.exists()
    storage, name = report.file.storage, report.file.name
    with django_capture_on_commit_callbacks(execute=True):
        report.delete()
    assert not storage.exists(name)
    assert FileRemoval.objects.get().done_at
