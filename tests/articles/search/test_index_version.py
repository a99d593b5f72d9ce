"""An index that older code wrote is written anew, once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from articles.models import Edition, SearchVersion
from articles.search import index
from articles.search.queries import Query
from articles.search.words import cut, joined_tokens, tokens
from tests import factories

pytestmark = pytest.mark.django_db

SAMPLE = [
    "L’élection des œuvres régionales à Saint-Elme ; lemonde.fr, 3,5 % déjà publiées",
    "Ελλάδα 東京 naïve cafés’ study’s stories",
]


def finds(typed):
    return Edition.objects.live().matching(Query.parse(typed)).count()


def migrate():
    out = StringIO()
    call_command("migrate", verbosity=1, stdout=out, no_color=True)
    return [line for line in out.getvalue().splitlines() if "Search index" in line]


@pytest.fixture
def old_index():
    """Write an index as the version before would have: with other words."""
    for number in range(5):
        factories.published(f"Bridge {number}")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search")
        for edition in Edition.objects.all():
            values = {"sqlite": ["wrong", "wrong"], "postgresql": ["'wrong':1A"]}
            sql = {
                "sqlite": "INSERT INTO articles_search (rowid, headline, body) VALUES (%s, %s, %s)",
                "postgresql": "INSERT INTO articles_search (rowid, document) VALUES (%s, %s)",
            }
            cursor.execute(sql[connection.vendor], [edition.pk, *values[connection.vendor]])
    assert (finds("wrong"), finds("bridge")) == (5, 0)


@pytest.mark.parametrize("version", [None, index.VERSION - 1, index.VERSION + 1])
def test_an_index_of_another_version_is_written_anew_once(old_index, version, monkeypatch):
    SearchVersion.objects.all().delete()
    if version:
        SearchVersion.objects.create(pk=1, number=version)
    monkeypatch.setattr(index, "BATCH", 2)
    monkeypatch.setattr(index, "REPORT_EVERY", 2)
    assert migrate() == [
        "  Search index: 2 of 5 editions",
        "  Search index: 4 of 5 editions",
        "  Search index: written anew, 5 editions",
    ]
    assert (finds("wrong"), finds("bridge")) == (0, 5)
    assert SearchVersion.objects.get().number == index.VERSION
    assert migrate() == []


def test_an_index_of_this_version_is_left_alone(old_index):
    assert migrate() == []
    assert (finds("wrong"), finds("bridge")) == (5, 0)


def test_a_run_that_was_stopped_begins_again(old_index, monkeypatch):
    SearchVersion.objects.all().delete()
    monkeypatch.setattr(index, "BATCH", 2)
    written = []

    def write(edition, write=index.write):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(edition)
        write(edition)

    with monkeypatch.context() as patched:
        patched.setattr(index, "write", write)
        with pytest.raises(KeyboardInterrupt):
            migrate()
    assert finds("bridge") == 2
    assert migrate() == ["  Search index: written anew, 5 editions"]
    assert finds("bridge") == 5


def test_other_tokens_are_another_version():
    """If this test fails, the tokens have changed: raise `index.VERSION`, and correct the test."""
    letters = "xq3b5xxq3bbxxq3bbxxq3b1xxq3b4xxq3b1x xq6771x xq4eacx"
    french, english = ([cut(text, code) for text in SAMPLE] for code in ("fr", "en"))
    assert (index.VERSION, " ".join(tokens(french)), " ".join(tokens(english))) == (
        4,
        f"elect de oeuvr regional a saint elme lemond fr 3 5 dej publ ¶ {letters} "
        "naiv caf study stor ¶",
        f"elect des oeuvr regional a saint elm lemond fr 3 5 deja publie ¶ {letters} "
        "naiv cafe studi stori ¶",
    )
    joined = "lelect saintelm studi"
    assert " ".join(joined_tokens(english)) == joined
