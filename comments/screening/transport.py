"""The wire to Akismet: what the akismet package's HTTP client lacks.

The package fixes the API's address, has no deadline for a whole call and no bound for an answer,
and hides the headers. It takes an httpx client, though, so all of that is this transport's.
"""

import time

import httpcore
import httpx
from django.conf import settings

#: An answer is a word; whatever is longer is no answer.
MOST_BYTES = 64 * 1024


class _Deadline(httpcore.NetworkBackend):
    """Connections whose every step counts against one moment in time.

    httpx has a time-out for each step only, so a server that drips its answer byte by byte, or
    its headers, could keep a worker for ever.
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
    """Our address, one deadline, a bound; `headers` has the last answer's `x-akismet-…` ones."""

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
            ssl_context=httpx.create_ssl_context(),
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
