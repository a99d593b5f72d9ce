"""The HTTP transport to Akismet, with features that the akismet package does not have.

The package has a fixed API address, no deadline for a whole call and no size limit for an answer,
and it hides the headers. But it accepts an httpx client, so this transport adds all of these.
"""

import time
from functools import cache

import httpcore
import httpx
from django.conf import settings

#: Maximum size of an answer. A real one is a word or a short JSON object.
MOST_BYTES = 64 * 1024


@cache
def _ssl_context():
    """Return the context that all calls share: to read the certificates takes some 10 ms."""
    return httpx.create_ssl_context()


class _Deadline(httpcore.NetworkBackend):
    """Connections with one deadline, `seconds` from now, for all their steps together.

    httpx only has a time-out for each step, so a server that sends its answer or its headers byte
    by byte could block a worker for ever.
    """

    def __init__(self, seconds):
        self.backend = httpcore.SyncBackend()
        self.end = time.monotonic() + seconds

    def left(self, exception) -> float:
        if (left := self.end - time.monotonic()) <= 0:
            raise exception("The answer took too long.")
        return left

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        stream = self.backend.connect_tcp(
            host, port, self.left(httpcore.ConnectTimeout), local_address, socket_options
        )
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream, deadline):
        self.stream, self.deadline = stream, deadline
        self.close, self.get_extra_info = stream.close, stream.get_extra_info

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, self.deadline.left(httpcore.ReadTimeout))

    def write(self, buffer, timeout=None):
        return self.stream.write(buffer, self.deadline.left(httpcore.WriteTimeout))

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        left = self.deadline.left(httpcore.ConnectTimeout)
        return _DeadlineStream(
            self.stream.start_tls(ssl_context, server_hostname, left), self.deadline
        )


class Transport(httpx.BaseTransport):
    """A transport with our API address, one deadline, and a size limit for the answer.

    `headers` has the `x-akismet-…` headers of the last answer.
    """

    def __init__(self):
        self.base = httpx.URL(settings.AKISMET_API_URL)
        self.headers = {}

    def handle_request(self, request):
        self.headers = {}
        url = request.url.copy_with(
            scheme=self.base.scheme, host=self.base.host, port=self.base.port
        )
        request.headers["Host"] = url.netloc.decode()
        pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=_Deadline(settings.AKISMET_TIMEOUT),
        )
        with (
            pool,
            pool.stream(
                request.method, str(url), headers=request.headers.raw, content=request.read()
            ) as answer,
        ):
            body = b""
            for chunk in answer.iter_stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError("The answer is too long.", request=request)
        response = httpx.Response(answer.status, headers=answer.headers, content=body)
        self.headers = {
            name: value for name, value in response.headers.items() if name.startswith("x-akismet-")
        }
        return response
