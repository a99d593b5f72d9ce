"""Advice on what an article lacks or could say better."""

import pytest

from articles.models.rule_level import Level
from articles.publishing.preflight import levels
from articles.publishing.preflight.prepared import Prepared
from articles.text.typography import typeset
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def found(code, **fields):
    """Return the findings of one rule in an article that is not stored."""
    article = factories.Article(**{"headline": "The bridge reopens", "language": "en", **fields})
    return levels.found_in(article, [code])[code]


def said(code, **fields):
    return [each.error.messages[0] for each in found(code, **fields)]


def mended(code, text, language="en"):
    """Return a headline with all that one rule finds in it mended."""
    for each in reversed(found(code, headline=text, language=language)):
        parts = text.split(each.quoted)
        before, after = parts[: each.occurrence + 1], parts[each.occurrence + 1 :]
        text = each.quoted.join(before) + each.mend + each.quoted.join(after)
    return text


def test_what_is_missing_is_named():
    image = factories.image()
    body = (
        f'<p>a</p><img src="x" alt="b" width="1" height="1" data-file="{image.pk}" loading="lazy">'
    )
    assert said("byline") == ["Nobody is named in the byline."]
    assert said("standfirst") == ["There is no standfirst."]
    assert [each.field for each in found("credit", lead_image=image, body=body)] == [
        *("lead_credit", "body")
    ]
    image.credit = "Anne Leroy"
    image.save()
    assert not found("credit", lead_image=image, lead_credit="AFP", body=body)
    assert not found("standfirst", standfirst="At last.")
    assert not levels.found_in(factories.article(authors=[factories.author()]), ["byline"])[
        "byline"
    ]


def test_a_byline_that_is_still_in_the_form_is_one():
    assert not levels.found_in(factories.Article(), ["byline"], has_byline=True)["byline"]


@pytest.mark.parametrize(
    ("code", "field", "limit"),
    [("headline_length", "headline", 110), ("description_length", "standfirst", 300)],
)
def test_what_is_cut_elsewhere_is_too_long(code, field, limit):
    assert not found(code, **{field: "x" * limit})
    assert str(limit + 1) in said(code, **{field: "x" * (limit + 1)})[0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<h3>First</h3><p>a</p>", "subheading_first"),
        ("<h2>First</h2><p>a</p><h2>Last</h2>", "heading_last"),
        ("<p>a</p><h2></h2><p>b</p>", "empty_heading"),
        ("<h2>First</h2><h3>Second</h3><p>a</p>", None),
    ],
)
def test_headings_lead_somewhere(body, code):
    assert [each.code for each in found("heading_order", body=body)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("words", "is_vague"),
    [
        *[(words, True) for words in ("here", "Click here.", "ICI", "Cliquez ici »", "read more…")],
        *[(words, True) for words in ("https://example.org/a", "www.example.org", "<em>here</em>")],
        *[(words, False) for words in ("the report", "Ici Paris", "here is the report")],
    ],
)
def test_the_words_of_a_link_say_where_it_leads(words, is_vague):
    body = f'<p>Here: <a href="https://example.org/">{words}</a></p>'
    assert bool(found("vague_link", body=body)) == is_vague


def test_a_place_is_counted_among_the_same_words_before():
    body = '<p>here and here <foot-note>here</foot-note> and <a href="/x">here</a></p>'
    (each,) = found("vague_link", body=body)
    assert (each.quoted, each.occurrence) == ("here", 2)


def test_links_of_our_own_lead_to_what_readers_find(settings):
    live, draft = factories.published("Live"), factories.published("Withdrawn")
    draft.withdraw(by=None, notice="Gone.")
    topic = factories.topic()
    old = live.path
    live.change_slug("elsewhere", by=None)
    for address, code in {
        live.path: None,
        f"{settings.SITE_URL}{live.path}?a=1#b": None,
        live.path.rstrip("/"): None,
        old: "link_moved",
        draft.path: "link_not_public",
        "/2020/01/01/no-such-article/": "link_dead",
        "/no/such/page/": "link_dead",
        "/topic/no-such-topic/": "link_dead",
        topic.get_absolute_url(): None,
        "/": None,
        "/search/?q=a": None,
        "#below": None,
        "https://example.org/no/such/page/": None,
        "mailto:a@example.org": None,
        "https://[": None,
    }.items():
        codes = [e.code for e in found("dead_link", body=f'<p><a href="{address}">It</a></p>')]
        assert codes == ([code] if code else []), address


@pytest.mark.parametrize(
    ("language", "typed", "right"),
    [
        ("en", "The the bridge of of stones", "The bridge of stones"),
        ("fr", "Le pont de de pierre, et et", "Le pont de pierre, et"),
        ("en", "That that is had had, Duran Duran", "That that is had had, Duran Duran"),
        ("fr", "Nous nous levons, très très tôt, va va-t-il", None),
        ("fr", "côte à côte, 2 2, l’an l’an", None),
    ],
)
def test_a_doubled_word_is_mended(language, typed, right):
    assert mended("doubled_word", typed, language) == (right or typed)


def test_a_word_is_doubled_across_marks_and_not_across_paragraphs():
    assert found("doubled_word", body="<p>of <em>of</em> stones</p>")
    assert not found("doubled_word", body="<p>made of</p><p>of stones</p>")


def test_one_name_has_one_spelling():
    body = "<p>Then Lefèvre spoke, and Lefèvre left. So did M. Lefevre. A Marché, a Marche.</p>"
    (each,) = [e for e in found("two_spellings", body=body) if e.quoted == "Lefevre"]
    assert (each.mend, each.occurrence, each.field) == ("Lefèvre", 0, "body")
    assert not found("two_spellings", body="<p>Marche. Marché conclu avec Durand et Durant.</p>")
    (doubled, *_more) = found("two_spellings", body="<p>With Zelensky, or Zelenskky.</p>")
    assert doubled.mend is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_found_in_what_display_sets_by_itself(language):
    """Straight quotes, double hyphens, spaces before signs: as typed, and as they are shown."""
    typed = '"Un mot" -- l\'autre: 12 % ! Le n° 3 ; "deux" ? 1 000 euros...'
    for text in (typed, str(typeset(typed, language))):
        fields = {"language": language, "standfirst": text, "body": f"<p>{text}</p>"}
        rules = set(levels.NAMES) - {"byline", "house"}
        article = factories.Article(headline=text, **fields)
        assert not any(levels.found_in(article, rules).values())


def test_advice_on_a_begun_article_waits_for_its_text(editor):
    article = factories.article(body="")
    assert levels.worth_a_look(article, editor) == []
    article.body = "<p>It is open.</p>"
    assert {each.code for each in levels.worth_a_look(article, editor)} == {"byline", "standfirst"}
    assert levels.warnings(article, editor) == []
    assert levels.DEFAULTS["byline"] == Level.SHOWS


def test_a_long_article_is_read_in_few_queries(django_assert_max_num_queries):
    image = factories.image()
    picture = f'<img src="x" alt="" width="1" height="1" data-file="{image.pk}" loading="lazy">'
    block = '<h2>The Lefevre file</h2><p>Then Lefèvre <a href="/x/">here</a> the the end.</p>'
    article = factories.article(body=picture + block * 1000)
    with django_assert_max_num_queries(8):
        assert levels.found_in(article)
    assert len(Prepared(article).links) == 1000
