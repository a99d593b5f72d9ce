"""A whole site in processes of its own: server, worker, database, and pages read over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent


class Site:
    """`make run`, but for the demo, with its own folder and database, pointed at our Akismet."""

    def __init__(self, folder, akismet, **env):
        self.folder, self.akismet = folder, akismet
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "VAR_DIR": str(folder),
            "SITE_URL": self.url,
            "AKISMET_API_URL": akismet.url,
            "AKISMET_API_KEY": akismet.key,
            "AKISMET_TIMEOUT": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "ADMINS": "admin@news.example",
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            **env,
        }
        self.server = self.worker = None
        self.clients = []

    def manage(self, *arguments):
        """Run a command of manage.py and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def python(self, code):
        """Run `code` in the site's shell, where all models are at hand."""
        return self.manage("shell", "--verbosity=0", "--command", code)

    def start_server(self):
        self.server = self._start(
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--blocking-threads", "4", "--log-level", "warning"),
            "newsroom.wsgi:application",
        )
        wait_until(self._answers)

    def _answers(self):
        try:
            return httpx.get(f"{self.url}/health/").status_code == 200
        except httpx.TransportError:
            return False

    def start_worker(self):
        self.worker = self._start("manage.py", "worker", "--sweep", "0.3")

    def kill_worker(self):
        _kill(self.worker)

    def kill_server(self):
        _kill(self.server)

    def _start(self, *arguments):
        with (self.folder / "log.txt").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.env, stderr=log, process_group=0
            )

    def stop(self):
        for client in self.clients:
            client.close()
        for process in (self.worker, self.server):
            if process and process.poll() is None:
                process.terminate()
                process.wait(timeout=20)

    @property
    def log(self):
        return (self.folder / "log.txt").read_text()


def _kill(process):
    """End `process` and its children at once, wherever they are (SIGKILL)."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running_site(folder, akismet, **env):
    """Yield a migrated, served and working site; end its processes and its database after."""
    with _database(folder) as database:
        site = Site(folder, akismet, **database, **env)
        try:
            site.manage("migrate", "--verbosity=0")
            site.manage("collectstatic", "--no-input", "--verbosity=0")
            for name in ("editor", "moderator"):
                site.python(
                    "from django.contrib.auth.models import Group, User;"
                    f"u = User.objects.create_user({name!r}, password={name!r}, is_staff=True);"
                    f"u.groups.add(Group.objects.get(name={name!r}))"
                )
            site.start_server()
            site.start_worker()
            yield site
        finally:
            site.stop()


@contextmanager
def _database(folder):
    """Yield where the site keeps its rows: beside the tests' PostgreSQL database, or SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = f"journey_{os.getpid()}_{folder.name.replace('-', '_').lower()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def wait_until(condition, seconds=30):
    """Wait for `condition` to hold; fail loudly where it never does."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, f"{condition} did not come true in {seconds} s"
        time.sleep(0.1)
    return result


class Person:
    """Somebody with a browser without JavaScript: follows links and sends forms as they are."""

    def __init__(self, site, **headers):
        self.client = httpx.Client(base_url=site.url, headers=headers, follow_redirects=True)
        site.clients.append(self.client)

    def get(self, path):
        self.page = self.client.get(path)
        return self.page

    def send(self, form_id, button=None, **typed):
        """Send the form `form_id` of the page in view, with `typed` in place of its values."""
        form = forms_of(self.page.text)[form_id]
        data = {**form["values"], **typed}
        if button:
            name, value = button
            data[name] = value
        url = self.page.url.join(form["action"])
        self.page = self.client.post(url, data=data, headers={"Origin": _origin(self.page.url)})
        return self.page

    def log_in(self, name):
        self.get("/admin/")
        return self.send("login-form", username=name, password=name)


def _origin(url):
    return f"{url.scheme}://{url.netloc.decode()}"


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form, self.area, self.select = {}, None, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = {"action": attrs.get("action") or "", "values": {}}
            self.forms[attrs.get("id", "")] = self.form
        elif self.form is None or "disabled" in attrs:
            return
        elif tag == "input" and attrs.get("name"):
            self._input(attrs)
        elif tag == "textarea":
            self.area = attrs["name"]
            self.form["values"][self.area] = ""
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and "selected" in attrs:
            self.form["values"][self.select] = attrs.get("value", "")

    def _input(self, attrs):
        kind = attrs.get("type", "text")
        if kind in ("submit", "button", "file", "image"):
            return
        if kind in ("checkbox", "radio") and "checked" not in attrs:
            return
        self.form["values"][attrs["name"]] = attrs.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data):
        if self.form and self.area:
            self.form["values"][self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def forms_of(html):
    """Return the forms of a page by id, each with its action and the values it would send."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms
