"""The shipped nginx file, run by Debian's nginx in front of whatever listens to the socket.

In the file only folders, ports and the certificate are replaced.
"""

import os
import re
import socket
import ssl
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256

import httpx

from ..parts import NGINX, NGINX_PURGE, PARTS
from .site import ROOT

HOST = "news.example"
#: What Debian's own nginx.conf says in `http`, around the files that it includes.
MAIN = """
daemon off;
worker_processes 2;
{top}
pid {folder}/nginx.pid;
error_log {folder}/logs/main.log;
events {{ }}
http {{
    sendfile on;
    tcp_nopush on;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log {folder}/logs/access.log;
    gzip on;
    client_body_temp_path {folder}/temporary;
    proxy_temp_path {folder}/temporary;
    fastcgi_temp_path {folder}/temporary;
    uwsgi_temp_path {folder}/temporary;
    scgi_temp_path {folder}/temporary;
    include {folder}/newsroom.conf;
}}
"""


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class ShippedNginx:
    """nginx with a folder of its own. The server behind it listens to `run/web.sock` there.

    It has the file for purging too, `has_purge`, if Debian's module for it is there.
    """

    def __init__(self, folder, *, has_purge=PARTS["nginx_purge"][0]):
        self.folder, self.nginx, self.clients = folder, None, []
        self.has_purge = has_purge
        self.http_port, self.https_port, self.purge_port = free_ports(3)
        self.purge_url = f"http://127.0.0.1:{self.purge_port}"
        self.logs = folder / "logs"
        for name in ("logs", "run", "temporary"):
            (folder / name).mkdir()
        self.certificate = folder / "fullchain.pem"
        self._make_certificate()

    def _make_certificate(self):
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
                *("-keyout", str(self.folder / "privkey.pem"), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )

    @property
    def key_hash(self):
        """The SHA-256 of the certificate's public key, by which a browser may trust it."""
        pem = ["openssl", "x509", "-in", str(self.certificate), "-noout", "-pubkey"]
        key = subprocess.run(pem, check=True, capture_output=True, text=True).stdout
        body = "".join(line for line in key.splitlines() if not line.startswith("-----"))
        return b64encode(sha256(b64decode(body)).digest()).decode()

    def shipped(self) -> str:
        """Return the text of the shipped files."""
        files = ["nginx.conf"] + ["nginx-purge.conf"] * self.has_purge
        return "".join((ROOT / "deploy" / name).read_text() for name in files)

    def start_nginx(self):
        text = self.shipped()
        # Not every machine has IPv6.
        text = re.sub(r"^ *listen \[::\]:.*\n", "", text, flags=re.MULTILINE)
        ours = {
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "listen 80 ": f"listen 127.0.0.1:{self.http_port} ",
            "listen 443 ": f"listen 127.0.0.1:{self.https_port} ",
            f"/etc/letsencrypt/live/{HOST}/": f"{self.folder}/",
            "/run/newsroom/": f"{self.folder}/run/",
            "/run/nginx-newsroom": f"{self.folder}/cache",
            "/var/lib/newsroom": str(self.folder),
            "/var/log/nginx/": f"{self.logs}/",
        }
        if self.has_purge:
            ours["listen 127.0.0.1:8081;"] = f"listen 127.0.0.1:{self.purge_port};"
        for shipped, own in ours.items():
            assert shipped in text
            text = text.replace(shipped, own)
        (self.folder / "newsroom.conf").write_text(text)
        top = ["user root;"] if os.geteuid() == 0 else []
        top += [f"load_module {NGINX_PURGE};"] * self.has_purge
        main = self.folder / "nginx.conf"
        main.write_text(MAIN.format(folder=self.folder, top="\n".join(top)))
        command = [NGINX, "-p", str(self.folder), "-c", str(main), "-e", f"{self.logs}/start.log"]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        self.nginx = subprocess.Popen(command, cwd=self.folder)

    def stop_nginx(self):
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(timeout=300)

    # --- Asking it ---

    def client(self, address="127.0.0.1", **options):
        """Return a client that comes from `address`, any of 127.0.0.0/8, and knows our host."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        client = httpx.Client(
            base_url=f"https://127.0.0.1:{self.https_port}",
            headers={"Host": HOST, **options.pop("headers", {})},
            transport=_ToOurHost(verify=context, local_address=address),
            timeout=300,
            **options,
        )
        self.clients.append(client)
        return client

    def get(self, path, **options):
        with self.client() as client:
            return client.get(path, **options)

    def raw(self, lines, *, host=HOST, body=b"", address="127.0.0.1"):
        """Send a request line and headers as they are, over TLS; return all that is answered."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        with (
            socket.create_connection(
                ("127.0.0.1", self.https_port), timeout=300, source_address=(address, 0)
            ) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer.decode(errors="replace")


class _ToOurHost(httpx.HTTPTransport):
    """Asks the TLS server for our host, whatever address it has."""

    def handle_request(self, request):
        request.extensions = {**request.extensions, "sni_hostname": HOST}
        return super().handle_request(request)
