"""The HTTP transport to Akismet, with features that the akismet package does not have.

The package has a fixed API address, no deadline for a whole call and no size limit for an answer,
and it hides the headers. But it accepts an httpx client, so this transport adds all of these.
"""

import httpcore
import httpx
from django.conf import settings

from common.deadlines import DeadlineBackend, ssl_context

#: Maximum size of an answer. A real one is a word or a short JSON object.
MOST_BYTES = 64 * 1024


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
            ssl_context=ssl_context(),
            network_backend=DeadlineBackend(settings.AKISMET_TIMEOUT),
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
