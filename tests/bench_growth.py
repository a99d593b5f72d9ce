"""Time the pages of a site as it grows: `make bench-growth`, with SIZES="1000 10000" for others.

For each size, `manage.py grow` makes a scratch database with ten times as many comments, and 20,000
at least: a file of SQLite or, with DATABASE_URL, a database on the same server of PostgreSQL. Then
each page below is asked for several times through Django. The table has the median time and the
number of queries at each size, and the growth from the first size to the last. A file beside it has
the same as JSON, and with EXPLAIN=1 another one has each statement with the plan of the database.

With URLS="sqlite:////site.sqlite3 postgres://…" the script times these databases, which `grow` has
made before, and leaves some comments in them. With ONLY="search|topic" it times the
pages in whose names the pattern is found. It asserts nothing: the figures are true only for the
machine that it runs on.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import tests.environment  # noqa: F401

SIZES = (1000, 10_000, 50_000)
COMMENTS_EACH = 10
#: With fewer comments, `grow` makes no article with 10,000 of them.
LEAST_COMMENTS = 20_000
TIMES, SECONDS = 9, 5
RESULTS = Path(os.environ.get("RESULTS", "var/bench-growth.json"))


@dataclass(frozen=True)
class Asked:
    """A page to be timed, or something else that a process of the site does."""

    name: str
    address: str = ""
    is_staff: bool = False
    #: Returns the fields to be sent.
    form: object = None
    #: What is called in place of a page.
    call: object = None


@dataclass(frozen=True)
class Timed:
    name: str
    address: str
    status: int | None
    milliseconds: float
    queries: int
    kilobytes: float


# --- What is timed --------------------------------------------------------------------------------

#: The addresses of readers that are not timed, by name, each with the reason.
NOT_TIMED = {
    "series": "`grow` makes none; a topic of few articles is as long",
    "series_feed": "as above",
    "preview": "reads one row, by the key in its address",
    "page": "reads one row, by its address",
    **dict.fromkeys(["revise", "withdraw", "erase", "export"], "one comment of its writer"),
    "complaint": "one report of its writer",
}


class Facts:
    """Some rows of a site that `grow` made."""

    def __init__(self):
        from django.utils import timezone

        from articles.models import Article, Author, Edition, Image, Section, Topic
        from articles.search import index
        from comments.models import Comment
        from common.keyset import write_cursor
        from newsroom.growth.library import ACCOUNT
        from newsroom.growth.plans import CORRECTED, FIRST, LONG_THREAD, LONGEST_THREAD

        made = Article.objects.filter(started_by__username=ACCOUNT).order_by("pk")
        first = made[: len(FIRST)]
        self.number = made.count()
        self.longest, self.long = first[LONGEST_THREAD - 1], first[LONG_THREAD - 1]
        self.corrected = first[FIRST.index(CORRECTED)]
        live = Edition.objects.live().newest_first().select_related("article")
        self.newest = live[0]
        middle = self.newest.first_published_at - timedelta(days=3650)
        old = live.filter(first_published_at__lt=middle)
        self.old = old[0]
        self.old_day = timezone.localtime(self.old.first_published_at)
        self.section = Section.objects.get(pk=self.newest.section_id)
        self.topic, self.rare_topic = (Topic.objects.order_by(by)[0] for by in ("pk", "-pk"))
        self.author = Author.objects.order_by("pk")[0]
        self.image = Image.objects.order_by("pk").first()
        self.section_cursor, self.topic_cursor = (
            write_cursor([e.first_published_at, e.article_id]) if (e := rows.first()) else ""
            for rows in (old.filter(section=self.section), old.filter(topics=self.topic))
        )
        number = index.number_of(self.old.first_published_at, self.old.pk)
        self.search_cursor = write_cursor([0, number >> index.KEY_BITS, number & index.KEY_MASK])
        in_longest = self.longest.comments.published().order_by("pk")
        self.last, self.half = in_longest.last(), in_longest[in_longest.count() // 2]
        self.pending = Comment.objects.awaiting_moderation().first()


def everything() -> list[Asked]:
    """Return all that is timed on this site."""
    site = Facts()
    readers = [*pages_of_readers(site), *searches(site), *comments_of_readers(site)]
    again = pages_asked_again(site)
    return [*readers, *again, *forms_of_readers(site), *pages_of_staff(site), *work()]


def pages_of_readers(site):
    section, topic = f"/section/{site.section.slug}/", f"/topic/{site.topic.slug}/"
    author = f"/author/{site.author.slug}/"
    old = site.old_day
    return _asked(
        {
            "front": "/",
            "section": section,
            "section, ten years deep": f"{section}?before={site.section_cursor}",
            "topic of a fifth of all articles": topic,
            "topic of a fifth, ten years deep": f"{topic}?before={site.topic_cursor}",
            "topic of few articles": f"/topic/{site.rare_topic.slug}/",
            "author": author,
            "archive": "/archive/",
            "year": f"/{old:%Y}/",
            "month": f"/{old:%Y/%m}/",
            "day": f"/{old:%Y/%m/%d}/",
            "article, the newest": site.newest.article.path,
            "article, ten years old": site.old.article.path,
            "article with 200 comments": site.long.path,
            "article with 10,000 comments": site.longest.path,
            "versions of an article": f"{site.corrected.path}versions/",
            "corrections": "/corrections/",
            "feed, Atom": "/atom.xml",
            "feed, RSS": "/rss.xml",
            "feed of a section": f"{section}atom.xml",
            "feed of a topic": f"{topic}atom.xml",
            "feed of an author": f"{author}atom.xml",
            "sitemap, the index": "/sitemap.xml",
            "sitemap of a month": f"/sitemap-{old:%Y-%m}.xml",
            "sitemap of lists": "/sitemap-listings.xml",
            "sitemap of news": "/sitemap-news.xml",
        }
    )


def searches(site):
    from newsroom.growth.vocabulary import rare_word

    year = f"{site.old_day:%Y}"
    return _asked(
        {
            "search, the form": "/search/",
            "search, a rare word": f"/search/?q={rare_word(site.number // 2)}",
            "search, a common word": "/search/?q=pont",
            "search, a word of some headlines": "/search/?q=patinoire",
            "search, two words": "/search/?q=pont+tramway",
            "search, a phrase": '/search/?q="une+nuit+de+plus"',
            "search, of a section and a year": f"/search/?q=pont&section={site.section.slug}"
            f"&since={year}-01-01&until={year}-12-31",
            "search, ten years deep": f"/search/?q=pont&before={site.search_cursor}",
            "search, a word of no article": "/search/?q=qzxwvqzxwv",
        }
    )


def comments_of_readers(site):
    from comments.threads.pages import url_in_thread

    thread = f"/comments/article/{site.longest.pk}/thread/"
    return _asked(
        {
            "comments, a permalink of 10,000": f"/comments/{site.last.pk}/",
            "comments, the page it leads to": url_in_thread(site.last).partition("#")[0],
            "comments, the newest of 10,000": f"{thread}?order=newest",
            "comments, the middle of 10,000": f"{thread}?after={site.half.pk}-{site.half.pk}",
            "comments, the feed of 10,000": f"/comments/article/{site.longest.pk}/atom.xml",
            "comments, the form of an answer": f"/comments/{site.last.pk}/reply/",
            "comments, the form of a report": f"/comments/{site.last.pk}/report/",
            "comments, a receipt": f"/comments/receipt/{site.last.receipt}/",
            "comments, the privacy page": "/comments/privacy/",
        }
    )


def pages_asked_again(site):
    """Yield pages that are kept, after a change of something that they do not show."""
    from django.core.handlers.wsgi import WSGIHandler

    from articles.models import Change
    from newsroom.whole_pages.front import WholePages
    from tests.newsroom.whole_pages.conftest import ask

    kept = WholePages(WSGIHandler(), room=2**25)

    def after_a_change(address):
        Change.objects.record(Change.Kind.ARTICLE, 0)
        return ask(kept, address)

    for name, address in {
        "front": "/",
        "section": f"/section/{site.section.slug}/",
        "article with 200 comments": site.long.path,
    }.items():
        yield Asked(f"{name}, after a change elsewhere", call=partial(after_a_change, address))


def forms_of_readers(site):
    from comments.writing import provenance

    def fill(article):
        words = f"What about the trams? {time.time_ns()}"
        return {"stamp": provenance.stamp(article), "name": "Anne", "comment": words}

    for name, article in {"10,000": site.longest, "200": site.long}.items():
        yield Asked(
            f"comment sent, the article has {name}",
            f"/comments/article/{article.pk}/",
            form=partial(fill, article),
        )


def pages_of_staff(site):
    articles, comments = "/admin/articles/article/", "/admin/comments/comment/"
    old = f"{site.old_day:%Y-%m-%d}"
    pages = {"the form": "change", "to be deleted": "delete"} if site.image else {}
    of_image = {
        f"image, {name}": f"/admin/articles/image/{site.image.pk}/{page}/"
        for name, page in pages.items()
    }
    days = (
        "first_published_at__gte=2015-01-01+00:00:00Z&first_published_at__lt=2016-01-01+00:00:00Z"
    )
    return _asked(
        {
            "desk": "/admin/",
            "time machine, the front page ten years ago": f"/admin/as-at/{old}T12:00Z/",
            "time machine, the archive ten years ago": f"/admin/as-at/{old}T12:00Z/archive/",
            "health": "/admin/health/",
            "calendar, this month": "/admin/calendar/",
            "calendar, ten years ago": f"/admin/calendar/?day={old}",
            "find, a common word": "/admin/find/?q=pont",
            "find, a word of some headlines": "/admin/find/?q=patinoire",
            "articles": articles,
            "articles, searched": f"{articles}?q=pont",
            "articles, searched for two words": f"{articles}?q=patinoire+malvoie",
            "articles, waiting for me": f"{articles}?state=mine",
            "articles, unpublished": f"{articles}?state=unpublished",
            "articles, drafts": f"{articles}?state=draft",
            "articles, in review": f"{articles}?state=in_review",
            "articles, scheduled": f"{articles}?state=scheduled",
            "articles, live": f"{articles}?state=live",
            "articles, withdrawn": f"{articles}?state=withdrawn",
            "articles, with nobody": f"{articles}?with=nobody",
            "articles, overdue": f"{articles}?due=overdue",
            "articles, of an author": f"{articles}?author={site.author.pk}",
            "articles, of a section": f"{articles}?section__id__exact={site.section.pk}",
            "articles, in English": f"{articles}?language=en",
            "articles, in another language": f"{articles}?language=other",
            "articles, of 2015": f"{articles}?{days}",
            "article, the form": f"{articles}{site.old.article_id}/change/",
            "article, the history": f"{articles}{site.old.article_id}/history/",
            "article, the versions": f"{articles}{site.old.article_id}/versions/",
            "editions": "/admin/articles/edition/",
            "editions, searched": "/admin/articles/edition/?q=pont",
            "images": "/admin/articles/image/",
            "images, searched": "/admin/articles/image/?q=pont",
            **of_image,
            "section, to be deleted": f"/admin/articles/section/{site.section.pk}/delete/",
            "topic, to be deleted": f"/admin/articles/topic/{site.topic.pk}/delete/",
            "topics": "/admin/articles/topic/",
            "authors": "/admin/articles/author/",
            "choice of an article": "/admin/autocomplete/?app_label=articles&model_name=article"
            "&field_name=related&term=pont",
            "moderation, the queue": f"{comments}queue/",
            "moderation, a comment": f"{comments}{site.pending.pk}/moderate/",
            "comments": comments,
            "comments, all": f"{comments}?moderation=all",
            "comments, approved": f"{comments}?moderation=approved",
            "comments, approved, page 10": f"{comments}?moderation=approved&p=10",
            "comments, rejected": f"{comments}?moderation=rejected",
            "comments, taken for spam": f"{comments}?akismet=spam",
            "comments, searched": f"{comments}?moderation=all&q=pont",
            "comments, searched by a name": f"{comments}?moderation=all&q=Dastugue",
            "comments, of an article": f"{comments}?moderation=all&article={site.longest.pk}",
            "comments waiting, of an article": f"{comments}?article={site.longest.pk}",
            "comment, with its history": f"{comments}{site.last.pk}/change/",
            "comments, reported": "/admin/comments/complaint/",
        },
        is_staff=True,
    )


def work():
    """Yield what the worker looks for, again and again."""
    from articles.models import Change, FileRemoval, Image
    from comments.models import Comment
    from comments.privacy import retention

    looked_for = {
        "comments to be screened": Comment.objects.due(),
        "renditions to be made": Image.objects.renditions_due(),
        "changes to be forgotten": Change.objects.expired(),
        "files to be deleted": FileRemoval.objects.all(),
        **{f"{kind} to be purged": rows for kind, rows in retention.expired().items()},
    }
    for name, rows in looked_for.items():
        yield Asked(f"worker, {name}", call=lambda rows=rows: list(rows.all()[:1]))


def _asked(addresses, *, is_staff=False):
    return [Asked(name, address, is_staff) for name, address in addresses.items()]


# --- Timing ---------------------------------------------------------------------------------------


class Clients:
    """A reader, and a person of the staff who may do everything."""

    def __init__(self):
        from django.contrib.auth import get_user_model
        from django.test import Client

        headers = {"Sec-Fetch-Site": "same-origin"}
        self.reader, self.staff = Client(headers=headers), Client(headers=headers)
        users = get_user_model().objects
        account, _made = users.get_or_create(
            username="bench", defaults={"is_staff": True, "is_superuser": True}
        )
        self.staff.force_login(account)

    def ask(self, asked):
        """Ask for a page once; return the answer, or None if it is not a page."""
        if asked.call:
            return asked.call()
        client = self.staff if asked.is_staff else self.reader
        if asked.form:
            return client.post(asked.address, asked.form())
        return client.get(asked.address)


@contextmanager
def statements():
    """Yield a list that fills with the statements of the block, each with its parameters."""
    from django.db import connection

    found = []

    def note(execute, sql, params, many, context):
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def timed(clients, asked) -> tuple[Timed, list]:
    """Time what is `asked`; return it with its statements."""
    clients.ask(asked)
    with statements() as found:
        answer = clients.ask(asked)
    taken = []
    while len(taken) < TIMES and (len(taken) < 3 or sum(taken) < SECONDS):
        begun = time.perf_counter()
        clients.ask(asked)
        taken.append(time.perf_counter() - begun)
    status = getattr(answer, "status_code", None)
    size = len(answer.content) / 1024 if status else 0
    figures = (1000 * median(taken), len(found), round(size, 1))
    return Timed(asked.name, asked.address, status, *figures), found


def explained(found):
    """Yield each statement of a list with its plan, as text."""
    from django.db import connection

    for sql, params in found:
        verb = sql.split(None, 1)[0].upper()
        if verb not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            continue
        how = "EXPLAIN QUERY PLAN"
        if connection.vendor == "postgresql":
            how = "EXPLAIN (ANALYZE, BUFFERS)" if verb == "SELECT" else "EXPLAIN"
        with connection.cursor() as cursor:
            cursor.execute(f"{how} {sql}", params)
            rows = cursor.fetchall()
        yield "\n".join([sql, f"  with {params!r}", "", *_lines(rows)])


def _lines(rows):
    from django.db import connection

    if connection.vendor == "postgresql":
        yield from (f"  {line}" for (line,) in rows)
        return
    depth = {0: 0}
    for key, parent, _unused, line in rows:
        depth[key] = depth[parent] + 1
        yield f"{'  ' * depth[key]}{line}"


def prepare():
    """Set up Django for one site whose database is DATABASE_URL."""
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    django.setup()
    setup_test_environment()
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.PUBLIC_VERSIONS = True
    for name in ("COMMENTS_RATE_LIMIT", "COMMENTS_NETWORK_LIMIT", "COMMENTS_FLOOD_LIMIT"):
        setattr(settings, name, 1_000_000)


def time_one_site(articles, results, plans):
    """Time all on the site of DATABASE_URL, in this process; make it first if `articles`."""
    prepare()
    from django.core.management import call_command

    if articles:
        call_command("migrate", verbosity=0)
        begun = time.perf_counter()
        comments = max(LEAST_COMMENTS, articles * COMMENTS_EACH)
        call_command("grow", articles=articles, comments=comments, verbosity=0)
        print(f"{articles:,} articles made in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    clients, every = Clients(), []
    only = os.environ.get("ONLY", "")
    with Path(plans or os.devnull).open("w") as file:
        for asked in everything():
            if not re.search(only, asked.name):
                continue
            result, found = timed(clients, asked)
            every.append(asdict(result))
            if plans:
                file.write(f"=== {asked.name}: {asked.address}\n\n")
                file.writelines(f"{text}\n\n" for text in explained(found))
    Path(results).write_text(json.dumps(every))


# --- Sites of several sizes -----------------------------------------------------------------------


@contextmanager
def scratch_database(name, folder):
    """Yield the address of a new database, and delete it afterwards."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith(("postgres", "pgsql")):
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    import psycopg

    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield address
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run_one(url, size, label, folder):
    """Time one site in a process of its own; return the figures."""
    plans = str(RESULTS.with_suffix(f".{label}.plans.txt")) if os.environ.get("EXPLAIN") else ""
    results = Path(folder, "results.json")
    subprocess.run(
        [sys.executable, "-m", "tests.bench_growth", str(size), str(results), plans],
        env={**os.environ, "DATABASE_URL": url, "LANGUAGE_CODE": "fr"},
        check=True,
    )
    return [Timed(**each) for each in json.loads(results.read_text())]


def main():
    RESULTS.parent.mkdir(exist_ok=True)
    urls = os.environ.get("URLS", "").split()
    sizes = list(map(int, os.environ.get("SIZES", "").split() or SIZES))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        if urls:
            for url in urls:
                label = Path(urlsplit(url).path).stem
                found[label] = run_one(url, 0, label, folder)
        else:
            for size in sizes:
                with scratch_database(f"newsroom_growth_{size}", folder) as url:
                    found[f"{size:,}"] = run_one(url, size, str(size), folder)
    RESULTS.write_text(json.dumps({k: [asdict(t) for t in v] for k, v in found.items()}, indent=1))
    print_table(found)
    print(f"\nThe same as JSON: {RESULTS}")


def print_table(found):
    labels = list(found)
    print(
        f"{'milliseconds (queries)':<36}" + "".join(f"{label:>16}" for label in labels) + "  growth"
    )
    for row in zip(*found.values(), strict=True):
        cells = "".join(f"{t.milliseconds:>10.1f} ({t.queries:>3})" for t in row)
        growth = row[-1].milliseconds / row[0].milliseconds
        odd = {t.status for t in row} - {200, None}
        print(f"{row[0].name:<36}{cells}{growth:>8.1f}  {' '.join(map(str, sorted(odd)))}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        time_one_site(int(sys.argv[1]), *sys.argv[2:])
    else:
        main()
