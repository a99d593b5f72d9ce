"""Small applications beside which `make bench-serving` times the site, on the same server.

YARDSTICK names one: `dictionary` answers with ready bytes before Django, and `empty` is a view of
Django without middleware and without a word. Two have HTML that was made when it was saved, one
query with one join, and no template: `ready` joins the parts of a page by SQL, without middleware;
`project` asks a model for the whole page with what `startproject` sets up, as most sites would.
The pages are in the file YARDSTICK_PAGES, which `dictionary` reads, and in tables by `save`.
"""

import json
import os
from pathlib import Path

TABLES = [
    "DROP TABLE IF EXISTS bench_part",
    "DROP TABLE IF EXISTS bench_page",
    "CREATE TABLE bench_page (path varchar(200) PRIMARY KEY, head text, tail text)",
    "CREATE TABLE bench_part (path varchar(200), number integer, html text)",
    "CREATE INDEX bench_part_path ON bench_part (path, number)",
    "DROP TABLE IF EXISTS bench_whole",
    "DROP TABLE IF EXISTS bench_section",
    "CREATE TABLE bench_section (id integer PRIMARY KEY, name varchar(80))",
    "CREATE TABLE bench_whole (path varchar(200) PRIMARY KEY, html text, section_id integer)",
    "INSERT INTO bench_section VALUES (1, 'City')",
]
READY = """
    SELECT page.head, page.tail, part.html FROM bench_page AS page
    LEFT JOIN bench_part AS part ON part.path = page.path
    WHERE page.path = %s ORDER BY part.number
"""
#: What begins each comment of a thread, where a page is cut.
PART = '<article class="comment'


def save(pages):
    """Write the pages, HTML by path, into tables of the site's database."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
        for path, html in pages.items():
            head, *parts = html.split(PART)
            last, tail = parts.pop() if parts else "", ""
            rows = [[path, number, PART + part] for number, part in enumerate([*parts, last])]
            cursor.execute("INSERT INTO bench_whole VALUES (%s, %s, 1)", [path, html])
            cursor.execute("INSERT INTO bench_page VALUES (%s, %s, %s)", [path, head, tail])
            if last:
                cursor.executemany("INSERT INTO bench_part VALUES (%s, %s, %s)", rows)


def dictionary():
    pages = {
        path: ([tuple(header) for header in headers], body.encode())
        for path, (headers, body) in json.loads(
            Path(os.environ["YARDSTICK_PAGES"]).read_text()
        ).items()
    }

    def application(environ, start_response):
        query = environ.get("QUERY_STRING")
        path = environ["PATH_INFO"]
        headers, body = pages[f"{path}?{query}" if query else path]
        start_response("200 OK", headers)
        return [body]

    return application


def empty():
    from django.http import HttpResponse

    return _django(lambda request: HttpResponse())


def ready():
    from django.db import connection
    from django.http import HttpResponse

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute(READY, [request.get_full_path()])
            rows = cursor.fetchall()
        return HttpResponse("".join([rows[0][0], *(row[2] or "" for row in rows), rows[0][1]]))

    return _django(view)


def project():
    from django.http import HttpResponse

    def view(request):
        page = whole.objects.select_related("section").get(path=request.get_full_path())
        return HttpResponse(page.html)

    application = _django(view, **_of_startproject())
    whole = _model_of_pages()
    return application


def _of_startproject():
    contrib = ("auth", "contenttypes", "sessions", "messages", "staticfiles")
    return {
        "INSTALLED_APPS": [f"django.contrib.{name}" for name in contrib],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
    }


def _model_of_pages():
    from django.db import models

    class Section(models.Model):  # noqa: DJ008
        name = models.CharField(max_length=80)

        class Meta:
            app_label, db_table, managed = "bench", "bench_section", False

    class Whole(models.Model):  # noqa: DJ008
        path = models.CharField(max_length=200, primary_key=True)
        html = models.TextField()
        section = models.ForeignKey(Section, models.PROTECT)

        class Meta:
            app_label, db_table, managed = "bench", "bench_whole", False

    return Whole


def _django(view, **more):
    """Return an application of Django that has this view and nothing else but what is given."""
    import django
    import environ
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import re_path

    settings.configure(
        SECRET_KEY="of nothing",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=(re_path("", view),),
        DATABASES={"default": environ.Env().db() | {"CONN_MAX_AGE": None}},
        **{"MIDDLEWARE": [], **more},
    )
    django.setup()
    return get_wsgi_application()


if kind := os.environ.get("YARDSTICK"):
    application = {f.__name__: f for f in (dictionary, empty, ready, project)}[kind]()
