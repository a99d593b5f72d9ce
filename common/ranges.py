"""Parts of files: the answer to a request for a range of bytes (RFC 9110, section 14).

Safari plays no sound of a server that cannot do this, and no player can move in it.
"""

import re
from collections.abc import Iterator

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

_CHUNK = 64 * 1024
#: One range. Several in one request are answered by the whole file, which section 14.2 allows.
_RANGE = re.compile(r"bytes\s*=\s*(?:([0-9]{1,18})\s*-\s*([0-9]{1,18})?|-\s*([0-9]{1,18}))\s*")
#: Headers of the whole file that its part has too.
_KEPT = (
    *("Content-Type", "Content-Disposition", "Content-Security-Policy"),
    *("Last-Modified", "ETag", "Cache-Control"),
)


def with_ranges(request, response):
    """Return `response`, or the part of its file for which the request asks.

    `response` is a FileResponse with its length; any other answer, such as 304, is passed on.
    """
    if not isinstance(response, FileResponse) or response.status_code != 200:
        return response
    response.headers["Accept-Ranges"] = "bytes"
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or not wanted or not _is_unchanged(request, response):
        return response
    size = int(response.headers["Content-Length"])
    first, end = _bounds(*wanted.groups(), size)
    if first >= end:
        response.close()
        told = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        return HttpResponse(status=416, headers=told)
    part = StreamingHttpResponse(
        _Part(response, first, end - first),
        status=206,
        headers={name: response.headers[name] for name in _KEPT if name in response.headers},
    )
    part.headers["Accept-Ranges"] = "bytes"
    part.headers["Content-Length"] = end - first
    part.headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return part


def _bounds(first, last, suffix, size):
    """Return the first byte and the one behind the last; they are the same if there is none."""
    if suffix is not None:
        return max(0, size - int(suffix)), size
    end = size if last is None else min(int(last) + 1, size)
    return min(int(first), size), end


def _is_unchanged(request, response):
    """Say whether the reader has parts of this very file, or of none (section 13.1.5)."""
    known = request.headers.get("If-Range")
    return known is None or known in (
        response.headers.get("Last-Modified"),
        response.headers.get("ETag"),
    )


class _Part:
    """The bytes of a part of the file of a response; to close it closes that response."""

    def __init__(self, response, first, length):
        self.response, self.first, self.length = response, first, length

    def __iter__(self) -> Iterator[bytes]:
        file, left = self.response.file_to_stream, self.length
        file.seek(self.first)
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self):
        self.response.close()
