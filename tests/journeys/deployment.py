"""A production site as deploy/ sets it up: granian by its unit's command, behind the shipped nginx.

In the unit, as in nginx's file, only folders are replaced.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from .nginx import HOST, ShippedNginx
from .site import ROOT, Site, wait_until

PRODUCTION = {
    "LOCAL": "false",
    "SECRET_KEY": "7f-Qx2!mB9vLr@e4Kz8WnT#p6YdUjH1sGcXo5aIqR0tEwVbN-kJh3Zy",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
}


def unit(name) -> dict:
    """Return the values of a systemd unit of ours by name; of several, the last one."""
    return dict(_lines(name))


def _lines(name):
    text = (ROOT / "deploy" / name).read_text().replace("\\\n", " ")
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


class Deployment(ShippedNginx, Site):
    """A site behind nginx. Its settings are in a file, and its commands and services read that."""

    def __init__(self, folder, database, akismet, **env):
        ShippedNginx.__init__(self, folder)
        if self.has_purge:
            env["PURGE_NGINX_URLS"] = self.purge_url
        Site.__init__(self, folder, database, akismet, **PRODUCTION, **env)
        (folder / "media").mkdir()
        (folder / "static").symlink_to(self.env["STATIC_ROOT"])
        self.env_file = folder / "newsroom.env"
        self.write_settings()

    def write_settings(self, **changed):
        ours = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
        values = {name: self.env[name] for name in ours if name in self.env} | changed
        self.env_file.write_text("".join(f'{name}="{value}"\n' for name, value in values.items()))

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

    def is_up(self):
        try:
            return self.get("/health/").status_code == 200
        except httpx.TransportError:
            return False

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
        self.stop_nginx()
        super().stop()
