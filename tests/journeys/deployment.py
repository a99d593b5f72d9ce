"""A production site as deploy/ sets it up: granian by its unit's command, behind the shipped nginx.

In both files only folders, ports and the certificate are replaced.
"""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import httpx

from ..parts import NGINX
from .site import ROOT, Site, wait_until

HOST = "news.example"
PRODUCTION = {
    "LOCAL": "false",
    "SECRET_KEY": "7f-Qx2!mB9vLr@e4Kz8WnT#p6YdUjH1sGcXo5aIqR0tEwVbN-kJh3Zy",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
}
#: What Debian's own nginx.conf says in `http`, around the files that it includes.
MAIN = """
daemon off;
{user}
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


def unit(name) -> dict:
    """Return the values of a systemd unit of ours by name; of several, the last one."""
    return dict(_lines(name))


def _lines(name):
    text = (ROOT / "deploy" / name).read_text().replace("\\\n", " ")
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Deployment(Site):
    """A site behind nginx. Its settings are in a file, and its commands and services read that."""

    def __init__(self, folder, database, akismet, **env):
        self.nginx = None
        self.http_port, self.https_port = free_ports(2)
        super().__init__(folder, database, akismet, **PRODUCTION, **env)
        self.logs = folder / "logs"
        for name in ("logs", "run", "temporary", "media"):
            (folder / name).mkdir()
        (folder / "static").symlink_to(self.env["STATIC_ROOT"])
        self.certificate = folder / "fullchain.pem"
        self._make_certificate()
        self.env_file = folder / "newsroom.env"
        self.write_settings()

    def write_settings(self, **changed):
        ours = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
        values = {name: self.env[name] for name in ours if name in self.env} | changed
        self.env_file.write_text("".join(f'{name}="{value}"\n' for name, value in values.items()))

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

    def start_server(self):
        self.start_granian()
        self.start_nginx()
        wait_until(self.is_up)

    def start_granian(self):
        service = unit("newsroom-web.service")
        before, command = (
            service[name].replace("/run/newsroom/", f"{self.folder}/run/").split()
            for name in ("ExecStartPre", "ExecStart")
        )
        subprocess.run(before, check=True)
        program, *arguments = command
        assert program == "/srv/newsroom/.venv/bin/granian"
        with (self.folder / "log.txt").open("a") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "granian", *arguments],
                cwd=ROOT,
                env=self.service_env,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    @property
    def service_env(self):
        """The environment that systemd gives a service: all settings are in the file."""
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": self.env["DJANGO_SETTINGS_MODULE"],
            "ENV_FILE": str(self.env_file),
        }

    def start_nginx(self):
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        # Not every machine has IPv6.
        text = re.sub(r"^ *listen \[::\]:.*\n", "", text, flags=re.MULTILINE)
        for shipped, ours in {
            "listen 80": f"listen 127.0.0.1:{self.http_port}",
            "listen 443": f"listen 127.0.0.1:{self.https_port}",
            f"/etc/letsencrypt/live/{HOST}/": f"{self.folder}/",
            "/run/newsroom/": f"{self.folder}/run/",
            "/var/lib/newsroom": str(self.folder),
            "/var/log/nginx/": f"{self.logs}/",
        }.items():
            assert shipped in text
            text = text.replace(shipped, ours)
        (self.folder / "newsroom.conf").write_text(text)
        main = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        main.write_text(MAIN.format(folder=self.folder, user=user))
        command = [NGINX, "-p", str(self.folder), "-c", str(main), "-e", f"{self.logs}/start.log"]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        self.nginx = subprocess.Popen(command, cwd=self.folder)

    def is_up(self):
        try:
            return self.get("/health/").status_code == 200
        except httpx.TransportError:
            return False

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

    # --- Its processes ---

    def children(self):
        """Return the ids of granian's processes that answer requests."""
        task = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        return [int(pid) for pid in task.read_text().split()]

    def connections(self):
        """Return the number of requests that granian is at, each in a connection of its own."""
        lines = Path("/proc/net/unix").read_text().splitlines()
        path = f"{self.folder}/run/web.sock"
        # The sixth column is the state; 03 is “connected”.
        return sum(line.endswith(path) and line.split()[5] == "03" for line in lines)

    def reload(self):
        """Do as `systemctl reload` does; return whether none of the commands before was refused."""
        *before, hang_up = [
            command for name, command in _lines("newsroom-web.service") if name == "ExecReload"
        ]
        assert hang_up == "/bin/kill -HUP $MAINPID"
        if not all(self._succeeds(command) for command in before):
            return False
        self.hang_up()
        return True

    def hang_up(self):
        """Do the last part of a reload."""
        self.server.send_signal(signal.SIGHUP)

    def _succeeds(self, command):
        program, *arguments = command.split()
        assert program == "/srv/newsroom/.venv/bin/python"
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.service_env,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def stop_granian(self):
        """Stop granian as `systemctl stop` does: its first process is told to end."""
        assert unit("newsroom-web.service")["KillMode"] == "mixed"
        self.server.terminate()
        self.server.wait(timeout=300)

    def stop(self):
        # nginx first: granian answers the requests in hand before it ends.
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(timeout=300)
        super().stop()


class _ToOurHost(httpx.HTTPTransport):
    """Asks the TLS server for our host, whatever address it has."""

    def handle_request(self, request):
        request.extensions = {**request.extensions, "sni_hostname": HOST}
        return super().handle_request(request)
