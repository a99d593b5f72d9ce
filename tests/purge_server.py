"""A server on loopback that speaks the purge APIs of Fastly and Cloudflare, for our tests.

Each call is checked as the services document it: path, token, form of the body and number of keys.
The server can also fail as they do, and as a network can: see `FAILURES`.
"""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from .loopback_server import LoopbackServer

TOKEN = "t0ken-0123456789"
SERVICE, ZONE = "SU1Z0isxPaozGVKXdv0eY", "023e105f4ecef8ad9ca31a8372d0c353"
FASTLY, CLOUDFLARE = f"/service/{SERVICE}/purge", f"/client/v4/zones/{ZONE}/purge_cache"
#: The most keys in one call.
LIMITS = {FASTLY: 256, CLOUDFLARE: 100}


@dataclass(frozen=True)
class Failure:
    status: int
    body: object = ""
    headers: dict = field(default_factory=dict)
    #: Whether a byte comes now and then, for longer than anyone waits.
    drips: bool = False


def _cloudflare(code, message):
    errors = [{"code": code, "message": message}]
    return {"success": False, "errors": errors, "messages": [], "result": None}


FAILURES = {
    "unknown_token": Failure(401, {"msg": "Provided credentials are missing or invalid"}),
    "echo": Failure(400, {"msg": "Bad request", "detail": f"{TOKEN}\n\x1b[31m{'é' * 500}"}),
    "forbidden": Failure(403, _cloudflare(10000, "Authentication error")),
    "refused_with_200": Failure(200, _cloudflare(1135, "Exceeded the rate limit")),
    "odd_errors": Failure(400, {"success": False, "errors": ["?", {"code": 1}], "msg": 7}),
    "portal": Failure(200, "<html>Welcome to the hotel's network</html>"),
    "null": Failure(200, None),
    "redirect": Failure(307, "", {"Location": "/elsewhere"}),
    "too_many": Failure(429, "Slow down", {"Retry-After": "60"}),
    "unavailable": Failure(503, "<html>Bad gateway</html>"),
    "huge": Failure(200, {"msg": "x" * 200_000}),
    "dripping": Failure(200, "{}", drips=True),
}


class PurgeServer(LoopbackServer):
    """A server that runs inside a `with` block.

    `calls` are the keys of each call that succeeded, and `paths` all that was asked for.
    """

    def __init__(self):
        super().__init__(_Handler)
        self.calls, self.paths, self.failure = [], [], None

    def fail(self, name):
        self.failure = FAILURES[name]

    def answer(self, path, headers, body):
        """Return the status and the JSON of the answer to a POST."""
        if path == FASTLY:
            if headers["Fastly-Key"] != TOKEN:
                return 401, FAILURES["unknown_token"].body
            keys = body.get("surrogate_keys")
        elif path == CLOUDFLARE:
            if headers["Authorization"] != f"Bearer {TOKEN}":
                return 403, _cloudflare(10000, "Authentication error")
            keys = body.get("tags")
        else:
            return 404, {"msg": "Record not found"}
        if not keys or len(keys) > LIMITS[path] or not all(isinstance(key, str) for key in keys):
            return 400, _cloudflare(1016, "Bad keys") | {"msg": "Bad keys"}
        self.calls.append(keys)
        if path == FASTLY:
            return 200, {key: f"108-1391560174-{number}" for number, key in enumerate(keys)}
        return 200, {"success": True, "errors": [], "messages": [], "result": {"id": ZONE}}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        server.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        failure = server.failure or Failure(*server.answer(self.path, self.headers, body))
        text = failure.body if isinstance(failure.body, str) else json.dumps(failure.body)
        self.send_response(failure.status)
        for name, value in failure.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text) + 1000 * failure.drips))
        self.end_headers()
        try:
            self.wfile.write(text.encode())
            while failure.drips and not server.stopping.wait(0.02):
                self.wfile.write(b" ")
        except OSError:
            # The client has read enough.
            self.close_connection = True

    def log_message(self, format, *args):
        pass
