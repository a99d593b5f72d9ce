"""`make run`, as somebody meets it who has just fetched the project."""

import fcntl
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing

import httpx
import pytest
from django.core.management import CommandError

from newsroom import child_process
from newsroom.management.commands.run import check_port
from tests.newsroom.production import SAFE

from .site import ROOT, wait_until

# How it starts and ends has nothing to do with the database.
pytestmark = pytest.mark.any_database

#: Programs that start the command as a terminal does. Tests that themselves run in the background
#: would hand on that these signals are ignored.
FOREGROUND = """
import os, signal, subprocess, sys
for signum in (signal.SIGINT, signal.SIGHUP):
    signal.signal(signum, signal.SIG_DFL)
"""
DIRECTLY = f"{FOREGROUND}os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
#: A parent such as `make`: it starts the command, and waits for it.
BY_A_PARENT = f"{FOREGROUND}subprocess.run([sys.executable, *sys.argv[1:]])"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Run:
    """The command that `make run` calls, with a folder of its own."""

    def __init__(self, folder, *options, started=DIRECTLY, stdin=subprocess.DEVNULL, **env):
        self.folder, self.started, self.stdin, self.port = folder, started, stdin, free_port()
        self.options = [option.format(port=self.port) for option in options]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {"VAR_DIR": str(folder), "PORT": str(self.port), **env}
        # The newcomer has no PostgreSQL.
        self.env.pop("DATABASE_URL", None)
        self.env.pop("CACHE_URL", None)

    def __enter__(self):
        with self.log.open("w") as log:
            # The lock lives as long as any process, down to the last grandchild, has this output.
            fcntl.flock(log, fcntl.LOCK_EX)
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.started, "manage.py", "run", *self.options],
                cwd=ROOT,
                env=self.env,
                stdin=self.stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self.answers)
        return self

    def answers(self):
        assert self.process.poll() is None, self.output
        try:
            answer = httpx.get(f"{self.url}/health/")
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and "The worker is ready." in self.output

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=300)

    def has_ended(self):
        """Return whether all processes that it started have ended, and the port is free again.

        It fails if the worker did not end by itself: one that is killed never says that it ends.
        """
        with self.log.open() as log:
            try:
                fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        assert "The worker has ended." in self.output, self.output
        return not is_taken(self.port)

    @property
    def log(self):
        return self.folder / "log.txt"

    @property
    def output(self):
        return self.log.read_text()

    def manage(self, *arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def first_run(folder):
    """The first run, in French; it has ended when a test gets it."""
    with Run(folder, LANGUAGE_CODE="fr") as run:
        run.front = httpx.get(f"{run.url}/").text
    return run


def test_the_first_run_says_where_to_go_and_how_to_log_in(first_run):
    assert f"{first_run.url}/\n" in first_run.output
    assert f"{first_run.url}/admin/" in first_run.output
    for name in ("editor", "moderator", "admin"):
        assert re.search(rf"^{name} +\S{{12}}$", first_run.output, re.MULTILINE)


def test_a_port_among_the_options_is_in_the_addresses_that_it_prints_and_links(first_run, folder):
    with Run(folder, "--port={port}", PORT="1") as run:
        feed = httpx.get(f"{run.url}/atom.xml").text
    assert f"{run.url}/admin/" in run.output
    assert f"{run.url}/2" in feed


def test_the_first_run_serves_a_paper_with_a_name_and_stories(first_run):
    assert "Le Courrier de la Lorenne" in first_run.front
    assert first_run.front.count("<article") > 8


def test_ctrl_c_ends_the_server_and_the_worker(first_run):
    assert first_run.process.returncode == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{first_run.url}/health/")
    assert "The worker has ended." in first_run.output


@pytest.mark.parametrize("signum", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_the_server_and_the_worker_end_too(first_run, folder, signum):
    with Run(folder) as run:
        run.process.send_signal(signum)
        run.process.wait(timeout=300)
        wait_until(run.has_ended)


def test_all_ends_when_the_command_above_it_is_killed(first_run, folder):
    with Run(folder, started=BY_A_PARENT) as run:
        run.process.kill()
        wait_until(run.has_ended)


def test_all_ends_when_the_terminal_is_closed_and_nobody_hands_that_on(first_run, folder):
    terminal, end = pty.openpty()
    with Run(folder, stdin=end) as run:
        os.close(end)
        os.close(terminal)
        run.process.wait(timeout=300)
        wait_until(run.has_ended)


def test_a_server_that_is_killed_leaves_no_process_on_the_port():
    port = free_port()
    family = child_process.Family()
    family.start(
        *("granian", "--interface", "wsgi", "--port", str(port), "newsroom.wsgi:application"),
        cwd=ROOT,
    )
    wait_until(lambda: is_taken(port))
    family.children[0].kill()
    wait_until(lambda: not family.all_run())
    assert is_taken(port)
    family.stop()
    wait_until(lambda: not is_taken(port))


def test_a_port_that_is_taken_is_said_in_one_line_before_anything_starts(tmp_path):
    run = Run(tmp_path)
    with closing(socket.create_server(("127.0.0.1", run.port))):
        refused = run.manage("run")
    assert refused.returncode == 1
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"CommandError: Port {run.port} is taken by another program.")


def test_a_second_run_keeps_the_data_and_the_logins(first_run, folder):
    logins = re.findall(r"^editor .*$", first_run.output, re.MULTILINE)
    with Run(folder, LANGUAGE_CODE="fr") as run:
        assert httpx.get(f"{run.url}/").text.count("<article") > 8
    assert re.findall(r"^editor .*$", run.output, re.MULTILINE) == logins


def test_the_demo_refuses_a_site_that_has_articles(first_run):
    refused = first_run.manage("demo")
    assert refused.returncode == 1
    assert "has articles already" in refused.stderr


def test_it_refuses_to_serve_a_production_site(first_run, tmp_path):
    production = {
        **SAFE,
        "LOCAL": "false",
    }
    run = Run(tmp_path, **production)
    refused = run.manage("run")
    assert refused.returncode == 1
    assert "two services" in refused.stderr


def test_a_port_that_no_machine_has_is_refused_in_words():
    with pytest.raises(CommandError, match=r"^Port 99999 is not from 0 to 65535\. Choose another"):
        check_port(99999)
