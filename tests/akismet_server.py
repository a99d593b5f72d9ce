"""A server on loopback that speaks Akismet's protocol, for our tests and for developers.

    python -m tests.akismet_server --port 9000 --mode spam

It answers verify-key, comment-check, submit-ham, submit-spam and usage-limit as the service
documents them (https://akismet.com/developers/detailed-docs/): a request is a form, and most
answers are one plain word. The server can also fail in every way that a service at the other end of
a network can: `ANSWERS` lists these ways.
"""

import argparse
import json
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from urllib.parse import parse_qsl, urlsplit

from .loopback_server import LoopbackServer

THANKS = "Thanks for making the web a better place."
#: A comment by this author is spam. The real service does the same, so that a new site can test.
SPAMMER = "akismet-guaranteed-spam"
#: The required fields of each call. If one is missing, the real service answers "invalid".
REQUIRED = {
    "verify-key": ("key", "blog"),
    **dict.fromkeys(("comment-check", "submit-ham", "submit-spam"), ("api_key", "blog", "user_ip")),
    "usage-limit": ("api_key",),
}


@dataclass(frozen=True)
class Answer:
    """The answer in one mode. The default of each field is the behaviour of the real service."""

    status: int = 200
    verdict: str = "false"
    #: The body of every answer, in place of the word that the call would get.
    word: str | None = None
    times: int = 1
    headers: dict = field(default_factory=dict)
    waits: bool = False
    #: The part of the answer that is sent a byte at a time: "head", "body" or none.
    drips: str = ""
    resets: bool = False


#: The modes, by name.
ANSWERS = {
    "ham": Answer(),
    "spam": Answer(verdict="true"),
    "discard": Answer(verdict="true", headers={"X-akismet-pro-tip": "discard"}),
    "recheck_after": Answer(headers={"X-akismet-recheck-after": "60"}),
    "alert": Answer(
        headers={"X-akismet-alert-code": "10502", "X-akismet-alert-msg": "Over the usage limit"}
    ),
    "error_header": Answer(headers={"X-akismet-error": "internal-error"}),
    "invalid_key": Answer(word="invalid"),
    "redirect": Answer(302, word="", headers={"Location": "https://elsewhere.example/"}),
    "too_many": Answer(429, word="Too many requests"),
    "server_error": Answer(500, word="Internal server error"),
    "unavailable": Answer(503, word="Service unavailable"),
    "slow": Answer(waits=True),
    "dripping": Answer(drips="body"),
    "dripping_headers": Answer(drips="head"),
    "reset": Answer(resets=True),
    "empty": Answer(word=""),
    "newline": Answer(word="false\n"),
    "html": Answer(word="<html><body>Welcome to the hotel's network</body></html>"),
    "huge": Answer(word="false" * 20_000, times=100),
}


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    endpoint: str
    fields: dict
    headers: dict = field(repr=False)


class AkismetServer(LoopbackServer):
    """A server that knows the API key `key`. It runs inside a `with` block."""

    def __init__(self, key="0123456789ab", port=0, mode="ham"):
        super().__init__(_Handler, port)
        self.key, self.requests = key, []
        self.numbers = count(1)
        self.set_mode(mode)

    def set_mode(self, mode, *, seconds=5):
        """Answer in `mode` from now on; `seconds` is how long the slow ones take in all."""
        assert mode in ANSWERS, f"{mode} is none of {', '.join(ANSWERS)}"
        self.mode, self.seconds = mode, seconds

    @property
    def checks(self) -> list[Received]:
        return [r for r in list(self.requests) if r.endpoint == "comment-check"]

    @property
    def reports(self) -> list[Received]:
        return [r for r in list(self.requests) if r.endpoint.startswith("submit-")]

    def wait_for(self, number, seconds=120):
        """Wait until `number` requests have come."""
        end = time.monotonic() + seconds
        while len(self.requests) < number:
            assert time.monotonic() < end, f"{len(self.requests)} of {number} requests came"
            time.sleep(0.01)

    def word_for(self, received, verdict) -> tuple[str, str]:
        """Return the service's word for a request, and the help text that goes with "invalid"."""
        required = REQUIRED[received.endpoint]
        for name in required:
            if not received.fields.get(name):
                return "invalid", f'Empty "{name}" value'
        if received.fields[required[0]] != self.key:
            return "invalid", "We were unable to find your key"
        if received.endpoint == "verify-key":
            return "valid", ""
        if received.endpoint == "usage-limit":
            limits = {"limit": "none", "usage": len(self.checks), "percentage": "0"}
            return json.dumps({**limits, "throttled": False}), ""
        if received.endpoint.startswith("submit-"):
            return THANKS, ""
        return "true" if received.fields.get("comment_author") == SPAMMER else verdict, ""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        received = Received(
            endpoint=url.path.rpartition("/")[2],
            fields=dict(parse_qsl(body or url.query, keep_blank_values=True)),
            headers=dict(self.headers),
        )
        answer, seconds = ANSWERS[self.server.mode], self.server.seconds
        self.server.requests.append(received)
        self.close_connection = True
        # The client may close the connection before the end. Some modes are there to cause that.
        with suppress(OSError):
            if received.endpoint not in REQUIRED:
                self.send_error(404)
            elif answer.resets:
                self._reset()
            else:
                self._answer(received, answer, seconds)

    do_GET = do_POST

    def _answer(self, received, answer, seconds):
        word, help_text = self.server.word_for(received, answer.verdict)
        if answer.word is not None:
            word = answer.word
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": len(word) * answer.times,
            "Connection": "close",
            "X-akismet-guid": f"{next(self.server.numbers):032x}",
            **({"X-akismet-debug-help": help_text} if help_text else {}),
            **answer.headers,
        }
        if answer.waits:
            self.server.stopping.wait(seconds)
        lines = [f"HTTP/1.1 {answer.status} Answer", *(f"{k}: {v}" for k, v in headers.items())]
        self._send("\r\n".join(lines) + "\r\n\r\n", seconds if answer.drips == "head" else 0)
        for _ in range(answer.times):
            self._send(word, seconds if answer.drips == "body" else 0)

    def _send(self, text, seconds):
        """Send `text` at once if `seconds` is 0, or else byte by byte over that time."""
        for piece in text if seconds else [text]:
            self.wfile.write(piece.encode())
            if seconds and self.server.stopping.wait(seconds / len(text)):
                return

    def _reset(self):
        """Close the connection with RST in place of FIN, by a linger time of zero."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def log_message(self, format, *args):
        pass


def main():
    parser = argparse.ArgumentParser(description="Akismet's protocol on loopback.")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--key", default="0123456789ab")
    parser.add_argument("--mode", choices=ANSWERS, default="ham")
    options = parser.parse_args()
    with AkismetServer(options.key, options.port, options.mode) as server:
        print(f"AKISMET_API_URL={server.url} AKISMET_API_KEY={server.key}", flush=True)  # noqa: T201
        for number in count():
            server.wait_for(number + 1, seconds=10**9)
            print(server.requests[number], flush=True)  # noqa: T201


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
