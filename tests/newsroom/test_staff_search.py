"""The search of the staff: each list and each field that chooses a row, on both databases."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author, Edition, Takedown
from comments.models import CommentRule, Complaint, PublicName, SenderBlock
from common.search.admin import FoldedSearch
from common.search.index import MAX_WORDS
from tests import factories

pytestmark = pytest.mark.django_db

#: A text that each row has, and what people type to find it; and what does not find it.
TEXT = "L’ÉLITE de l’œuvre"
FOUND = ["elite", "ÉLITE", "œuv", "eli OEUVRE", '"élite de"', "lelite"]
NOT_FOUND = ["lite", "elite absent", '"œuvre élite"', "…", "\uff9e"]


@pytest.fixture
def rows(article, moderator):
    """Store a row of each model that the staff search, with TEXT in one of its columns."""
    comment = factories.comment_in("approved", article, by=moderator, text=TEXT)
    other = factories.comment_in("approved", article, by=moderator, name="Else", text="Other")
    about = Complaint.Grounds.OTHER
    Complaint.objects.file(other, grounds=about, words="No", address="192.0.2.8")
    file = Complaint.objects.file
    return {
        "comment": [comment, factories.comment(article, text="Else", name=TEXT)],
        "complaint": [file(comment, grounds=about, words="", address="192.0.2.7")],
        "commentrule": [CommentRule.objects.create(name="Rule", patterns=f"x\n{TEXT}")],
        "publicname": [PublicName.objects.create(user=moderator, name=TEXT)],
        "senderblock": [
            SenderBlock.objects.place(
                comment, f"{comment.ip_address}/32", "hold", days=7, by=moderator, reason=TEXT
            )
        ],
        "author": [factories.author(TEXT), factories.author("B", role=TEXT)],
        "topic": [factories.topic(TEXT)],
        "series": [factories.series(TEXT)],
        "section": [factories.section(TEXT)],
        "image": [
            factories.image(TEXT),
            *(factories.image("A", **{name: TEXT}) for name in ("alt", "caption", "credit")),
        ],
        "attachment": [
            factories.attachment(TEXT),
            *(factories.attachment("A", **{name: TEXT}) for name in ("credit", "transcript")),
        ],
        "page": [factories.page(TEXT), factories.page("B", slug="b", body=f"<p>{TEXT}</p>")],
        "article": [
            factories.article(TEXT),
            factories.article("Body", body=f"<p>{TEXT}</p>"),
            factories.article("Standfirst", standfirst=TEXT),
            factories.article("Byline", authors=[factories.author(TEXT, slug="c")]),
        ],
        "edition": [factories.published(TEXT, slug="p").editions.get()],
        "takedown": [Takedown.objects.create(kind=Takedown.Kind.PASSAGE, note=TEXT)],
        "user": [User.objects.create_user("marie", last_name=TEXT)],
        "group": [Group.objects.create(name=TEXT)],
    }


def list_of(client, model, query):
    opts = model._meta
    every = {"comment": {"moderation": "all"}, "complaint": {"outcome": "all"}}
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    response = client.get(address, {"q": query, **every.get(opts.model_name, {})})
    assert response.status_code == 200, response
    return set(response.context["cl"].result_list)


def test_each_list_finds_words_without_accents_and_capitals(admin_client, rows, subtests):
    for name, expected in rows.items():
        for query in FOUND:
            with subtests.test(name=name, query=query):
                found = list_of(admin_client, type(expected[0]), query)
                # The article of the edition has the same headline.
                found -= set(Article.objects.filter(slug="p"))
                if name == "edition" and query in ("œuv", "eli OEUVRE"):
                    # As readers: by whole words, whatever their endings.
                    continue
                assert found == set(expected)
        for query in NOT_FOUND:
            with subtests.test(name=name, query=query):
                assert list_of(admin_client, type(expected[0]), query) == set()


def test_every_list_with_a_search_uses_an_index():
    searched = {m.__name__: a for m, a in admin.site._registry.items() if a.search_fields}
    assert {name for name, a in searched.items() if not isinstance(a, FoldedSearch)} == {"Edition"}
    assert len(searched) == 17


def test_no_search_of_the_staff_reads_a_text_letter_by_letter(admin_client, rows):
    with CaptureQueriesContext(connection) as queries:
        for [row, *_others] in rows.values():
            list_of(admin_client, type(row), "elite")
    assert [q["sql"] for q in queries if " LIKE " in q["sql"].upper()] == []


def test_a_search_for_many_words_is_bounded(admin_client, rows, django_assert_max_num_queries):
    [comment, _other] = rows["comment"]
    with django_assert_max_num_queries(2 * MAX_WORDS + 20):
        many = " ".join(["élite", "œuvre"] * MAX_WORDS + ["absent"] * 500)
        assert list_of(admin_client, type(comment), many) == set(rows["comment"])


def test_odd_queries_do_no_harm(admin_client, rows, subtests):
    odd = [*('"', '""', "'", "\\", "a:*", "a* OR b", "NEAR(a b)", "words : a", "!a", "a & | b", "")]
    odd += [
        "\0",
        "a\0b",
        "¶",
        "†elite",
        "‡1",
        "\u0640",
        "v1",
        "😀" * 300,
        "ﷺ" * 300,
        "-" * 9000,
        "1 000 " * 99,
    ]
    for row in (rows["comment"][0], rows["author"][0], rows["edition"][0]):
        for query in odd:
            with subtests.test(model=row._meta.model_name, query=query[:9]):
                list_of(admin_client, type(row), query)


def test_comments_are_found_by_the_headline_of_their_article(admin_client, rows):
    article = factories.published("Grève à l’hôpital")
    comment = factories.comment(article, name="Chloé", text="Bravo")
    factories.comment(rows["comment"][0].article, name="Chloé", text="Bravo")
    for query in ("hopital", "chloe greve", "hopital chl bravo"):
        assert list_of(admin_client, type(comment), query) == {comment}
    article.headline = "Autre"
    article.save()
    assert list_of(admin_client, type(comment), "hopital") == set()
    assert list_of(admin_client, type(comment), "autre") == {comment}


def test_articles_are_found_by_authors_and_addresses_of_any_time(
    admin_client, editor, clock, settings
):
    author = factories.author("Éloïse Zola")
    article = factories.published("Bridge", authors=[author], slug="old-name")
    article.change_slug("new-name", by=editor)
    clock.forward(days=1)
    path = f"/{timezone.localtime(article.first_published_at):%Y/%m/%d}/"
    for query in ("eloise", "zola bridge", "old-name", "oldname", "new-name", f"{path}new-name/"):
        assert list_of(admin_client, Article, query) == {article}
    host = settings.SITE_URL.partition("://")[2]
    for page in (f"http://{host}", host, f"https://www.{host.upper()}"):
        for end in ("", "?page=2", "#comments"):
            assert list_of(admin_client, Article, f"{page}{path}new-name/{end}") == {article}
    assert list_of(admin_client, Article, f"{host}.example{path}new-name/") == set()
    author.name = "Émile Proust"
    author.save()
    assert list_of(admin_client, Article, "eloise") == set()
    assert list_of(admin_client, Article, "emile") == {article}
    article.bylines.all().delete()
    assert list_of(admin_client, Article, "emile") == set()


def test_a_site_that_is_named_in_a_comment_is_found_by_its_name(admin_client, article, settings):
    comment = factories.comment(article, text=f"Voir {settings.SITE_URL}/ !")
    for query in (settings.SITE_URL, f"{settings.SITE_URL}/"):
        assert list_of(admin_client, type(comment), query) == {comment}


def test_scripts_without_spaces_and_emoji_are_found_anywhere(admin_client, article):
    comment = factories.comment(article, name="田中", text="これは東京都庁です 🤮")
    factories.comment(article, name="Paul", text="京東")
    for query in ("東京", "京都", "都庁です", "🤮", "東京 🤮", "田"):
        assert list_of(admin_client, type(comment), query) == {comment}
    assert list_of(admin_client, type(comment), "東都") == set()


def test_no_letter_of_another_script_is_found_by_its_number(admin_client, article):
    comment = factories.comment(article, name="Paul", text="Шаг, 攀, مد, 😀")
    model = factories.comment(article, name="Xavier", text="x64, x86, X448")
    for query in ("x64", "x86", "x44", "x1f60"):
        assert comment not in list_of(admin_client, type(comment), query)
    for query in ("шаг", "攀", "😀", "مد"):
        assert list_of(admin_client, type(comment), query) == {comment}
    for query in ("x64", "x86", "x44", "xav"):
        assert list_of(admin_client, type(comment), query) == {model}


def test_editors_do_not_find_what_they_may_not_see(client, editor, rows):
    client.force_login(editor)
    for name in ("complaint", "user", "group"):
        model = type(rows[name][0])
        address = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
        assert client.get(address, {"q": "elite"}).status_code == 403


# --- Fields that choose a row ---------------------------------------------------------------------


def offered(client, model, field, term):
    opts = model._meta
    query = {
        "app_label": opts.app_label,
        "model_name": opts.model_name,
        "field_name": field,
        "term": term,
    }
    response = client.get(reverse("admin:autocomplete"), query)
    return [result["text"] for result in response.json()["results"]]


def test_the_fields_find_the_beginning_of_a_word(admin_client):
    factories.author("Clément Œdipe")
    for term in ("c", "cle", "clem", "oed", "œdi clé"):
        assert len(offered(admin_client, Article.bylines.rel.related_model, "author", term)) == 1


def test_namesakes_are_told_apart_where_they_are_offered(admin_client):
    byline = Article.bylines.rel.related_model
    for number in range(2):
        Author.objects.create(name="Jean Martin", slug=f"jean-martin-{number}", role="Reporter")
        factories.image("Pont", credit="AFP")
        factories.article("Pont")
        factories.published("Pont", slug=f"pont-{number}")
    User.objects.create_user("jm1", first_name="Jean", last_name="Martin")
    User.objects.create_user("jm2", first_name="Jean", last_name="Martin")
    factories.topic("Élite", slug="elite")
    factories.topic("elite", slug="sport-d-elite")
    names = {
        "authors": (byline, "author", "jean"),
        "pictures": (Article, "lead_image", "pont"),
        "articles": (Article, "related", "pont"),
        "accounts": (PublicName, "user", "martin"),
        "topics": (Article, "topics", "elite"),
    }
    found = {name: offered(admin_client, *field) for name, field in names.items()}
    for name, labels in found.items():
        assert len(set(labels)) == len(labels) == (4 if name == "articles" else 2), labels
    assert found["authors"][0] == "Jean Martin · Reporter · jean-martin-0"
    assert found["topics"] == ["elite · sport-d-elite", "Élite"]
    assert sorted(found["accounts"]) == ["jm1 · Jean Martin", "jm2 · Jean Martin"]
    # A name of a file means nothing to people.
    assert all(re.fullmatch(r"Pont · AFP · [\d/]+ .* · #\d+", one) for one in found["pictures"])
    assert sum("Published · /" in label for label in found["articles"]) == 2
    assert sum("Draft · " in label and "#" in label for label in found["articles"]) == 2


def test_the_chosen_value_has_the_same_label_when_the_form_is_opened(admin_client):
    author = factories.author("Jean Martin", role="Reporter")
    topic = factories.topic("Pont", slug="ouvrages")
    image = factories.image("Pont", credit="AFP")
    other = factories.published("Autre")
    article = factories.article("Pont", authors=[author], topics=[topic], lead_image=image)
    article.related.add(other)
    page = admin_client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert f">Jean Martin · Reporter · {author.slug}</option>" in page
    assert ">Pont · ouvrages</option>" in page
    assert 'alt="Pont · AFP"' in page
    assert f">Autre · Published · {other.path}</option>" in page


def test_a_search_of_editions_is_that_of_readers(admin_client):
    edition = factories.published("Grèves", body="<p>covid-19</p>").editions.get()
    for query in ("greve", "covid19"):
        assert list_of(admin_client, Edition, query) == {edition}
