"""What makes a value of a setting unsafe: one function for each kind of problem.

Each function gets the settings and returns the words that follow the name of the variable, such as
“is 0, which …”, or "" where the value is safe. A value that may hold a password is not shown.
`newsroom/unsafe_settings.py` is the table of all of them.
"""

import re
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.http import is_same_domain

from .hosts import host_of, is_anyones, is_host, is_loopback, is_origin
from .secret_keys import weakness


def first(values, problem):
    """Return the words about the first of `values` that has a problem, or ""."""
    for value in values:
        if found := problem(value):
            return f"{'is' if len(values) == 1 else 'has'} {shown(value)}, {found}"
    return ""


def shown(url):
    """Return an address without the name and the password that may be in it."""
    return re.sub(r"//[^/]*@", "//…@", url)


def empty(name, otherwise):
    """Return the problem of a setting that is empty; `otherwise` says what follows from it."""

    def problem(settings):
        return "" if getattr(settings, name) else f"is not set, so {otherwise}"

    return problem


# --- Where the site is ----------------------------------------------------------------------------


def secret_key(settings):
    return weakness(settings.SECRET_KEY) if settings.SECRET_KEY else "is not set"


def hosts(settings):
    if not settings.ALLOWED_HOSTS:
        return "is not set"
    return first(settings.ALLOWED_HOSTS, too_wide_host)


def too_wide_host(host):
    if host == "*":
        return "with which anyone may name this site"
    if not is_host(host.removeprefix(".")):
        return "which is not the name of a host, without https:// and without a port"
    if host.startswith(".") and not is_loopback(host) and is_anyones(host[1:]):
        return "below which strangers own names"
    return ""


def site_url(settings):
    url = settings.SITE_URL
    if not url:
        return "is not set"
    if not settings.LOCAL and not url.startswith("https://"):
        return f"is {shown(url)}, but a production site is served over https://"
    if not is_origin(url) or not url.startswith(("http://", "https://")):
        return f"is {shown(url)}, which is more or less than https:// and a host"
    return ""


def site_url_outside(settings):
    # Where one of the two is wrong by itself, that is the one thing to say.
    if site_url(settings) or hosts(settings):
        return ""
    host = host_of(settings.SITE_URL)
    if any(is_same_domain(host, allowed) for allowed in settings.ALLOWED_HOSTS):
        return ""
    return f"names {host}, a host that ALLOWED_HOSTS does not name"


def beyond_this_machine(name):
    """Return the problem of LOCAL or DEBUG where others may reach the site.

    DEBUG implies LOCAL, so where both are true the words are about DEBUG.
    """

    def problem(settings):
        if not getattr(settings, name) or (name == "LOCAL" and settings.DEBUG):
            return ""
        for host in settings.ALLOWED_HOSTS:
            if not is_loopback(host):
                return f"is true, but ALLOWED_HOSTS names {host}, which is not this machine"
        if not is_loopback(host_of(settings.SITE_URL)):
            return f"is true, but SITE_URL is {shown(settings.SITE_URL)}, which is not this machine"
        return ""

    return problem


def local(settings):
    if settings.LOCAL:
        return "is true, which is for one machine only: cookies go over plain HTTP"
    return ""


def origins(settings):
    return first(settings.CSRF_TRUSTED_ORIGINS, too_wide_origin)


def too_wide_origin(origin):
    if not origin.startswith("https://"):
        return "which is not an origin of https://"
    host = origin.removeprefix("https://").removeprefix("*.")
    if not is_origin(f"https://{host}"):
        return "which is not a scheme and a host"
    if "*" in origin and is_anyones(host_of(f"https://{host}")):
        return "below which strangers own names"
    return ""


def no_https(settings):
    if settings.TRUSTED_PROXY_COUNT == 0 and not settings.SECURE_SSL_REDIRECT:
        return "is false and TRUSTED_PROXY_COUNT is 0, so pages and logins would go over plain HTTP"
    return ""


def no_proxy(settings):
    if settings.TRUSTED_PROXY_COUNT:
        return ""
    return (
        "is 0: behind a server that ends TLS, each page redirects for ever, and all readers have "
        "that server's address"
    )


# --- What it uses ---------------------------------------------------------------------------------

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


def media_url(settings):
    url = settings.MEDIA_URL
    if re.fullmatch(r"/(?:[\w.~-]+/)+", url, re.ASCII):
        return ""
    parts = re.fullmatch(r"(https://[^/]+)(?:/[\w.~-]+)*/", url, re.ASCII)
    if parts and is_origin(parts[1]):
        return ""
    return f"is {shown(url)}, which is neither a path of this site nor an address of https://"


def public_folder(name):
    """Return the problem of a folder that web servers publish, and that holds private files."""

    def problem(settings):
        folder = Path(getattr(settings, name)).resolve()
        private = [settings.BASE_DIR, settings.VAR_DIR, settings.DATABASES["default"]["NAME"]]
        if any(Path(path).resolve().is_relative_to(folder) for path in private if path):
            return f"is {folder}, which holds the site's own files, and its files are public"
        return ""

    return problem


def same_folder(settings):
    if Path(settings.MEDIA_ROOT).resolve() == Path(settings.STATIC_ROOT).resolve():
        return "and STATIC_ROOT are one folder, where each would overwrite the files of the other"
    return ""


def akismet_url(settings):
    url = settings.AKISMET_API_URL
    if not is_origin(url.rstrip("/")) or urlsplit(url).scheme not in ("http", "https"):
        return f"is {shown(url)}, which is more or less than a scheme and a host"
    if url.startswith("http://") and not is_loopback(host_of(url)):
        return f"is {url}: the key and what readers write would go over plain HTTP"
    return ""


def mail_server(settings):
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"].endswith("smtp.EmailBackend") and not mailer["OPTIONS"]["host"]:
        return "names no mail server"
    return ""


def mail_is_not_sent(settings):
    if settings.MAILERS["default"]["BACKEND"].endswith("smtp.EmailBackend"):
        return ""
    return (
        "is not set or names no mail server, so password links, mails to moderators and alerts "
        "reach nobody"
    )


def mail_in_plain(settings):
    options = settings.MAILERS["default"].get("OPTIONS", {})
    if not options.get("username") or options["use_tls"] or options["use_ssl"]:
        return ""
    if is_loopback(options["host"] or ""):
        return ""
    return "has a password that goes to the mail server without TLS"


def sender(settings):
    address = settings.DEFAULT_FROM_EMAIL
    # The default follows from SITE_URL, which has a row of its own.
    if address == f"newsroom@{host_of(settings.SITE_URL)}":
        return ""
    return first([address], not_a_mail_address)


def admins(settings):
    return first(settings.ADMINS, not_a_mail_address)


def not_a_mail_address(text):
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return "which is not a mail address"
    return ""


# --- Languages, time, numbers -------------------------------------------------------------------


def language(settings):
    if settings.LANGUAGE_CODE in dict(settings.LANGUAGES):
        return ""
    return f"is {settings.LANGUAGE_CODE}, which Newsroom is not translated to"


def time_zone(settings):
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ValueError, LookupError, OSError):
        return f"is {settings.TIME_ZONE}, which is not a known time zone"
    return ""


def flood_action(settings):
    if settings.COMMENTS_FLOOD_ACTION in ("hold", "refuse"):
        return ""
    return f"is {settings.COMMENTS_FLOOD_ACTION}, which is neither “hold” nor “refuse”"


def network_limit(settings):
    if settings.COMMENTS_NETWORK_LIMIT >= settings.COMMENTS_RATE_LIMIT:
        return ""
    return "is smaller than COMMENTS_RATE_LIMIT, so it decides for each address as well"


def trace_days(settings):
    if settings.COMMENTS_TRACE_DAYS <= settings.COMMENTS_TRACE_DAYS_AT_MOST:
        return ""
    return "is longer than COMMENTS_TRACE_DAYS_AT_MOST, which wins"


#: The smallest and the largest sensible value of each setting that is a number.
RANGES = {
    "PORT": (1, 65535),
    "TRUSTED_PROXY_COUNT": (0, 10),
    "SECURE_HSTS_SECONDS": (0, 10 * 366 * 24 * 3600),
    "AKISMET_TIMEOUT": (0.1, 60),
    "COMMENTS_RATE_LIMIT": (1, 1_000_000),
    "COMMENTS_RATE_PERIOD": (1, 31 * 24 * 3600),
    "COMMENTS_NETWORK_LIMIT": (1, 1_000_000),
    "COMMENTS_CLOSE_AFTER_DAYS": (0, 36500),
    "COMMENTS_EDIT_MINUTES": (0, 7 * 24 * 60),
    "COMMENTS_FLOOD_LIMIT": (1, 1_000_000),
    "COMMENTS_TRACE_DAYS": (1, 3650),
    "COMMENTS_TRACE_DAYS_AT_MOST": (1, 3650),
    "COMMENTS_SPAM_DAYS": (1, 3650),
    "COMMENTS_REJECTED_DAYS": (1, 3650),
    "COMMENTS_COMPLAINT_DAYS": (1, 3650),
}


def out_of_range(name):
    least, most = RANGES[name]

    def problem(settings):
        value = getattr(settings, name)
        if isinstance(value, timedelta):
            value = int(value.total_seconds())
        if least <= value <= most:
            return ""
        return f"is {value}, which is not from {least} to {most}"

    return problem
