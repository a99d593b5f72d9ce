"""An HTTP server on loopback with its own threads, which runs inside a `with` block."""

import threading
from http.server import ThreadingHTTPServer


class LoopbackServer(ThreadingHTTPServer):
    """A server at `url`; its handlers end what they do slowly when `stopping` is set."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler, port=0):
        super().__init__(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.stopping = threading.Event()

    def __enter__(self):
        # Look every 0.02 s whether the server must end: a test suite starts and ends many of these.
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.stopping.set()
        self.shutdown()
        self.server_close()
