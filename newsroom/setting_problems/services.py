"""Problems of the settings that name services: the database, caches and Akismet."""

import re
from urllib.parse import urlsplit

from .hosts import host_of, is_loopback, is_origin
from .wording import first, shown

#: The caches whose drivers come with Django and `requirements.txt`.
CACHES = {
    f"django.core.cache.backends.{name}"
    for name in (
        *("db.DatabaseCache", "dummy.DummyCache", "filebased.FileBasedCache"),
        *("locmem.LocMemCache", "redis.RedisCache"),
    )
}


def database(settings):
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return ""
    if database["ENGINE"] != "django.db.backends.postgresql":
        return "names a database that is neither SQLite nor PostgreSQL"
    if not database["NAME"]:
        return "names no database on the server"
    return ""


def database_in_memory(settings):
    if settings.DATABASES["default"]["NAME"] == ":memory:":
        return "is SQLite in memory, where each process has its own and all is lost at its end"
    return ""


def sqlite(settings):
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        return "is not set or names SQLite, which suits one machine with little traffic"
    return ""


def cache(settings):
    if settings.CACHES["default"]["BACKEND"] in CACHES:
        return ""
    return "names a cache for which no driver is installed"


def akismet_url(settings):
    url = settings.AKISMET_API_URL
    if not is_origin(url.rstrip("/")) or urlsplit(url).scheme not in ("http", "https"):
        return f"is {shown(url)}, which is more or less than a scheme and a host"
    if urlsplit(url).scheme == "http" and not is_loopback(host_of(url)):
        return f"is {url}: the key and what readers write would go over plain HTTP"
    return ""


# --- Shared caches in front, which are told what changed ------------------------------------------


def purge_addresses(name):
    """Return the problem of a list of addresses of caches, each a scheme and a host."""

    def problem(settings):
        return first(getattr(settings, name), _of_address)

    return problem


def _of_address(url):
    if not is_origin(url.rstrip("/")) or urlsplit(url).scheme not in ("http", "https"):
        return "which is more or less than http:// or https:// and a host"
    return ""


def api_address(name):
    """Return the problem of the address of an API that is told a token; it may have a path."""

    def problem(settings):
        url = getattr(settings, name)
        origin, path = re.fullmatch(r"([^/]*//[^/]*|)(.*)", url, re.DOTALL).groups()
        is_path = re.fullmatch(r"(/[\w.~-]+)*/?", path, re.ASCII)
        if not is_path or not is_origin(origin) or urlsplit(url).scheme not in ("http", "https"):
            return f"is {shown(url)}, which is no address of an API"
        if urlsplit(url).scheme == "http" and not is_loopback(host_of(url)):
            return f"is {url}: the token would go over plain HTTP"
        return ""

    return problem


def identifier(name, token):
    """Return the problem of the ID of a service, which is used with the setting `token`."""
    return _half(name, "[A-Za-z0-9]*", "other characters than letters and digits", token)


def token(name, identifier):
    """Return the problem of a token, which no words show; it is used with `identifier`."""
    return _half(name, "[!-~]*", "a blank or another character that no token has", identifier)


def _half(name, allowed, others, second):
    def problem(settings):
        value = getattr(settings, name)
        if not re.fullmatch(allowed, value):
            return f"has {others}"
        if value and not getattr(settings, second):
            return f"is set, but {second} is not"
        return ""

    return problem
