"""Settings of a production site: values that stop the start, and values that make it secure."""

import json
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .production import SAFE

pytestmark = [pytest.mark.slow, pytest.mark.any_database]

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def manage(tmp_path):
    """Return a function that runs manage.py in a process of its own.

    The environment of the process is `env`, the PATH, and a scratch folder in place of `var/`.
    """

    def run(*arguments, **env):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "VAR_DIR": str(tmp_path),
                "ENV_FILE": os.devnull,
                **env,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


def settings_of(manage, *names, **env):
    code = (
        "import json; from django.conf import settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {names!r}}}, default=str))"
    )
    done = manage("shell", "--no-imports", "--command", code, **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_production_site_passes_every_check_for_deployment(manage):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_production_site_refuses_to_start_without_it_and_names_it(manage, name, value):
    env = {**SAFE, name: value}
    done = manage("check", **{key: value for key, value in env.items() if value is not None})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name} is not set." in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("SITE_URL", "http://news.example"), ("SITE_URL", "news.example"), ("ALLOWED_HOSTS", "*")],
)
def test_a_production_site_refuses_to_start_on_an_unsafe_value_and_names_it(manage, name, value):
    done = manage("check", **{**SAFE, name: value})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name} is {value}" in done.stderr


def test_the_words_stand_alone_and_list_every_setting(manage):
    done = manage("migrate", **{**SAFE, "SECRET_KEY": "short", "TRUSTED_PROXY_COUNT": "-1"})
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "ImproperlyConfigured:",
        "TRUSTED_PROXY_COUNT",
    ]


def test_the_server_ends_with_the_same_words(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import newsroom.wsgi"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "ENV_FILE": os.devnull,
            **SAFE,
            "SECRET_KEY": "short",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("ImproperlyConfigured: SECRET_KEY is shorter than 50 characters.")


def test_the_server_logs_what_a_production_site_lacks(manage):
    env = {**SAFE, "ADMINS": ""}
    started = manage("shell", "--no-imports", "--command", "import newsroom.wsgi", **env)
    assert "WARNING newsroom: ADMINS is not set" in started.stderr


def test_cookies_and_connections_are_secure_in_production(manage):
    found = settings_of(
        manage,
        *("DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
        *("CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT"),
        *("SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "DEFAULT_FROM_EMAIL"),
        **SAFE,
    )
    assert found == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "DEFAULT_FROM_EMAIL": "newsroom@news.example",
    }


def test_without_a_proxy_nobody_is_believed_to_have_come_over_https(manage):
    env = {**SAFE, "TRUSTED_PROXY_COUNT": "0"}
    found = settings_of(manage, "SECURE_PROXY_SSL_HEADER", **env)
    assert found == {"SECURE_PROXY_SSL_HEADER": None}


def test_pictures_on_another_host_are_allowed_by_its_origin_alone(manage):
    env = {**SAFE, "MEDIA_URL": "https://media.news.example/files/"}
    found = settings_of(manage, "SECURE_CSP", "ADMIN_CSP", **env)
    for policy in found.values():
        assert policy["img-src"][-1] == "https://media.news.example"
        assert policy["media-src"][-1] == "https://media.news.example"
        assert "https://media.news.example" not in policy["script-src"]


def test_a_local_site_is_for_this_machine_and_makes_its_own_key_once(manage, tmp_path):
    names = ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "SESSION_COOKIE_SECURE", "DEBUG")
    first = settings_of(manage, *names, LOCAL="true", PORT="8123")
    assert first["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert first["SITE_URL"] == "http://127.0.0.1:8123"
    assert (first["SESSION_COOKIE_SECURE"], first["DEBUG"]) == (False, False)
    assert len(first["SECRET_KEY"]) >= 50
    assert settings_of(manage, "SECRET_KEY", LOCAL="true")["SECRET_KEY"] == first["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_command_on_a_local_site_is_told_the_word_to_add(manage):
    assert "make run" in manage("check").stderr.splitlines()[-1]
    manage("check", LOCAL="true")
    refused = manage("check")
    assert refused.returncode == 1
    words, _, command = refused.stderr.splitlines()[-1].partition("made here: ")
    assert words == "For the site that `make run` "
    assert command == f"LOCAL=true {shlex.join([sys.executable, 'manage.py', 'check'])}"
    assert manage("check", LOCAL="true").returncode == 0
