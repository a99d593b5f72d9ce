"""Small applications beside which `make bench-serving` times the site, on the same server.

YARDSTICK names one: `dictionary` answers with ready bytes before Django, `empty` is a view of
Django without middleware and without a word, and `ready` is a view that joins HTML that was made
when it was saved: one query, no template. The pages are in the file YARDSTICK_PAGES, which
`dictionary` reads, and in two tables that `save` makes, which `ready` asks.
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


def _django(view):
    """Return an application of Django that has this view and nothing else."""
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
        MIDDLEWARE=[],
    )
    django.setup()
    return get_wsgi_application()


if kind := os.environ.get("YARDSTICK"):
    application = {"dictionary": dictionary, "empty": empty, "ready": ready}[kind]()
