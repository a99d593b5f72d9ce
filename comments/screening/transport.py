"""The HTTP transport to Akismet, with features that the akismet package does not have.

The package has a fixed API address, no deadline for a whole call and no size limit for an answer,
and it hides the headers. But it accepts an httpx client, so this transport adds all of these.
"""

import httpx
from django.conf import settings

from common.deadlines import DeadlineTransport

#: Maximum size of an answer. A real one is a word or a short JSON object.
MOST_BYTES = 64 * 1024


class Transport(DeadlineTransport):
    """A transport with our API address, one deadline, and a size limit for the answer.

    `headers` has the `x-akismet-…` headers of the last answer.
    """

    def __init__(self):
        super().__init__(settings.AKISMET_TIMEOUT, MOST_BYTES)
        self.base = httpx.URL(settings.AKISMET_API_URL)
        self.headers = {}

    def handle_request(self, request):
        self.headers = {}
        request.url = request.url.copy_with(
            scheme=self.base.scheme, host=self.base.host, port=self.base.port
        )
        request.headers["Host"] = request.url.netloc.decode()
        response = super().handle_request(request)
        self.headers = {
            name: value for name, value in response.headers.items() if name.startswith("x-akismet-")
        }
        return response
