"""A mail server on loopback that counts its connections, takes mail, and may be slow."""

import socketserver
import time
from contextlib import contextmanager
from threading import Thread


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        time.sleep(self.server.delay)
        self.wfile.write(b"220 mail\r\n")
        while line := self.rfile.readline():
            if line[:4].upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.messages.append(b"".join(lines).decode())
            self.wfile.write(b"250 taken\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, delay=0):
        super().__init__(("127.0.0.1", 0), _Conversation)
        #: Seconds before the server says its first word.
        self.delay = delay
        self.connections = 0
        self.messages = []

    @property
    def port(self):
        return self.server_address[1]


@contextmanager
def running_mail_server(delay=0):
    with MailServer(delay) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
