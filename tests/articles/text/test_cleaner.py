"""The cleaner, through which the HTML of every body passes before it is stored."""

import re

import pytest
from django.urls import reverse

from articles.models import Article, Edition
from articles.text import cleaner
from tests import factories
from tests.pages import form_values

KEPT = [
    "<p>One <strong>two</strong> <em>three</em> H<sub>2</sub>O m<sup>2</sup><br>four</p>",
    "<h2>Heading</h2><h3>Smaller</h3><hr><blockquote><p>Said she.</p></blockquote>",
    "<ul><li><p>a</p></li></ul><ol start=\"3\"><li><p>b</p></li></ol>",
    '<p><a href="https://news.example/?a=1&amp;b=2">link</a></p>',
    '<p><a href="mailto:desk@news.example">write</a> <a href="tel:+33123">call</a></p>',
    '<p><a href="/2025/05/04/bridge/">our own</a></p>',
    '<table><thead><tr><th colspan="2" scope="col">A</th></tr></thead>'
    '<tbody><tr><td rowspan="2">1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>',
    "<p>1 &lt; 2 &amp; “so on”, œuvre</p>",
]  # fmt: skip

#: Typed or pasted HTML, and a pattern that must not match the HTML that is stored.
REMOVED = [
    ("<p>a<script>alert(1)</script></p>", r"script|alert"),
    ("<style>p{display:none}</style><p>a</p>", r"style|display"),
    ("<p onclick='alert(1)' style='x' class='y' id='z'>a</p>", r"onclick|style|class|id="),
    ("<img src=x onerror=alert(1)>", r"img|onerror"),
    ("<svg onload=alert(1)><a xlink:href='javascript:1'>a</a></svg>", r"svg|onload|xlink"),
    ("<a href='javascript:alert(1)'>a</a>", r"href|javascript"),
    ("<a href='JaVaScRiPt&colon;alert(1)'>a</a>", r"(?i)href|javascript"),
    ("<a href='java\tscript:alert(1)'>a</a>", r"href"),
    ("<a href='data:text/html,<script>1</script>'>a</a>", r"href|data:"),
    ("<a href='vbscript:x'>a</a>", r"href"),
    ("<a href='https://x' target='_blank' onmouseover='x'>a</a>", r"target|onmouse"),
    ("<iframe src='https://evil.example'></iframe>", r"iframe|evil"),
    ("<object data='x'></object><embed src='x'><form action='x'><input></form>",
     r"object|embed|form|input"),
    ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", r"math|style|onerror"),
    ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", r"<noscript|<img|<p title"),
    ("<p>a<!-- secret --></p>", r"secret|<!--"),
    ("<h1>a</h1><h4>b</h4><div>c</div><span>d</span>", r"<h1|<h4|<div|<span"),
    ("<base href='https://evil.example'><meta http-equiv=refresh content=0>", r"base|meta"),
]  # fmt: skip


@pytest.mark.parametrize("body", KEPT)
def test_what_the_editors_buttons_make_stays_as_it_is(body):
    assert cleaner.clean(body) == body


@pytest.mark.parametrize(("typed", "gone"), REMOVED)
def test_what_could_run_or_restyle_the_page_goes(typed, gone):
    assert not re.search(gone, cleaner.clean(typed))


@pytest.mark.parametrize(("typed", "_gone"), REMOVED)
def test_cleaning_twice_changes_nothing_more(typed, _gone):
    once = cleaner.clean(typed)
    assert cleaner.clean(once) == once


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<p>a <strong>b", "<p>a <strong>b</strong></p>"),
        ("<p>a</strong></p>", "<p>a</p>"),
        ("<ul><li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("</div></main><p>a</p>", "<p>a</p>"),
        ("<p>a<", "<p>a&lt;</p>"),
        ("<p>a <b", "<p>a </p>"),
    ],
)
def test_tags_left_open_or_closed_twice_cannot_break_the_page(typed, stored):
    assert cleaner.clean(typed) == stored


@pytest.mark.parametrize("nothing", ["", "<p></p>", "<p> </p>", "<p>&nbsp;</p>\n<p><br></p>", " "])
def test_an_editors_empty_paragraphs_are_nothing(nothing):
    assert cleaner.clean(nothing) == ""


@pytest.mark.parametrize(
    "word", ["", " ", "&nbsp;", "\u2800", "&#x1d159;", "\u3164", "\u0301", "\u2d7f"]
)
@pytest.mark.parametrize(
    "body",
    [
        *(
            "<p>{0}</p><h2>{0}</h2>",
            "<ul><li>{}</li></ul>",
            "<blockquote><p>{}</p></blockquote><hr>",
        ),
        *("<table><tr><td>{}</td></tr></table>", "<p><strong>{}</strong></p>", "<hr>"),
        '<p><a href="/x">{}</a></p>',
    ],
)
def test_a_body_in_which_nothing_can_be_read_is_nothing(body, word):
    assert cleaner.clean(body.format(word)) == ""


def test_an_empty_paragraph_between_others_stays():
    assert cleaner.clean("<p>a</p><p></p><p>b</p>") == "<p>a</p><p></p><p>b</p>"


# --- Pictures -------------------------------------------------------------------------------------


def figure(tag, caption="A bridge"):
    return f"<figure>{tag}<figcaption>{caption}</figcaption></figure>"


def tag_of(image, alt="A bridge"):
    return (
        f'<img src="{image.file.url}" alt="{alt}" width="60" height="40"'
        f' data-file="{image.pk}" loading="lazy">'
    )


def test_a_figure_of_the_library_is_rebuilt_from_the_record(db):
    image = factories.image()
    typed = figure(
        f"<img src='https://evil.example/x.svg' data-file='{image.pk}' alt='A bridge'"
        " width='9999' onerror='alert(1)' loading='eager' srcset='https://evil.example/2x 2x'>"
    )
    assert cleaner.clean(typed) == figure(tag_of(image))


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "0", "99999", "-1", "abc", "1e3", "٣", "9" * 40, "1 OR 1"])
def test_a_picture_that_is_not_in_the_library_goes_with_its_figure(number):
    typed = f"<p>a</p>{figure(f'<img src="https://evil.example/x.png" data-file="{number}">')}"
    assert cleaner.clean(typed) == "<p>a</p>"


@pytest.mark.django_db
def test_a_foreign_picture_goes_with_its_figure_and_caption():
    typed = f"<p>a</p>{figure("<img src='https://evil.example/pixel.gif'>")}<p>b</p>"
    assert cleaner.clean(typed) == "<p>a</p><p>b</p>"


def test_a_foreign_figure_does_not_take_its_neighbours_along(db):
    own = figure(tag_of(factories.image()))
    foreign = figure("<img src='https://evil.example/pixel.gif'>")
    assert cleaner.clean(f"{own}<p>a</p>{foreign}{own}") == f"{own}<p>a</p>{own}"


@pytest.mark.parametrize("inside", ["", "a", "<figure></figure>a", "<p>a</p><figure>b</figure>"])
def test_figures_without_a_picture_leave_no_loose_tags(inside):
    once = cleaner.clean(f"<p>x</p><figure>{inside}</figure>")
    assert once == "<p>x</p>"


def test_the_same_picture_may_stand_twice_with_two_alternatives(db):
    image = factories.image()
    body = figure(tag_of(image)) + figure(tag_of(image, alt="From the east"))
    assert cleaner.clean(body) == body


def test_an_alternative_text_stays_text(db):
    image = factories.image()
    alt = "&lt;b&gt; &quot;x&quot; onerror=alert(1) &amp;"
    body = figure(tag_of(image, alt=alt))
    assert cleaner.clean(body) == body


def test_text_that_looks_like_a_picture_stays_text(db):
    image = factories.image()
    body = f'<p>&lt;img data-file="{image.pk}"&gt; and data-file="{image.pk}"</p>'
    assert cleaner.clean(body) == body


def test_markup_in_an_attribute_is_not_taken_for_a_figure():
    typed = (
        '<p><a href="/?<figure>">x</a></p><figure><figcaption>c</figcaption></figure>'
        '<p>" onclick=alert(1) x="</p>'
    )
    once = cleaner.clean(typed)
    assert once.startswith('<p><a href="/?%3Cfigure%3E">x</a></p>')
    assert cleaner.clean(once) == once


# --- All ways of saving ---------------------------------------------------------------------------

DIRTY = "<p>a<script>alert(1)</script></p><img src='https://evil.example/x.png'>"


def test_a_program_that_creates_an_article_passes_through_the_door(db):
    article = Article.objects.create(headline="x", section=factories.section(), body=DIRTY)
    article.refresh_from_db()
    assert article.body == "<p>a</p>"


def test_an_edition_is_cleaned_even_where_the_working_copy_is_not(draft):
    """A body written without `save` (by an importer or in a shell) is cleaned by the press."""
    Article.objects.filter(pk=draft.pk).update(body=DIRTY)
    draft.refresh_from_db()
    assert draft.body == DIRTY
    draft.press(by=None)
    assert draft.live_edition().body == "<p>a</p>"


def test_a_page_is_cleaned_too(db):
    page = factories.page(body=DIRTY)
    page.refresh_from_db()
    assert page.body == "<p>a</p>"


def test_saving_again_changes_nothing(db):
    image = factories.image()
    article = factories.article(body=figure(f'<img data-file="{image.pk}" alt="A bridge">'))
    before = article.body
    article.save()
    article.refresh_from_db()
    assert article.body == before == figure(tag_of(image))


def test_a_change_of_an_article_passes_through_the_door(draft):
    for save in (
        draft.save,
        lambda: draft.save(update_fields=["body"]),
        lambda: draft.save(update_fields={"headline", "body"}),
        lambda: Article.objects.update_or_create(pk=draft.pk, defaults={"body": DIRTY}),
    ):
        Article.objects.filter(pk=draft.pk).update(body="")
        draft.body = DIRTY
        save()
        assert Article.objects.get(pk=draft.pk).body == "<p>a</p>"


def test_a_body_that_was_clean_and_is_added_to_passes_through_the_door(draft):
    draft.body = cleaner.clean("<p>a</p>") + DIRTY
    draft.save()
    draft.refresh_from_db()
    assert draft.body == "<p>a</p><p>a</p>"


def test_what_another_program_wrote_is_cleaned_when_it_is_saved_again(draft):
    Article.objects.filter(pk=draft.pk).update(body=DIRTY)
    Article.objects.get(pk=draft.pk).save()
    draft.refresh_from_db()
    assert draft.body == "<p>a</p>"


def test_saving_other_fields_leaves_the_body_alone(draft):
    Article.objects.filter(pk=draft.pk).update(body="<p>b</p>")
    draft.body = DIRTY
    draft.save(update_fields=["headline"])
    assert Article.objects.get(pk=draft.pk).body == "<p>b</p>"


@pytest.fixture
def cleanings(monkeypatch):
    """Return a list to which each body that is cleaned is added, as it was before."""
    real, cleaned = cleaner._cleaner, []

    class Counting:
        def clean(self, html):
            cleaned.append(html)
            return real.clean(html)

    monkeypatch.setattr(cleaner, "_cleaner", Counting())
    return cleaned


def test_save_and_publish_cleans_the_body_once(editor_client, draft, cleanings):
    url = reverse("admin:articles_article_change", args=[draft.pk])
    form = form_values(editor_client.get(url), "article_form")
    editor_client.post(url, {**form, "body": DIRTY, "_publish": "1"})
    assert cleanings == [DIRTY]
    assert Edition.objects.get().body == "<p>a</p>"


def test_moving_an_edition_cleans_nothing(db, clock, cleanings):
    article = factories.published(at=clock.plus(hours=1))
    cleanings.clear()
    article.reschedule(article.editions.get(), clock.plus(hours=2), by=None)
    article.withdraw(by=None)
    assert cleanings == []


@pytest.mark.django_db
def test_figures_in_figures_are_cleaned_in_one_pass():
    image = factories.image()
    inner = f'<figure><img data-file="{image.pk}" alt="a"></figure>'
    kept = cleaner.clean(f"<figure><figcaption>x</figcaption>{inner}</figure><figure></figure>")
    assert kept.count("<figure>") == kept.count("</figure>") == 1
    assert cleaner.clean("<figure><figcaption>x" * 100) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "<a href='java\xadscript:alert(1)'>a</a>",
        "<a href='java&shy;script:alert(1)'>a</a>",
        "<a href='\u200bjavascript:alert(1)'>a</a>",
        "<a href='&#8203;javascript:alert(1)'>a</a>",
        "<\u200bscript>alert(1)</\u200bscript>",
        "<scr\xadipt>alert(1)</script>",
        "&l\u200bt;script&g\u200bt;alert(1)",
        "&\u2060lt;script>alert(1)",
        "<img src=x on\xaderror=alert(1)>",
        "<a\u2028href='javascript:alert(1)'>a</a>",
    ],
    ids=ascii,
)
def test_no_tag_and_no_scheme_appear_where_an_invisible_character_was(typed):
    cleaned = cleaner.clean(f"<p>{typed}</p>")
    assert not re.search(r"<script|<img|href=\"javascript|onerror=\S", cleaned)
    assert cleaner.clean(str(cleaned)) == cleaned


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\v", "&#x2028;"], ids=ascii)
def test_a_separator_in_an_address_is_escaped_and_ends_none(separator):
    cleaned = cleaner.clean(f"<p><a href='https://news.example/{separator}b'>a</a></p>")
    assert "\u2028" not in cleaned
    assert ' href="https://news.example/%20b"' in cleaned
    assert cleaner.clean(str(cleaned)) == cleaned
