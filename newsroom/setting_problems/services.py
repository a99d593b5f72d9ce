"""Problems of the settings that name services: the database, the cache and Akismet."""

from urllib.parse import urlsplit

from .hosts import host_of, is_loopback, is_origin
from .wording import shown

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
