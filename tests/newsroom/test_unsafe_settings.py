"""The table of unsafe settings: each value that a site must not start with, and each warning.

Each test runs `newsroom/settings.py` in this process, with an environment of its own.
"""

import logging
import os
import re
import runpy
import secrets
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from newsroom import unsafe_settings
from newsroom.setting_problems import values
from tests.structure import ROOT

from .production import SAFE

SETTINGS = (ROOT / "newsroom" / "settings.py").read_text()
NAMES = {
    *re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE),
    *re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS),
}
LOCAL = {"LOCAL": "true"}
LONG = "7f-Qx2!mB9vLr@e4Kz8WnT#p6YdUjH1sGcXo5aIqR0tEwVbN"


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Return a function that reads the settings of a site with the environment `env`."""

    def start(env=SAFE, **changes):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        base = {"ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path)}
        for name, value in (base | env | changes).items():
            monkeypatch.setenv(name, value)
        return SimpleNamespace(**runpy.run_path(str(ROOT / "newsroom" / "settings.py")))

    return start


@pytest.fixture
def refusal(start):
    """Return a function that returns the lines with which a site refuses to start."""

    def refusal(env=SAFE, **changes):
        with pytest.raises(ImproperlyConfigured) as caught:
            start(env, **changes)
        return str(caught.value).splitlines()

    return refusal


def warnings(settings):
    found = unsafe_settings.unsafe(unsafe_settings.WARNED, settings, local=False)
    return [sentence for row, sentence in found]


def test_a_safe_site_starts_and_is_warned_of_nothing(start):
    assert warnings(start()) == []


UNSAFE = [
    *("SECRET_KEY=short", f"SECRET_KEY={LONG[:49]}", f"SECRET_KEY={'x' * 60}"),
    *("SECRET_KEY=" + "abcd" * 20, f"SECRET_KEY=django-insecure-{LONG}"),
    *("SECRET_KEY=" + "changeme" * 8, f"SECRET_KEY=Change-Me-{LONG}", f"SECRET_KEY={LONG}secret"),
    *("SECRET_KEY=" + "correct horse battery " * 3, "SECRET_KEY=" + "1234567890" * 6),
    "SECRET_KEY=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "SECRET_KEY=09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    *("ALLOWED_HOSTS=*", "ALLOWED_HOSTS=news.example,*", "ALLOWED_HOSTS=*.news.example"),
    *("ALLOWED_HOSTS=.com", "ALLOWED_HOSTS=.co.uk", "ALLOWED_HOSTS=.gouv.fr", "ALLOWED_HOSTS=."),
    *("ALLOWED_HOSTS=news.example,.github.io", "ALLOWED_HOSTS=.0.1", "ALLOWED_HOSTS=..example"),
    *("ALLOWED_HOSTS=https://news.example", "ALLOWED_HOSTS=news.example:443", "ALLOWED_HOSTS=,"),
    *("ALLOWED_HOSTS=journal-été.example", 'ALLOWED_HOSTS="news.example"', "ALLOWED_HOSTS=::1"),
    *("SITE_URL=http://news.example", "SITE_URL=news.example", "SITE_URL=//news.example"),
    *("SITE_URL=https://news.example/blog", "SITE_URL=https://news.example?a=b"),
    *("SITE_URL=https://news.example#top", "SITE_URL=https://me:password@news.example"),
    *("SITE_URL=https://", "SITE_URL=https://[::1", "SITE_URL=https://news.example:port"),
    *("SITE_URL=https://news.example:0", "SITE_URL=https://news.example\\@other.example"),
    *("SITE_URL=https://other.example", "SITE_URL=https://news.example.other.example"),
    *("TRUSTED_PROXY_COUNT=-1", "TRUSTED_PROXY_COUNT=one", "TRUSTED_PROXY_COUNT=1000"),
    *("CSRF_TRUSTED_ORIGINS=https://*", "CSRF_TRUSTED_ORIGINS=http://amp.news.example"),
    *("CSRF_TRUSTED_ORIGINS=https://*.com", "CSRF_TRUSTED_ORIGINS=https://*.co.uk"),
    *("CSRF_TRUSTED_ORIGINS=*", "CSRF_TRUSTED_ORIGINS=amp.news.example"),
    *("CSRF_TRUSTED_ORIGINS=https://amp.news.example/x", "CSRF_TRUSTED_ORIGINS=https://a*.b.fr"),
    *("AKISMET_API_URL=http://rest.akismet.com", "AKISMET_API_URL=rest.akismet.com"),
    *("AKISMET_API_URL=http://127.0.0.1.nip.example", "AKISMET_API_URL=ftp://127.0.0.1"),
    "AKISMET_API_URL=HTTP://rest.akismet.com",
    *("PURGE_NGINX_URLS=127.0.0.1:8081", "PURGE_NGINX_URLS=http://127.0.0.1:8081/purge"),
    *("PURGE_VARNISH_URLS=http://10.0.0.7,ftp://10.0.0.8", "PURGE_VARNISH_URLS=http://10.0.0.7?a"),
    *("PURGE_VARNISH_URLS=http://me:word@10.0.0.7", "PURGE_VARNISH_URLS=http://10.0.0.7:99999"),
    *("FASTLY_SERVICE_ID=SU1Z0isxPaozGVKXdv0eY", "FASTLY_SERVICE_ID=../purge_all"),
    *("FASTLY_API_TOKEN=0123456789", "FASTLY_API_URL=http://api.fastly.com", "FASTLY_API_URL=//a"),
    *("FASTLY_API_URL=https://me:word@api.fastly.com", "FASTLY_API_URL=https://api.fastly.com?a=b"),
    *("CLOUDFLARE_ZONE_ID=023e105f4ecef8ad9ca31a8372d0c353", "CLOUDFLARE_ZONE_ID=a-b"),
    *("CLOUDFLARE_API_TOKEN=0123456789", "CLOUDFLARE_API_URL=http://10.0.0.7/client/v4"),
    *("CLOUDFLARE_API_URL=https://api.cloudflare.com/client/v4#x", "CLOUDFLARE_API_URL=api/v4"),
    *("AKISMET_TIMEOUT=0", "AKISMET_TIMEOUT=-5", "AKISMET_TIMEOUT=nan", "AKISMET_TIMEOUT=10s"),
    *("MEDIA_URL=http://media.example/", "MEDIA_URL=//media.example/", "MEDIA_URL=/media"),
    *("MEDIA_URL=/", "MEDIA_URL=https://media.example/; script-src *", "MEDIA_URL=https://[/"),
    *("EMAIL_URL=mail.example", "EMAIL_URL=smtp://", "EMAIL_URL=smtp://mail.example:port"),
    *("EMAIL_URL=pigeon://mail.example", "DEFAULT_FROM_EMAIL=newsroom", "ADMINS=admin"),
    *(
        "DATABASE_URL=newsroom",
        "DATABASE_URL=postgres://host:port/name",
        "DATABASE_URL=postgres://h",
    ),
    *(
        "DATABASE_URL=mysql://host/name",
        "DATABASE_URL=sqlite://db.sqlite3",
        "DATABASE_URL=sqlite://",
    ),
    *("CACHE_URL=127.0.0.1", "CACHE_URL=memcache://127.0.0.1", "CACHE_URL=redis://[::1"),
    *("LANGUAGE_CODE=de", "LANGUAGE_CODE=french", "TIME_ZONE=Paris", "TIME_ZONE=../../etc/passwd"),
    *("SECURE_HSTS_SECONDS=-1", "SECURE_SSL_REDIRECT=ture", "COMMENTS_KEEP_ADDRESS=nope"),
    *("COMMENTS_FLOOD_ACTION=drop", "COMMENTS_FLOOD_LIMIT=0", "COMMENTS_RATE_LIMIT=0"),
    *("COMMENTS_RATE_PERIOD=0", "COMMENTS_RATE_PERIOD=99999999999999999999", "PORT=80000"),
    *("COMMENTS_TRACE_DAYS=-1", "COMMENTS_SPAM_DAYS=0", "COMMENTS_CLOSE_AFTER_DAYS=-1"),
    *("COMMENTS_EDIT_MINUTES=five", "SITE_NAME=News\nroom", "AKISMET_API_KEY=0123\x1b456789"),
    "ENV_FILE=/nowhere/newsroom.env",
]


@pytest.mark.parametrize("line", UNSAFE)
def test_a_production_site_refuses_it_in_one_line_that_names_the_variable(refusal, line):
    name, _, value = line.partition("=")
    (line,) = refusal(**{name: value})
    assert line.startswith(f"{name} ")


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"])
@pytest.mark.parametrize("value", ["", "  ", " \t"])
def test_a_blank_value_is_as_good_as_none(refusal, name, value):
    assert refusal(**{name: value})[0].startswith(f"{name} is not set.")


def test_a_blank_value_of_another_variable_stands_for_its_default(start):
    blank = dict.fromkeys(NAMES - set(SAFE) - {"VAR_DIR", "ENV_FILE"}, " ")
    settings = start(**blank)
    assert settings.SECURE_SSL_REDIRECT is True
    assert settings.COMMENTS_RATE_LIMIT == start().COMMENTS_RATE_LIMIT


@pytest.mark.parametrize(
    "changes",
    [
        {"ALLOWED_HOSTS": ".news.example", "SITE_URL": "https://www.news.example"},
        {"ALLOWED_HOSTS": "News.Example,[2001:db8::1],192.0.2.1"},
        {"SITE_URL": "https://news.example:8443/"},
        {"ALLOWED_HOSTS": ".mairie.co.uk", "SITE_URL": "https://mairie.co.uk"},
        {"CSRF_TRUSTED_ORIGINS": "https://*.news.example,https://amp.example:8443"},
        {"AKISMET_API_URL": "http://127.0.0.1:9000"},
        {"AKISMET_API_URL": "http://[::1]:9000/"},
        {"PURGE_NGINX_URLS": "http://127.0.0.1:8081", "PURGE_VARNISH_URLS": "http://varnish:6081/"},
        {"PURGE_VARNISH_URLS": "http://10.0.0.7:6081,https://varnish.example, http://[::1]:6081"},
        {"FASTLY_SERVICE_ID": "SU1Z0isxPaozGVKXdv0eY", "FASTLY_API_TOKEN": "aB-3_x=="},
        {"FASTLY_API_URL": "http://127.0.0.1:9000/"},
        {"CLOUDFLARE_ZONE_ID": "023e105f4ecef8ad9ca31a8372d0c353", "CLOUDFLARE_API_TOKEN": "a-_1"},
        {"CLOUDFLARE_API_URL": "http://localhost:9000/client/v4/"},
        {"MEDIA_URL": "https://media.news.example/files/"},
        {"SECURE_SSL_REDIRECT": "no"},
        {"ADMINS": "Ada <ada@news.example>, admin@news.example"},
        {"DATABASE_URL": "postgres://user:p%23ss@host/name"},
        {"COMMENTS_CLOSE_AFTER_DAYS": "0", "COMMENTS_EDIT_MINUTES": "0"},
        {"SECRET_KEY": f"${LONG}abc"},
    ],
)
def test_a_production_site_starts_with_it(start, changes):
    start(**changes)


@pytest.mark.parametrize("make", [lambda: secrets.token_urlsafe(50), lambda: secrets.token_hex(32)])
def test_no_random_key_is_refused(start, make):
    for _ in range(20):
        start(SECRET_KEY=make())


def test_blanks_and_empty_members_of_lists_do_not_count(start):
    settings = start(
        SITE_URL=" https://news.example ",
        ALLOWED_HOSTS=" news.example ,, www.news.example, ",
        ADMINS="a@news.example, ,b@news.example,",
        CSRF_TRUSTED_ORIGINS=" , ",
    )
    assert settings.SITE_URL == "https://news.example"
    assert settings.ALLOWED_HOSTS == ["news.example", "www.news.example"]
    assert settings.ADMINS == ["a@news.example", "b@news.example"]
    assert settings.CSRF_TRUSTED_ORIGINS == []


def test_all_refused_settings_are_listed_at_once(refusal):
    lines = refusal(
        SECRET_KEY="short",
        ALLOWED_HOSTS="*",
        SITE_URL="http://news.example",
        COMMENTS_RATE_LIMIT="many",
        TRUSTED_PROXY_COUNT="-1",
        DATABASE_URL="oops",
    )
    assert {line.split()[0] for line in lines} == {
        *("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "COMMENTS_RATE_LIMIT"),
        *("TRUSTED_PROXY_COUNT", "DATABASE_URL"),
    }


def test_no_proxy_and_no_redirect_would_serve_plain_http(refusal):
    (line,) = refusal(TRUSTED_PROXY_COUNT="0", SECURE_SSL_REDIRECT="false")
    assert line.startswith("SECURE_SSL_REDIRECT is false and TRUSTED_PROXY_COUNT is 0")


def test_a_refusal_shows_no_password(refusal):
    lines = refusal(
        SECRET_KEY="hunter2",
        SITE_URL="https://me:hunter2@news.example",
        DATABASE_URL="postgres://me:hunter2@host:port/name",
        EMAIL_URL="smtp://me:hunter2@mail.example:port",
        CACHE_URL="redis://me:hunter2@[::1",
        CSRF_TRUSTED_ORIGINS="https://me:hunter2@amp.example",
        AKISMET_API_URL="http://me:hunter2@127.0.0.1",
        AKISMET_API_KEY="hunter2\x1b",
        MEDIA_URL="https://me:hunter2@media.example/",
        PURGE_VARNISH_URLS="http://me:hunter2@127.0.0.1:6081",
        FASTLY_API_TOKEN="hunter2 é",
        CLOUDFLARE_API_TOKEN="hunter2",
        CLOUDFLARE_API_URL="https://me:hunter2@api.cloudflare.com/client/v4",
    )
    assert len(lines) == 13
    assert "hunter2" not in " ".join(lines)


@pytest.mark.parametrize("switch", ["LOCAL", "DEBUG"])
@pytest.mark.parametrize(
    "changes",
    [
        {"ALLOWED_HOSTS": "localhost,127.0.0.1,news.example"},
        {"ALLOWED_HOSTS": "localhost,127.0.0.1,*"},
        {"ALLOWED_HOSTS": "127.0.0.1,0.0.0.0"},
        {"ALLOWED_HOSTS": "127.0.0.1,192.168.1.5"},
        {"ALLOWED_HOSTS": "127.0.0.1,localhost.example"},
        {"SITE_URL": "http://news.example:8000"},
    ],
)
def test_a_local_site_is_for_this_machine_only(refusal, switch, changes):
    assert refusal({switch: "true"}, **changes)[0].startswith(f"{switch} is true, but ")


def test_error_pages_are_refused_on_a_production_site(refusal):
    assert refusal(DEBUG="true", LOCAL="false")[0].startswith("DEBUG is true, but ")


@pytest.mark.parametrize("hosts", ["localhost,127.0.0.1", "127.0.0.2,127.0.0.1", "127.0.0.1,[::1]"])
def test_a_local_site_may_name_this_machine_as_it_likes(start, hosts):
    assert start(LOCAL, ALLOWED_HOSTS=hosts).LOCAL


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"ADMINS": ""}, "ADMINS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"TRUSTED_PROXY_COUNT": "0"}, "TRUSTED_PROXY_COUNT"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user:password@mail.example:25"}, "EMAIL_URL"),
        ({"AKISMET_API_KEY": ""}, "AKISMET_API_KEY"),
        ({"COMMENTS_NETWORK_LIMIT": "5"}, "COMMENTS_NETWORK_LIMIT"),
        ({"COMMENTS_TRACE_DAYS": "91"}, "COMMENTS_TRACE_DAYS"),
    ],
)
def test_a_production_site_starts_with_a_warning_that_names_the_variable(start, caplog, env, name):
    settings = start(**env)
    (sentence,) = warnings(settings)
    assert sentence.startswith(f"{name} ")
    with caplog.at_level(logging.WARNING, logger="newsroom"):
        unsafe_settings.log_warnings(settings)
    assert [record.getMessage().split()[0] for record in caplog.records] == [name]


def test_a_local_site_is_warned_of_nothing(start, caplog):
    unsafe_settings.log_warnings(start(LOCAL))
    assert not caplog.records


@pytest.mark.parametrize("folder", ["MEDIA_ROOT", "STATIC_ROOT"])
@pytest.mark.parametrize("path", [".", "..", "{var}", "{var}/..", "/"])
def test_a_public_folder_never_holds_the_sites_own_files(refusal, tmp_path, folder, path):
    assert refusal(**{folder: path.format(var=tmp_path)})[0].startswith(f"{folder} is ")


def test_pictures_and_static_files_never_share_a_folder(refusal, tmp_path):
    assert refusal(MEDIA_ROOT=str(tmp_path / "static"))[0].startswith("MEDIA_ROOT and STATIC_ROOT")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_made_is_named(refusal):
    assert refusal(VAR_DIR="/nowhere/var")[0].startswith("VAR_DIR is /nowhere/var")


def test_a_file_in_place_of_the_folder_is_named(refusal, tmp_path):
    (tmp_path / "file").touch()
    assert refusal(VAR_DIR=str(tmp_path / "file"))[0].startswith("VAR_DIR is ")


def test_a_settings_file_of_windows_is_read(start, tmp_path):
    path = tmp_path / "newsroom.env"
    text = "SITE_NAME=Le Courrier \r\nTRUSTED_PROXY_COUNT=2\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    settings = start(ENV_FILE=str(path), TRUSTED_PROXY_COUNT="1")
    assert (settings.SITE_NAME, settings.TRUSTED_PROXY_COUNT) == ("Le Courrier", 1)


def test_a_settings_file_in_another_encoding_is_named(refusal, tmp_path):
    path = tmp_path / "newsroom.env"
    path.write_bytes("SITE_NAME=L’été".encode("utf-16"))
    assert refusal(ENV_FILE=str(path))[0].startswith(f"ENV_FILE is {path}")


def test_the_check_for_deployment_reads_the_same_table(start, settings):
    for name, value in vars(start()).items():
        if name.isupper() and name not in ("DATABASES", "STORAGES", "VAR_DIR", "MEDIA_ROOT"):
            setattr(settings, name, value)
    settings.SECRET_KEY = "short"
    settings.SITE_URL = "http://news.example"
    settings.ADMINS = []
    messages = run_checks(tags=["security"], include_deployment_checks=True)
    found = {message.id: message for message in messages}
    assert found["newsroom.E012"].msg.startswith("SECRET_KEY is shorter than 50 characters")
    assert found["newsroom.E014"].msg.startswith("SITE_URL is http://news.example")
    assert found["newsroom.W055"].msg.startswith("ADMINS is not set")


def test_each_row_has_an_id_of_its_own():
    ids = [row.id for row in (*unsafe_settings.REFUSED, *unsafe_settings.WARNED)]
    assert len(set(ids)) == len(ids)


def test_each_number_among_the_settings_has_a_range():
    read = set(re.findall(r'env\.(?:int|float)\(\s*"([A-Z_]+)"', SETTINGS))
    assert "COMMENTS_RATE_LIMIT" in read
    assert read == set(values.RANGES)


def test_every_setting_of_a_row_is_explained():
    explained = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    rows = (*unsafe_settings.REFUSED, *unsafe_settings.WARNED)
    assert {row.variable for row in rows} <= set(explained)
