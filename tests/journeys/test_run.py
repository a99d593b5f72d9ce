"""`make run`, as somebody meets it who has just fetched the project."""

import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from .site import ROOT, wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """The command that `make run` calls, with a folder of its own."""

    def __init__(self, folder, **env):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {"VAR_DIR": str(folder), "PORT": str(self.port), **env}
        # The newcomer has no PostgreSQL.
        self.env.pop("DATABASE_URL", None)
        self.env.pop("CACHE_URL", None)

    def __enter__(self):
        self.log = (self.folder / "log.txt").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
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
        self.process.wait(timeout=30)
        self.log.close()

    @property
    def output(self):
        return (self.folder / "log.txt").read_text()

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


def test_the_first_run_serves_a_paper_with_a_name_and_stories(first_run):
    assert "Le Courrier de la Lorenne" in first_run.front
    assert first_run.front.count("<article") > 8


def test_ctrl_c_ends_the_server_and_the_worker(first_run):
    assert first_run.process.returncode == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{first_run.url}/health/")
    assert "The worker has ended." in first_run.output


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
        "LOCAL": "false",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "news.example",
        "SITE_URL": "https://news.example",
    }
    run = Run(tmp_path, **production)
    refused = run.manage("run")
    assert refused.returncode == 1
    assert "two services" in refused.stderr
