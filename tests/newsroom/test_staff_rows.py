"""What staff open reads the rows that it shows, and not all articles, as PostgreSQL plans it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite does not say what it read"
    ),
]

MANY = 3000


@pytest.fixture
def articles():
    """Very many articles, a withdrawn one, one with related ones, and one with a comment."""
    section = factories.section()
    made = {
        "withdrawn": factories.published("Withdrawn", section=section),
        "leads on": factories.published("Leads on", section=section),
        "talked of": factories.published("Talked of", section=section),
    }
    made["withdrawn"].withdraw(by=None)
    made["leads on"].related.add(made["talked of"])
    factories.comment(made["talked of"])
    Article.objects.bulk_create(
        Article(slug=f"a{n}", headline=f"Article {n}", section=section, language="fr")
        for n in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def articles_read(sql) -> int:
    """Return how many rows of articles a statement reads, by its plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    return rows_of(found[0]["Plan"])


def rows_of(node):
    seen = sum(map(rows_of, node.get("Plans", ())))
    if node.get("Relation Name") == "articles_article":
        of_each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        seen += of_each * node["Actual Loops"]
    return seen


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("articles/article/?state=withdrawn", "Withdrawn"),
        ("articles/article/{leads_on}/change/", "Talked of"),
        ("comments/comment/?article={talked_of}", "Talked of"),
    ],
)
def test_what_few_articles_have_reads_few(admin_client, articles, address, found):
    keys = {name.replace(" ", "_"): article.pk for name, article in articles.items()}
    with CaptureQueriesContext(connection) as asked:
        page = admin_client.get(f"/admin/{address.format(**keys)}")
    assert found in page.text
    statements = [q["sql"] for q in asked if q["sql"].startswith("SELECT")]
    of_articles = [sql for sql in statements if '"articles_article"' in sql]
    assert of_articles
    # The filters beside a list offer the names in the 300 articles that were saved last.
    assert max(map(articles_read, of_articles)) < MANY / 4
