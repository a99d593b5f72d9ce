"""A whole site in processes of its own: server, worker, database, and pages read over HTTP."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent


class Installation:
    """A folder and a database of a site's own, and manage.py to set them up and to look at them."""

    def __init__(self, folder, database, **env):
        self.folder, self.database = folder, database
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": database,
            **env,
        }
        self.commands = self._start(
            *("-m", "tests.journeys.commands"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def manage(self, *arguments):
        """Run a command of manage.py and return what it prints."""
        print(json.dumps(arguments), file=self.commands.stdin, flush=True)
        done = json.loads(self.commands.stdout.readline())
        assert done["code"] == 0, done["stderr"]
        return done["stdout"].strip()

    def python(self, code):
        """Run `code` in the site's shell, where all models are at hand."""
        return self.manage("shell", "--verbosity=0", "--command", code)

    def stop(self):
        with self.commands:
            self.commands.stdin.close()

    def _start(self, *arguments, **options):
        with (self.folder / "log.txt").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.env,
                stderr=log,
                process_group=0,
                **options,
            )


class Site(Installation):
    """`make run`, but for the demo, with its own folder and database, pointed at our Akismet."""

    def __init__(self, folder, database, akismet, **env):
        self.akismet = akismet
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = self.worker = None
        self.clients = []
        super().__init__(
            folder,
            database,
            **{
                "SITE_URL": self.url,
                "AKISMET_API_URL": akismet.url,
                "AKISMET_API_KEY": akismet.key,
                "AKISMET_TIMEOUT": "1",
                "ADMINS": "admin@news.example",
                "EMAIL_URL": f"filemail:///{folder / 'mail'}",
                **env,
            },
        )

    def start_server(self):
        self.launch_server()
        wait_until(self._answers)

    def launch_server(self):
        """Start the server, and do not wait until it answers that readers can read."""
        self.server = self._start(
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--blocking-threads", "4", "--log-level", "warning"),
            "newsroom.wsgi:application",
        )

    def _answers(self):
        try:
            return httpx.get(f"{self.url}/health/").status_code == 200
        except httpx.TransportError:
            return False

    def start_worker(self):
        self.worker = self._start("manage.py", "worker", "--sweep", "2")

    def kill_worker(self):
        _kill(self.worker)

    def kill_server(self):
        _kill(self.server)

    def stop(self):
        super().stop()
        for client in self.clients:
            client.close()
        for process in (self.worker, self.server):
            if process and process.poll() is None:
                process.terminate()
                # A server under load takes its time to answer its last requests.
                process.wait(timeout=300)

    @property
    def log(self):
        return (self.folder / "log.txt").read_text()


def _kill(process):
    """End `process` and its children at once, wherever they are (SIGKILL)."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def migrated_database(folder):
    """Yield the address of a database with all migrations and no rows of anybody."""
    with new_database(folder) as database:
        site = Installation(folder, database)
        try:
            site.manage("migrate", "--verbosity=0")
        finally:
            site.stop()
        yield database


@contextmanager
def template_of_sites(folder, migrated=None):
    """Yield the database that each site begins as: migrated, with two people.

    It begins as a copy of `migrated`, if there is one. The static files of all sites are in
    `folder`.
    """
    with new_database(folder, migrated) as database:
        template = Installation(folder, database)
        try:
            template.manage("migrate", "--verbosity=0")
            template.manage("collectstatic", "--no-input", "--verbosity=0")
            template.python(
                "from django.contrib.auth.models import Group, User\n"
                "for name in ('editor', 'moderator'):\n"
                "    user = User.objects.create_user(name, password=name, is_staff=True)\n"
                "    user.groups.add(Group.objects.get(name=name))"
            )
        finally:
            template.stop()
        yield database


@contextmanager
def running_site(folder, template, akismet, kind=Site, **env):
    """Yield a served and working copy of a template; end its processes and its database after.

    `template` is the folder of a template of sites, and its database. `kind` is the class of the
    site.
    """
    with_static, with_rows = template
    with new_database(folder, with_rows) as database:
        static = str(with_static / "static")
        site = kind(folder, database, akismet, STATIC_ROOT=static, **env)
        try:
            site.start_worker()
            site.start_server()
            yield site
        finally:
            site.stop()


@contextmanager
def new_database(folder, template=None):
    """Yield the address of a new database, with a copy of the rows at `template` or without any.

    That is a database beside the tests' own on PostgreSQL, or else a file.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        file = folder / "site.sqlite3"
        if template:
            with closing(sqlite3.connect(template.removeprefix("sqlite:///"))) as rows:
                rows.execute("VACUUM INTO ?", [str(file)])
        yield f"sqlite:///{file}"
        file.unlink()
        return
    name = f"journey_{os.getpid()}_{folder.name.replace('-', '_').lower()}"
    copied = f'TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {copied}')
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def database_locked(site):
    """Keep everybody from writing comments, as a backup or a migration may."""
    url = site.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def wait_until(condition, seconds=600):
    """Wait for `condition` to hold; fail loudly where it never does.

    `seconds` are many, since a machine that does other things as well is no failure of the site.
    """
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, f"{condition} did not come true in {seconds} s"
        time.sleep(0.05)
    return result


def mails_in(folder) -> list[str]:
    """Texts of the mails that were written to `folder` whole.

    Django's file backend makes the file first, and ends each mail with a line of dashes, so a file
    that a test has just found may still be empty.
    """
    texts = [path.read_text() for path in Path(folder).glob("*.log")]
    return [text for text in texts if text.endswith(f"{'-' * 79}\n")]


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
