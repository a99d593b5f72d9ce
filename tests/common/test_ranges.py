"""Ranges of files, as RFC 9110 (section 14) has them."""

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from common.ranges import with_ranges

# An answer that is closed has Django look at its connections, one of which may be open.
pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

CONTENT = bytes(range(100))
MODIFIED = "Sat, 28 Nov 2026 10:00:00 GMT"


@pytest.fixture
def ask(tmp_path):
    path = tmp_path / "sound.mp3"
    path.write_bytes(CONTENT)

    def ask(method="get", **headers):
        request = getattr(RequestFactory(), method)("/", headers=headers)
        whole = FileResponse(path.open("rb"), headers={"Last-Modified": MODIFIED})
        response = with_ranges(request, whole)
        body = b"".join(response) if response.streaming else response.content
        response.close()
        assert whole.file_to_stream.closed
        return response, body

    return ask


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        *(("bytes=0-9", 0, 9), ("bytes=0-", 0, 99), ("bytes=90-200", 90, 99)),
        *(("bytes=-5", 95, 99), ("bytes=-500", 0, 99), ("bytes=99-99", 99, 99)),
    ],
)
def test_a_range_is_answered_with_just_its_bytes(ask, wanted, first, last):
    response, body = ask(range=wanted)
    assert response.status_code == 206
    assert body == CONTENT[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/100"
    assert response["Content-Length"] == str(len(body))
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Last-Modified"] == MODIFIED


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9-3"])
def test_a_range_without_bytes_is_told_the_size(ask, wanted):
    response, body = ask(range=wanted)
    assert (response.status_code, body) == (416, b"")
    assert response["Content-Range"] == "bytes */100"


@pytest.mark.parametrize(
    "headers",
    [
        *({}, {"range": "bytes=0-1,5-6"}, {"range": "lines=0-1"}, {"range": "bytes=a-b"}),
        *({"range": "bytes=-"}, {"range": f"bytes={'9' * 40}-"}),
        # The reader has a part of another file.
        {"range": "bytes=0-1", "if-range": "Sat, 28 Nov 2026 10:00:01 GMT"},
        {"range": "bytes=0-1", "if-range": 'W/"x"'},
    ],
)
def test_any_other_request_gets_the_whole_file(ask, headers):
    response, body = ask(**headers)
    assert (response.status_code, body) == (200, CONTENT)
    assert response["Accept-Ranges"] == "bytes"


def test_a_part_of_the_same_file_is_continued(ask):
    assert ask(range="bytes=10-", **{"if-range": MODIFIED})[1] == CONTENT[10:]


def test_head_and_answers_that_are_no_file_have_no_ranges(ask):
    assert ask("head", range="bytes=0-1")[0].status_code == 200
    other = HttpResponse("x")
    assert with_ranges(RequestFactory().get("/", headers={"range": "bytes=0-1"}), other) is other
