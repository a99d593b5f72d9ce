"""Calls of other servers with one deadline for all their steps together."""

import socket
import threading
import time
from functools import cache

import httpcore
import httpx


@cache
def ssl_context():
    """Return the context that all calls share: to read the certificates takes some 10 ms."""
    return httpx.create_ssl_context()


class DeadlineTransport(httpx.BaseTransport):
    """An httpx transport with one deadline for each call, and a size limit for its answer.

    Errors of the network are those of httpcore, which have the names that httpx gives them too.
    """

    #: What a call may raise besides httpx's own errors.
    ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)

    def __init__(self, seconds, most_bytes):
        self.seconds, self.most_bytes = seconds, most_bytes

    def handle_request(self, request):
        pool = httpcore.ConnectionPool(
            ssl_context=ssl_context(), network_backend=DeadlineBackend(self.seconds)
        )
        with (
            pool,
            pool.stream(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=request.read(),
            ) as answer,
        ):
            body = b""
            for chunk in answer.iter_stream():
                body += chunk
                if len(body) > self.most_bytes:
                    raise httpx.DecodingError("The answer is too long.", request=request)
        return httpx.Response(answer.status, headers=answer.headers, content=body)


class DeadlineBackend(httpcore.NetworkBackend):
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

    def addresses(self, host, port) -> list[str]:
        """Return the IP addresses of `host` to try. Raises httpcore.ConnectError without any."""
        return _resolved(host, port, self.left(httpcore.ConnectTimeout))

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        addresses = self.addresses(host, port)
        for others, address in zip(reversed(range(len(addresses))), addresses, strict=True):
            # A share for each, so that one that never answers leaves time for the others.
            seconds = self.left(httpcore.ConnectTimeout) / (others + 1)
            try:
                stream = self.backend.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not others:
                    raise
            else:
                return _DeadlineStream(stream, self)


def _resolved(host, port, seconds):
    """Return the IP addresses of `host`; the system's resolver has no deadline of its own."""
    found = []

    def resolve():
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(row[4][0] for row in rows))

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(seconds)
    if not (addresses := list(found)):
        raise httpcore.ConnectError(f"No address of {host} was found.")
    return addresses


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
