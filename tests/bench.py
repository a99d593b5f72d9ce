"""Time the pages of a large site: `make bench`, with `ARTICLES=100000` for another size.

The script fills a scratch database with articles of some 200 words each. Then it times requests
through Django, and prints the median of several. It asserts nothing: the figures are true only for
the machine that it runs on.
"""

import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import django
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import get_runner, setup_test_environment

WORDS = [
    f"{a}{b}{c}"
    for a in ("ba", "co", "du", "fi", "gre")
    for b in "lmnrst"
    for c in ("o", "ette", "ion", "age", "ir")
]
START = datetime(2000, 1, 1, 6, tzinfo=UTC)


def fill(count):
    from articles.models import Article, ArticlePath, Author, Edition, EditionByline, Section, Topic
    from articles.search import index

    random.seed(1)
    sections = [Section.objects.create(name=f"Section {n}", slug=f"s{n}") for n in range(8)]
    topics = [Topic.objects.create(name=f"Topic {n}", slug=f"t{n}") for n in range(200)]
    authors = [Author.objects.create(name=f"Author {n}", slug=f"a{n}") for n in range(100)]
    step = timedelta(days=365 * 26) / count
    for first in range(0, count, 1000):
        with transaction.atomic():
            articles = []
            for n in range(first, min(first + 1000, count)):
                at = START + n * step
                rare = f" unique{n}" if n % 1000 == 0 else ""
                body = f"<p>{' '.join(random.choices(WORDS, k=200))} commune{rare}</p>"
                articles.append(
                    Article(
                        headline=" ".join(random.choices(WORDS, k=7)), slug=f"n{n}", body=body,
                        standfirst=" ".join(random.choices(WORDS, k=20)), language="fr",
                        section=sections[n % 8], stage="published", first_published_at=at,
                        path=f"/{at:%Y/%m/%d}/n{n}/",
                    )
                )  # fmt: skip
            Article.objects.bulk_create(articles)
            ArticlePath.objects.bulk_create(ArticlePath(path=a.path, article=a) for a in articles)
            editions = Edition.objects.bulk_create(
                Edition(
                    article=a, number=1, visible_from=a.first_published_at,
                    first_published_at=a.first_published_at, **a.content()
                )
                for a in articles
            )  # fmt: skip
            EditionByline.objects.bulk_create(
                EditionByline(edition=e, author=random.choice(authors)) for e in editions
            )
            Edition.topics.through.objects.bulk_create(
                Edition.topics.through(edition=e, topic=random.choice(topics)) for e in editions
            )
        index.index_editions(Edition.objects.filter(pk__in=[e.pk for e in editions]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def timed(client, name, url, times=7):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        response = client.get(url)
        taken.append(1000 * (time.perf_counter() - begun))
    print(
        f"{name:<32} {response.status_code}  {statistics.median(taken):8.1f} ms  "
        f"{len(response.content) / 1024:6.1f} KB"
    )


def main():
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        count = int(os.environ.get("ARTICLES", 10_000))
        begun = time.perf_counter()
        fill(count)
        print(
            f"{count} articles on {connection.vendor}, made in {time.perf_counter() - begun:.0f} s"
        )
        report()
    finally:
        runner.teardown_databases(databases)


def report():
    from articles.models import Article
    from articles.models.edition import NEWEST_FIRST
    from common.keyset import write_cursor

    client = Client()
    newest = Article.objects.order_by("-first_published_at")
    deep = newest[newest.count() * 2 // 5]

    common = "/search/?q=commune"
    cursor = write_cursor(deep.live_edition(), NEWEST_FIRST)
    for name, url in {
        "front": "/",
        "article": newest[0].path,
        "section, first page": "/section/s1/",
        "section, page 2,000": f"/section/s1/?before={cursor}",
        "topic": "/topic/t5/",
        "author": "/author/a5/",
        "archive": "/archive/",
        "a month": f"/{deep.first_published_at:%Y/%m}/",
        "search, a word of each article": common,
        "search, a frequent word": f"/search/?q={WORDS[3]}",
        "search, two words": f"/search/?q={WORDS[3]}+{WORDS[40]}",
        "search, a rare word": "/search/?q=unique1000",
        "search, a phrase": f'/search/?q="{WORDS[3]}+{WORDS[40]}"',
        "search, one section and year": f"{common}&section=s1&since=2010-01-01&until=2010-12-31",
    }.items():
        timed(client, name, url)


if __name__ == "__main__":
    sys.path.insert(0, ".")
    import tests.environment  # noqa: F401

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    django.setup()
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    main()
