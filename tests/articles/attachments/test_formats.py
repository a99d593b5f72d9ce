"""The check of attachments by their structure, whatever the name of the file says."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override

from articles.attachments import formats
from articles.attachments.display import iso_duration, length_in_words, size_in_words
from tests import attachment_files as files

pytestmark = pytest.mark.any_database


def facts(content, name="whatever.exe"):
    return formats.facts_of(ContentFile(content, name))


@pytest.mark.parametrize(
    ("content", "label", "seconds"),
    [
        (files.mp3(), "MP3", 3),
        (files.mp3(tag=b""), "MP3", 3),
        (files.mp3() + b"TAG" + bytes(125), "MP3", 3),
        (files.m4a(), "M4A", 75),
        (files.ogg(), "Ogg", 9),
        (files.pdf(), "PDF", None),
    ],
)
def test_a_whole_file_is_told_by_its_bytes_with_its_length(content, label, seconds):
    found = facts(content)
    assert (found.format.label, found.seconds, found.bytes) == (label, seconds, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        # One that begins as another: cut, with another file in it, or with one behind it.
        (b"ID3\x04\0\0\0\0\0\x05title<html><script>" + bytes(400), "damaged"),
        (files.mp3(frames=2), "damaged"),
        (files.mp3() + b"<html>" * 20_000, "damaged"),
        (files.m4a()[:-10], "damaged"),
        (files.m4a() + b"PK\x03\x04", "damaged"),
        (files.box(b"ftyp", b"M4A ", bytes(4)), "damaged"),
        (files.ogg()[:-10], "damaged"),
        (files.ogg(seconds=0), "damaged"),
        (files.pdf()[:-20], "damaged"),
        (files.pdf(behind=b"PK\x03\x04"), "damaged"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>" + files.pdf()[9:], "damaged"),
        (b"%PDF-1.7\n%<script>\n" + files.pdf()[9:], "damaged"),
        (b"<html>" + files.pdf(), "other"),
        # Of another kind.
        (files.m4a(files.track(b"soun", b"mp4a"), files.track(b"vide", b"avc1")), "video"),
        (files.m4a(files.track(b"soun", b"alac")), "sound"),
        (files.ogg(first=b"\x80theora"), "video"),
        (files.ogg(first=b"\x01vorbis"), "sound"),
        (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        (b"fLaC\0\0\0\x22", "sound"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
        (b"\x1aE\xdf\xa3\x01\0\0\0", "video"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
        (b"PK\x03\x04", "archive"),
        (b"Hello", "other"),
        (b"", "other"),
    ],
)
def test_any_other_file_is_refused_with_words_that_help(content, code):
    with pytest.raises(ValidationError) as refused:
        facts(content, "sound.mp3")
    assert refused.value.code == code
    assert refused.value.messages[0]


def test_a_document_is_told_from_an_archive_by_its_name():
    with pytest.raises(ValidationError, match="PDF"):
        facts(b"PK\x03\x04", "Minutes.DOCX")


def test_no_file_is_larger_than_the_setting(settings):
    settings.ATTACHMENT_MAX_MB = 1
    with pytest.raises(ValidationError) as refused:
        facts(files.pdf() + bytes(1024**2))
    assert refused.value.messages == ["The file is larger than 1 MB."]


@pytest.mark.parametrize("make", [files.mp3, files.m4a, files.ogg, files.pdf])
def test_no_cut_or_changed_file_is_an_error_of_ours(make):
    whole = make()
    for place in [*range(0, min(len(whole), 200)), *range(200, len(whole), 97)]:
        for broken in (whole[:place], whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :]):
            with suppress(ValidationError):
                facts(broken)


def test_a_length_has_two_units_at_most():
    lengths = [5, 60, 725, 3600, 5399]
    assert list(map(length_in_words, lengths)) == [
        *("5 s", "1 min", "12 min 5 s", "1 h 0 min", "1 h 30 min")
    ]
    assert iso_duration(3725) == "PT1H2M5S"


def test_a_size_is_in_units_of_a_thousand_and_in_the_language():
    assert list(map(size_in_words, [1, 34_001, 999_999, 11_440_000])) == [
        *("1 kB", "35 kB", "1000 kB", "11.4 MB")
    ]
    with override("fr"):
        assert size_in_words(11_440_000) == "11,4\xa0Mo"
