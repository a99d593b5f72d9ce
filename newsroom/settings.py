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

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from js_asset import static_lazy

from newsroom import unsafe_settings
from newsroom.environment import Environment
from newsroom.setting_problems.hosts import host_of

BASE_DIR = Path(__file__).resolve().parent.parent

# Sent to Akismet in the User-Agent header, as Akismet asks of its clients.
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

env = Environment()
env.read_file(default=BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
LOCAL = env.bool("LOCAL", default=DEBUG)
VAR_DIR = BASE_DIR / env.str("VAR_DIR", default="var")
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    env.problems.append(f"VAR_DIR is {VAR_DIR}, which cannot be made: {error.strerror}.")


def local_secret_key() -> str:
    """Return the secret key of a local site. It is made once and kept, so that logins last."""
    path = VAR_DIR / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# --- Where the site is --------------------------------------------------------------------------

# `unsafe_settings.refuse`, at the end, refuses a production site that lacks one of these three.
SECRET_KEY = env.str("SECRET_KEY", default="")
PORT = env.int("PORT", default=8000)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"] if LOCAL else []
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}" if LOCAL else "").rstrip("/")
if LOCAL and not SECRET_KEY:
    try:
        SECRET_KEY = local_secret_key()
    except OSError as error:
        env.problems.append(f"VAR_DIR is {VAR_DIR}, where no secret key is kept: {error.strerror}.")
SITE_NAME = env.str("SITE_NAME", default="Newsroom")
# What search engines and social networks say of the front page; a sentence of ours if it is empty.
SITE_DESCRIPTION = env.str("SITE_DESCRIPTION", default="")
# Whether readers find a page …/versions/ of each article, with its former editions.
PUBLIC_VERSIONS = env.bool("PUBLIC_VERSIONS", default=False)
# Whether editors may strike out words; those that a text has are shown in any case.
STRIKETHROUGH = env.bool("STRIKETHROUGH", default=False)
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
    "django.forms",
    "django_prose_editor",
    "django_tasks_db",
    "articles",
    "comments",
    "newsroom.apps.NewsroomConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsroom.health.answer_health",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.revalidate",
    "newsroom.middleware.limit_statements",
    "newsroom.middleware.ConditionalGetMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsroom.middleware.SessionMiddleware",
    "newsroom.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsroom.request_bodies.BodyLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.DatabaseFailures",
]

ROOT_URLCONF = "newsroom.urls"
# The path of the admin. All other pages are for readers.
ADMIN_PATH = "/admin/"
# Where the paths of private pages begin, as regular expressions: their address is the key to them.
# Logs and error reports mask the rest of such a path, and no comment's trace holds it.
PRIVATE_PATHS = [
    "/comments/receipt/",
    "/preview/",
    f"{ADMIN_PATH}reset/(?!done/)",
    f"{ADMIN_PATH}articles/(?:article|edition)/(?=[^/]+/preview/)",
]
WSGI_APPLICATION = "newsroom.wsgi.application"

# Widgets have templates of ours too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
            "builtins": ["common.filters"],
        },
    },
]

# --- Storage ------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}")}
# With its session PostgreSQL forgets the plans of the queries of pages.
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that takes the write lock at BEGIN waits for it; one that takes it
    # later can fail at once with "database is locked".
    # FULL: if a reader is told that a comment is stored, the comment survives a power cut too.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=30,
        # Deleted content is overwritten with zeros, so that it is not left in the file.
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    )
# Whether PostgreSQL keeps the plans of statements that each page asks.
DATABASE_KEEPS_PLANS = env.bool("DATABASE_KEEPS_PLANS", default=True)
# Seconds for each statement of a reader's page, and how many searches each process runs at once.
READERS_STATEMENT_SECONDS = env.float("READERS_STATEMENT_SECONDS", default=5)
SEARCHES_AT_ONCE = env.int("SEARCHES_AT_ONCE", default=2)
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
# The room for readers' pages that are kept whole, in megabytes of each web process; 0 keeps none.
KEPT_PAGES_MB = env.int("KEPT_PAGES_MB", default=32)
# Shared caches in front that are told what changed; without one they keep a page for a second.
PURGE_NGINX_URLS = env.list("PURGE_NGINX_URLS", default=[])
PURGE_VARNISH_URLS = env.list("PURGE_VARNISH_URLS", default=[])
FASTLY_SERVICE_ID = env.str("FASTLY_SERVICE_ID", default="")
FASTLY_API_TOKEN = env.str("FASTLY_API_TOKEN", default="")
FASTLY_API_URL = env.str("FASTLY_API_URL", default="https://api.fastly.com")
CLOUDFLARE_ZONE_ID = env.str("CLOUDFLARE_ZONE_ID", default="")
CLOUDFLARE_API_TOKEN = env.str("CLOUDFLARE_API_TOKEN", default="")
CLOUDFLARE_API_URL = env.str("CLOUDFLARE_API_URL", default="https://api.cloudflare.com/client/v4")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = env.str("MEDIA_URL", default="/media/")
MEDIA_ROOT = BASE_DIR / env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "common.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "common.storage.GzippedStaticFilesStorage"},
}
# The web server in front, another user, reads pictures and static files, with any umask.
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
# The largest body of a request in bytes: of anybody, and of an editor who sends a form of the admin
# (a picture of 20 MB, or an attachment, and the rest). See newsroom/request_bodies.py.
LARGEST_BODY = 1024 * 1024
# The largest sound file or PDF, in megabytes; the web server in front has a limit of its own.
ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", default=20)
LARGEST_ADMIN_BODY = (max(20, ATTACHMENT_MAX_MB) + 5) * 1024 * 1024
# The largest body without its files. A long article with tables is some 200 KB of HTML.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A list chooses COUNT_LIMIT rows, and the page that asks to confirm has a field for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1050
# A body up to this size is kept in memory. So only an editor's upload is ever written to the disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY

# The module with our extensions of the rich text editor. Its figures and pictures, which have the
# picker of our library, take the place of the editor's own.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("js/writing/editor.js")],
        "extensions": {
            "Figure": "django_prose_editor.config.process_figure",
            "Image": "django_prose_editor.config.process_image",
        },
    }
]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Languages and time -------------------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
FORMAT_MODULE_PATH = "newsroom.formats"
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
# Django's own hasher, for two passwords at a time.
PASSWORD_HASHERS = ["newsroom.accounts.hashing.PBKDF2PasswordHasher"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "newsroom.error_pages.token_refused"
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

_MEDIA_ORIGIN = ["/".join(MEDIA_URL.split("/")[:3])] if MEDIA_URL.startswith("https://") else []
# Reader pages: the same bytes and headers for everyone, so that one copy can be cached.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, *_MEDIA_ORIGIN],
    "media-src": [CSP.SELF, *_MEDIA_ORIGIN],
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
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"newsroom@{host_of(SITE_URL)}")
# Of mails to ADMINS. Django would put its own name there.
EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
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

# --- Errors and logs ----------------------------------------------------------------------------

# Days for which the web server in front keeps its log, which holds addresses of readers; 0 if it
# logs no address. The privacy page names this number. Debian's nginx keeps its log for 14 days.
ACCESS_LOG_DAYS = env.int("ACCESS_LOG_DAYS", default=14)
# No handler sends mail: a slow mail server would make readers wait. The worker mails the errors
# that `errors` keeps.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"not_in_debug": {"()": "django.utils.log.RequireDebugFalse"}},
    "formatters": {
        "line": {
            "()": "newsroom.errors.log_lines.LogFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "errors": {
            "class": "newsroom.errors.handler.ErrorHandler",
            "level": "ERROR",
            "filters": ["not_in_debug"],
        },
    },
    "root": {"handlers": ["console", "errors"], "level": "WARNING"},
    "loggers": {
        "articles": {"level": "INFO"},
        "comments": {"level": "INFO"},
        # Without Django's own handlers, one of which mails.
        "django": {"handlers": [], "level": "INFO"},
        # At level WARNING it logs each page that is not found: anybody could fill the disk. The log
        # of the web server has them.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # At level INFO it logs two lines for each new comment, too many to find the other lines.
        "django.tasks": {"level": "WARNING"},
        "newsroom": {"level": "INFO"},
    },
}

# --- The check of all settings ------------------------------------------------------------------

unsafe_settings.refuse(globals(), env.problems)
