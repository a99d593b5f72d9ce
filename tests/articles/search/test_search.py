"""Search: the same answers on SQLite and on PostgreSQL, and no input that does harm."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from articles.models import Edition
from articles.search import index, queries
from articles.search.highlights import excerpt, mark
from articles.search.queries import Query
from articles.search.words import cut, stem, tokens
from articles.views import PAGE_SIZE
from common.search.databases import MAX_TOKENS
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)

#: Headline, language and body of each article, oldest first.
TEXTS = [
    ("L’élection du maire", "fr", "Les résultats sont publiés ce soir à l’hôtel de ville."),
    ("Des œuvres au musée", "fr", "Une œuvre de la régionale, et l'aquarium de Saint-Elme."),
    (
        "Covid-19 : le point",
        "fr",
        "Selon lemonde.fr, 3,5 millions d’habitants. Écrire à info@paris.fr.",
    ),
    ("Late trams begin", "en", "The city’s trams will run late. Stories of the elections follow."),
    (
        "Qui veut le journal ?",
        "fr",
        "Des journaux régionaux parlent d'élections, et du maire sortant.",
    ),
    ("A naïve café", "en", "Two studies say that 19 of 20 cafés close. Le maire est venu."),
    ("Ελλάδα and 東京", "en", "Æsop wrote fables for Kraków."),
]


@pytest.fixture
def articles():
    for number, (headline, language, text) in enumerate(TEXTS):
        factories.published(
            headline,
            language=language,
            body=f"<p>{text}</p>",
            at=MAY + timedelta(hours=number),
            authors=[factories.author("Zoé Brûlé")] if number == 0 else [],
            topics=[factories.topic("Élus")] if number == 0 else [],
        )


def search(typed):
    """Return the first 12 characters of each headline found, in the order of the page."""
    found = Edition.objects.live().matching(Query.parse(typed)).select_related("article")
    ordered = found.order_by("-in_headline", "-first_published_at", "-article_id")
    return [edition.headline[:12] for edition in ordered]


EXPECTED_HEADLINES = [
    # Accents, capitals, plurals and stems. Matches in a headline come first, then the newest.
    ("élection", ["L’élection d", "Qui veut le ", "Late trams b"]),
    ("elections", ["L’élection d", "Qui veut le ", "Late trams b"]),
    ("ÉLECTIONS", ["L’élection d", "Qui veut le ", "Late trams b"]),
    ("E\u0301lection", ["L’élection d", "Qui veut le ", "Late trams b"]),
    # Elision, with either apostrophe.
    ("l'élection", ["L’élection d", "Qui veut le ", "Late trams b"]),
    ("L’Election", ["L’élection d", "Qui veut le ", "Late trams b"]),
    ("aquarium", ["Des œuvres a"]),
    ("d'habitant", ["Covid-19 : l"]),
    # Ligatures.
    ("oeuvre", ["Des œuvres a"]),
    ("œuvres", ["Des œuvres a"]),
    ("aesop", ["Ελλάδα and 東"]),
    # French and English forms.
    ("journal", ["Qui veut le "]),
    ("journaux", ["Qui veut le "]),
    ("régional", ["Qui veut le ", "Des œuvres a"]),
    ("publié", ["L’élection d"]),
    ("publiees", ["L’élection d"]),
    ("story", ["Late trams b"]),
    ("study", ["A naïve café"]),
    ("tram", ["Late trams b"]),
    ("naive cafe", ["A naïve café"]),
    ("city's", ["Late trams b"]),
    # Numbers, hyphens, addresses: a term without spaces is found as a phrase.
    ("covid-19", ["Covid-19 : l"]),
    ("covid 19", ["Covid-19 : l"]),
    ("19-covid", []),
    ("19", ["Covid-19 : l", "A naïve café"]),
    ("lemonde.fr", ["Covid-19 : l"]),
    ("3,5", ["Covid-19 : l"]),
    ("5,3", []),
    ("info@paris.fr", ["Covid-19 : l"]),
    ("saint-elme", ["Des œuvres a"]),
    # Phrases in any quotes; common words count in a phrase.
    ('"hôtel de ville"', ["L’élection d"]),
    ("« hotel de ville »", ["L’élection d"]),
    ("“ville de hôtel”", []),
    ('"maire sortant"', ["Qui veut le "]),
    ('"élection du maire" soir', ["L’élection d"]),
    # An answer holds all words of the query.
    ("maire", ["L’élection d", "A naïve café", "Qui veut le "]),
    ("maire journaux", ["Qui veut le "]),
    ("maire tram", []),
    # Common words are ignored, unless the query has no other words.
    ("le maire des", ["L’élection d", "A naïve café", "Qui veut le "]),
    ("qui", ["Qui veut le "]),
    # Names of authors and topics.
    ("brule", ["L’élection d"]),
    ("élus", ["L’élection d"]),
    # Other alphabets.
    ("ελλαδα", ["Ελλάδα and 東"]),
    ("東京", ["Ελλάδα and 東"]),
    ("krakow", ["Ελλάδα and 東"]),
    # A phrase does not match across two fields.
    ('"maire les résultats"', []),
    ("nothing", []),
]


def test_the_same_answers_in_the_same_order_on_each_database(articles, subtests):
    for typed, expected in EXPECTED_HEADLINES:
        with subtests.test(typed=typed):
            assert search(typed) == expected


ODD = [
    *("", " ", '"', '""', "«", "' OR 1=1 --", "'; DROP TABLE articles_search; --", "%", "_", "\\"),
    *(
        "a AND",
        "NEAR(a b)",
        "headline:maire",
        "maire*",
        "^maire",
        "-maire",
        "(maire",
        "maire)",
        "{a}",
    ),
    *("maire & ville", "maire <-> ville", "!maire", "maire:A", "'maire':*", "maire | tram"),
    *("\x00", "maire\x00ville", "\ud800", "¶", "😀", "a" * 10_000, "maire " * 5_000, '"a" ' * 500),
    *("l'", "’s", "l’’’élection", "...", "3,,5", "\u202e maire", "ﷺ" * 300),
]


def test_nothing_that_can_be_typed_does_harm(client, articles, subtests):
    for number, typed in enumerate(ODD):
        with subtests.test(number=number):
            response = client.get("/search/", {"q": typed.encode("utf-8", "surrogatepass")})
            assert response.status_code in (200, 422)
            assert Edition.objects.live().matching(Query.parse("maire")).count() == 3


def test_characters_that_no_page_may_hold_are_no_part_of_the_words(client, articles):
    page = client.get("/search/", {"q": "mai\x00re\x0b\uffff", "since": "\x00"})
    assert 'value="maire"' in page.text
    assert not set("\x00\x0b\uffff") & set(page.text)
    assert client.get("/search/", {"q": "mai\x00re"}).status_code == 200


def test_operators_are_words_or_nothing(articles):
    assert search("headline:maire") == []
    assert search("-tram") == search("tram*") == search("(tram") == ["Late trams b"]


def test_a_query_is_cut_where_it_gets_too_long():
    query = Query.parse(" ".join(f"word{number}" for number in range(100)))
    assert sum(len(phrase) for phrase in query.phrases) == queries.MAX_WORDS


# --- The index ------------------------------------------------------------------------------------


def test_an_article_is_found_from_its_beginning_to_its_end(clock):
    later = clock.plus(hours=2)
    factories.published("Scheduled", at=later, until=later + timedelta(hours=1))
    assert search("scheduled") == []
    clock.forward(hours=2)
    assert search("scheduled") == ["Scheduled"]
    clock.forward(hours=1)
    assert search("scheduled") == []


def test_only_the_edition_that_readers_have_is_found():
    article = factories.published("Bridge", body="<p>Wooden.</p>")
    article.body = "<p>Stone.</p>"
    article.save()
    assert (search("wooden"), search("stone")) == (["Bridge"], [])
    article.press(by=None)
    assert (search("wooden"), search("stone")) == ([], ["Bridge"])


def indexed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM articles_search ORDER BY rowid")
        return [number & index.KEY_MASK for (number,) in cursor.fetchall()]


def test_an_edition_that_is_taken_back_leaves_no_words(clock):
    article = factories.published()
    kept = article.editions.get().pk
    clock.forward(minutes=1)
    article.cancel(article.press(by=None, at=clock.plus(hours=1)), by=None)
    article.press(by=None, at=clock.plus(hours=2))
    article.withdraw(by=None)
    assert indexed() == [kept]


def test_words_of_neighbouring_blocks_stay_apart():
    factories.published(body="<p>One<br>two</p><ul><li>three</li><li>four</li></ul>")
    assert search("one two three four") == ["The bridge r"]
    assert search("onetwo") == search("threefour") == []


def test_markup_is_no_word(client):
    factories.published(
        body='<p>See <a href="https://secretword.example/">this</a> &amp; that.</p>'
    )
    assert search("secretword") == search("amp") == search("href") == []


def test_a_long_text_is_indexed_as_far_as_both_databases_can():
    factories.published(body=f"<p>Begin {'word ' * 300} middle {'tail ' * MAX_TOKENS} end</p>")
    assert search("begin") == search("middle") == ["The bridge r"]
    assert search("end") == []
    assert len(tokens([cut("word " * (MAX_TOKENS + 5), "en")])) == MAX_TOKENS


def test_the_index_can_be_made_anew(articles, capsys):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search")
    assert search("maire") == []
    call_command("index_articles")
    assert capsys.readouterr().out == f"{len(TEXTS)} indexed\n"
    assert len(search("maire")) == 3
    call_command("index_articles")
    assert len(indexed()) == len(TEXTS)


def test_migrate_adds_what_the_index_lacks(articles):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search")
    call_command("migrate", verbosity=0)
    assert len(search("maire")) == 3


# --- The page -------------------------------------------------------------------------------------


def found(response):
    return [edition.headline[:12] for edition in response.context["page"]]


def test_a_reader_searches_and_sees_the_words_marked(client, articles):
    response = client.get("/search/", {"q": "oeuvre"})
    assert found(response) == ["Des œuvres a"]
    assert "Des <mark>œuvres</mark> au musée" in response.text
    assert "Une <mark>œuvre</mark> de la régionale" in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert 'value="oeuvre"' in response.text


def test_answers_are_narrowed_by_section_and_days(client, articles):
    article = factories.published("Maire", at=MAY - timedelta(days=10))
    sports = factories.section("Sports", slug="sports")
    factories.published("Maire et sport", section=sports, at=MAY - timedelta(days=20))

    def ask(**filters):
        return found(client.get("/search/", {"q": "maire", **filters}))

    assert ask(section="sports") == ["Maire et spo"]
    assert ask(until="2025-04-30") == ["Maire", "Maire et spo"]
    assert ask(since="2025-04-20", until="2025-04-30") == ["Maire"]
    day = f"{article.first_published_at:%Y-%m-%d}"
    assert ask(since=day, until=day) == ["Maire"]


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2025-02-30"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"since": "2025-05-02", "until": "2025-05-01"}, "until"),
        ({"section": "nowhere"}, "section"),
    ],
)
def test_a_filter_that_cannot_be_is_an_error_at_its_field(client, articles, filters, field):
    response = client.get("/search/", {"q": "maire", **filters})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["page"] is None
    assert 'value="maire"' in response.text


def test_long_answers_go_on_on_the_next_page_each_once(client):
    for number in range(45):
        headline = "Maire" if number % 3 == 0 else "Ville"
        factories.published(f"{headline} {number}", body="<p>Le maire.</p>", at=MAY)
    walked, address = [], "/search/?q=maire"
    while address:
        response = client.get(address)
        walked += [edition.headline for edition in response.context["page"]]
        cursor = response.context["page"].next
        address = cursor and f"/search/?q=maire&before={cursor}"
    numbers = range(44, -1, -1)
    assert walked == [f"Maire {n}" for n in numbers if n % 3 == 0] + [
        f"Ville {n}" for n in numbers if n % 3
    ]


def test_a_page_of_answers_costs_the_same_for_three_as_for_thirty(
    client, django_assert_max_num_queries
):
    def count_queries(answers):
        for number in range(Edition.objects.count(), answers):
            author = factories.author(f"A {number}")
            factories.published(f"Maire {number}", authors=[author], at=MAY)
        with django_assert_max_num_queries(6) as asked:
            response = client.get("/search/", {"q": "maire"})
        assert response.status_code == 200
        assert len(found(response)) == min(answers, PAGE_SIZE)
        return len(asked)

    assert count_queries(3) == count_queries(30)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("zebra", "No article holds all of these words"),
        ("…", "There is no word in this"),
        ("", "Put words in quotes"),
    ],
)
def test_a_search_without_answers_says_what_to_do(client, articles, typed, words):
    assert words in client.get("/search/", {"q": typed}).text


def test_what_was_typed_is_never_markup(client, articles):
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_marks_are_put_around_words_and_everything_is_escaped():
    stems = Query.parse("élection b").stems()
    assert mark("<b> L’élection & co", stems) == (
        "&lt;<mark>b</mark>&gt; L’<mark>élection</mark> &amp; co"
    )


def test_an_excerpt_is_cut_at_words_around_the_first_one_found():
    text = f"{'avant ' * 60}le maire parle {'après ' * 60}"
    cut = excerpt(text, Query.parse("maire").stems())
    assert cut.startswith("…avant avant")
    assert " le <mark>maire</mark> parle après" in cut
    assert cut.endswith("après…")
    assert excerpt("Nothing here", Query.parse("maire").stems()) == ""


def test_a_word_far_down_in_a_very_long_text_has_no_excerpt():
    stems = Query.parse("maire").stems()
    assert "<mark>maire</mark>" in excerpt("mot " * 20_000 + "maire", stems)
    assert excerpt("mot " * 30_000 + "maire", stems) == ""


def test_the_not_found_page_offers_a_search(client):
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert 'action="/search/"' in page.text


def test_an_endless_word_is_cut_before_it_is_stemmed():
    assert stem("aeyb" * 300_000, "en") == stem(("aeyb" * 300_000)[:200], "en")


def test_a_site_that_is_emptied_past_the_press_has_an_empty_index():
    factories.published()
    Edition.objects.all().delete()
    assert indexed() != []
    index.sync_after_migrate(apps.get_app_config("articles"), using="default")
    assert indexed() == []
