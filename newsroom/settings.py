"""Settings of a Newsroom site, read from the environment and from `.env`.

Two variables select one of three ways to run:

- production (neither is set): if a required variable is missing or unsafe, the site does not start,
  and the error names the variable;
- `LOCAL=true` (`make run` sets it): only for this machine, cookies over plain HTTP, and a secret
  key that is made once and kept under `var/`;
- `DEBUG=true`: as LOCAL, with Django's error pages.

`.env.example` explains each variable.
"""

import os
import secrets
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

# Sent to Akismet in the User-Agent header, as Akismet asks of its clients.
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

env = environ.Env()
environ.Env.read_env(env.path("ENV_FILE", default=str(BASE_DIR / ".env")))

DEBUG = env.bool("DEBUG", default=False)
LOCAL = env.bool("LOCAL", default=DEBUG)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def required(name: str, why: str) -> str:
    """Return the variable `name`; raise ImproperlyConfigured with `why` if it is empty or unset."""
    if value := env.str(name, default=""):
        return value
    raise ImproperlyConfigured(
        f"{name} is not set. {why} (To try Newsroom on this machine only, run `make run`.)"
    )


def local_secret_key() -> str:
    """Return the secret key of a local site. It is made once and kept, so that logins last."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# --- Where the site is --------------------------------------------------------------------------

if LOCAL:
    SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
    SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")
else:
    SECRET_KEY = required("SECRET_KEY", "Sessions, stamps and receipts are signed with it.")
    required("ALLOWED_HOSTS", "Name the hosts that this site answers to, separated by commas.")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    SITE_URL = required("SITE_URL", "Readers, mails and Akismet are told this address.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured(
            f"SITE_URL is {SITE_URL}, but a production site is served over https://."
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is *, which lets anyone name this site.")

SITE_URL = SITE_URL.rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Newsroom")
# The newsroom's colour by day and by night; see newsroom/accent_colour.py.
ACCENT = env.list("ACCENT", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The number of proxies in front of the site. The reader's address is that entry of X-Forwarded-For,
# counted from the right, because only the entries that our own proxies added can be trusted.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Apps, middleware and templates -------------------------------------------------------------

INSTALLED_APPS = [
    "newsroom.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prose_editor",
    "django_tasks_db",
    "articles",
    "comments",
    "newsroom.apps.NewsroomConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.revalidate",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsroom.middleware.SessionMiddleware",
    "newsroom.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.DatabaseFailures",
]

ROOT_URLCONF = "newsroom.urls"
# The path of the admin. All other pages are for readers.
ADMIN_PATH = "/admin/"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context_processors.site",
            ],
        },
    },
]

# --- Storage ------------------------------------------------------------------------------------

VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that takes the write lock at BEGIN waits for it; one that takes it
    # later can fail at once with "database is locked".
    # FULL: if a reader is told that a comment is stored, the comment survives a power cut too.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=30,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    )
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = env.str("MEDIA_URL", default="/media/")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "common.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644
# A long article with tables is some 200 KB of HTML; pictures do not count here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Languages and time -------------------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_TZ = True

# --- Logins, HTTPS and security headers ---------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 0 if LOCAL else env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
# These two checks ask for HSTS on all subdomains, and for preloading it in browsers. One host
# should not force HTTPS on the other hosts of its domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

_media = urlsplit(MEDIA_URL)
_MEDIA_ORIGIN = [f"{_media.scheme}://{_media.netloc}"] if _media.netloc else []
# Reader pages: the same bytes and headers for everyone, so that one copy can be cached.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, *_MEDIA_ORIGIN],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The admin: Django's scripts, and the rich text editor's import map, which needs the nonce.
ADMIN_CSP = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", *_MEDIA_ORIGIN],
    "connect-src": [CSP.SELF],
}

# --- Mail ---------------------------------------------------------------------------------------

_EMAIL = env.email_url("EMAIL_URL", default="consolemail://")
MAILERS = {"default": {"BACKEND": _EMAIL["EMAIL_BACKEND"]}}
if _EMAIL["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {"file_path": _EMAIL["EMAIL_FILE_PATH"]}
elif _EMAIL["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _EMAIL["EMAIL_HOST"],
        "port": _EMAIL["EMAIL_PORT"] or 25,
        "username": _EMAIL["EMAIL_HOST_USER"] or "",
        "password": _EMAIL["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _EMAIL.get("EMAIL_USE_TLS", False),
        "use_ssl": _EMAIL.get("EMAIL_USE_SSL", False),
        "timeout": 20,
    }
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"newsroom@{urlsplit(SITE_URL).hostname}"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = env.list("ADMINS", default=[])

# --- Comments -----------------------------------------------------------------------------------

AKISMET_API_KEY = env.str("AKISMET_API_KEY", default="")
AKISMET_API_URL = env.str("AKISMET_API_URL", default="https://rest.akismet.com")
# Seconds that one call to Akismet may take in all, from the connection to the last byte.
AKISMET_TIMEOUT = env.float("AKISMET_TIMEOUT", default=10)
# Whether calls are marked as tests, so that Akismet learns nothing from them.
AKISMET_IS_TEST = env.bool("AKISMET_IS_TEST", default=False)

COMMENTS_RATE_LIMIT = env.int("COMMENTS_RATE_LIMIT", default=20)
COMMENTS_RATE_PERIOD = timedelta(seconds=env.int("COMMENTS_RATE_PERIOD", default=600))
# Days for which an article takes comments, from its first publication; 0 means for ever.
COMMENTS_CLOSE_AFTER_DAYS = env.int("COMMENTS_CLOSE_AFTER_DAYS", default=0)
# Minutes for which its writer may change a comment, if no moderator has decided about it.
COMMENTS_EDIT_MINUTES = env.int("COMMENTS_EDIT_MINUTES", default=5)
COMMENTS_NETWORK_LIMIT = env.int("COMMENTS_NETWORK_LIMIT", default=100)
# The most comments on one article in one minute. Any more are held for a moderator ("hold") or
# refused ("refuse").
COMMENTS_FLOOD_LIMIT = env.int("COMMENTS_FLOOD_LIMIT", default=30)
COMMENTS_FLOOD_ACTION = env.str("COMMENTS_FLOOD_ACTION", default="hold")
# False: a comment's trace, with its writer's IP address, is deleted as soon as no call to Akismet
# about the comment remains to be made.
COMMENTS_KEEP_ADDRESS = env.bool("COMMENTS_KEEP_ADDRESS", default=True)
COMMENTS_TRACE_DAYS = env.int("COMMENTS_TRACE_DAYS", default=30)
COMMENTS_TRACE_DAYS_AT_MOST = env.int("COMMENTS_TRACE_DAYS_AT_MOST", default=90)
COMMENTS_SPAM_DAYS = env.int("COMMENTS_SPAM_DAYS", default=15)
COMMENTS_REJECTED_DAYS = env.int("COMMENTS_REJECTED_DAYS", default=90)
COMMENTS_COMPLAINT_DAYS = env.int("COMMENTS_COMPLAINT_DAYS", default=90)

# --- Error mails and logs -----------------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "newsroom.error_reports.ReaderDataFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "articles": {"level": "INFO"},
        "comments": {"level": "INFO"},
        # At level INFO it logs two lines for each new comment, too many to find the other lines.
        "django.tasks": {"level": "WARNING"},
        "newsroom": {"level": "INFO"},
    },
}
