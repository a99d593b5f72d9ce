"""The form of a comment and of an answer: what is typed stays where it was typed."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from comments.forms import LONGEST_COMMENT
from comments.writing import text

from .test_newsroom_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

_number = itertools.count(1)
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def path(site):
    """The path of an article with published comments by Ada and by Zoé."""
    site.python("Section.objects.get_or_create(name='Ville', slug='ville')")
    return site.python(
        "s = Section.objects.get(slug='ville');"
        f"a = Article.objects.create(headline='Fil {next(_number)}', body='<p>Texte</p>',"
        " section=s); a.press(by=None);"
        "[Comment.objects.create(article=a, name=n, text='Vraiment ?').approve(by=None)"
        " for n in ('Ada', 'Zoé')]; print(a.path)"
    )


def form_under(page, name):
    return page.locator(".comment", has_text=name).locator("form")


def begin(page, name, words):
    page.click(f"[aria-label='Répondre à {name}']")
    form_under(page, name).locator("textarea").fill(words)


def comment_on(page, words):
    page.fill("#comment-comment", words)


def expect_typed(page, *, article="", ada="", zoe=""):
    expect(page.locator("#comment-comment")).to_have_value(article)
    for name, words in (("Ada", ada), ("Zoé", zoe)):
        form = form_under(page, name)
        if words:
            expect(form.locator("textarea")).to_have_value(words)
            expect(form).to_be_visible()
        else:
            expect(form.and_(page.locator(":visible"))).to_have_count(0)


@SIZES
def test_each_text_stays_in_its_own_form(open_browser, path, size):
    reader = open_browser(**size)
    reader.goto(path)
    comment_on(reader, "Sous l’article")
    reader.click("[aria-label='Répondre à Ada']")
    form = form_under(reader, "Ada")
    expect(form.locator("textarea")).to_have_value("")
    expect(form.locator("[name=name]")).to_be_focused()
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    begin(reader, "Ada", "Pour Ada")
    begin(reader, "Zoé", "Pour Zoé")
    expect_typed(reader, article="Sous l’article", ada="Pour Ada", zoe="Pour Zoé")
    ids = reader.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))
    labels = reader.evaluate("[...document.querySelectorAll('label')].map((l) => !!l.control)")
    assert all(labels)


@SIZES
@pytest.mark.parametrize("way", ["back", "reload"])
def test_after_back_and_after_a_reload_an_answer_is_still_an_answer(open_browser, path, size, way):
    reader = open_browser(**size)
    reader.goto(path)
    comment_on(reader, "Sous l’article")
    begin(reader, "Ada", "Pour Ada")
    if way == "back":
        reader.goto("/comments/privacy/")
        reader.go_back()
    else:
        reader.locator("#comment-name").focus()
        reader.reload()
    expect(form_under(reader, "Ada").locator("textarea")).to_have_value("Pour Ada")
    expect(reader.locator("#comment-comment")).not_to_have_value("Pour Ada")
    if way == "back":
        expect_typed(reader, article="Sous l’article", ada="Pour Ada")


@SIZES
def test_what_was_sent_as_an_answer_comes_back_as_one(open_browser, path, size, site):
    reader = open_browser(**size)
    reader.goto(path)
    begin(reader, "Ada", "Le gardien.")
    form_under(reader, "Ada").locator("[name=name]").fill("Bruno")
    form_under(reader, "Ada").locator("[type=submit]").click()
    reader.wait_for_url("**/comments/receipt/**")
    reader.go_back()
    expect_typed(reader, ada="Le gardien.")
    expect(form_under(reader, "Ada").locator("[name=name]")).to_have_value("Bruno")
    form_under(reader, "Ada").locator("[type=submit]").click()
    reader.wait_for_url("**/comments/receipt/**")
    sent = f"Comment.objects.filter(article__path={path!r}, name='Bruno')"
    assert site.python(f"print([c.parent.name for c in {sent}])") == "['Ada']"


@SIZES
def test_an_answer_is_cancelled_and_its_words_are_not_lost(open_browser, path, size):
    reader = open_browser(**size)
    reader.goto(path)
    begin(reader, "Ada", "Pour Ada")
    form = form_under(reader, "Ada")
    form.locator("textarea").press("Escape")
    expect(form).to_be_visible()  # It has words.
    form.get_by_role("button", name="Annuler").click()
    expect(form).to_be_hidden()
    expect(reader.locator("[aria-label='Répondre à Ada']")).to_be_focused()
    expect_typed(reader)
    reader.reload()
    expect_typed(reader)
    reader.click("[aria-label='Répondre à Ada']")
    expect_typed(reader, ada="Pour Ada")
    form.locator("textarea").fill("")
    form.locator("textarea").press("Escape")
    expect(form).to_be_hidden()


def test_an_answer_to_a_comment_that_is_gone_is_not_lost(open_browser, path, site):
    reader = open_browser(**DESK)
    reader.goto(path)
    begin(reader, "Ada", "Pour Ada")
    reader.locator("#comment-name").focus()
    site.python(f"Comment.objects.get(article__path={path!r}, name='Ada').reject(by=None)")
    reader.reload()
    form = reader.locator("form", has_text="Répondre à Ada")
    expect(form.locator("textarea")).to_have_value("Pour Ada")
    form.locator("[name=name]").fill("Bruno")
    form.locator("[type=submit]").click()
    expect(reader.get_by_role("alert")).to_contain_text("n’est plus là")
    expect(reader.locator("#typed-comment")).to_have_value("Pour Ada")


def test_without_scripts_an_answer_is_cancelled_by_a_link(open_browser, path):
    reader = open_browser(**PHONE, java_script_enabled=False)
    reader.goto(path)
    reader.click("[aria-label='Répondre à Ada']")
    reader.locator("#comment-form").get_by_role("link", name="Annuler").click()
    reader.wait_for_url(re.compile(re.escape(path)))


# --- The limit --------------------------------------------------------------------------------

#: Texts whose length depends on the way of counting.
SAMPLES = [
    *("", "abc", "  abc \n\n", "a\r\nb\rc", "a\n\n\n\n \nb", "e\u0301" * 9),
    *("👨\u200d👩\u200d👧" * 3, "𝒳𝒴", "a\u200bb\u00adc\ufeffd", "\x00a\x07b", "\u202eabc\u202c"),
    *("한국어", "ﾊﾞﾋﾞ", "क्षि"),
]


def test_the_counter_counts_what_the_server_counts(open_browser, path):
    reader = open_browser(**DESK)
    reader.goto(path)
    script = reader.locator("script[src*=comments]").first.get_attribute("src")
    count = f"async (text) => (await import({script!r})).countCharacters(text)"
    counted = {sample: reader.evaluate(count, sample) for sample in SAMPLES}
    assert counted == {sample: len(text.normalise(sample)) for sample in SAMPLES}


@SIZES
def test_the_limit_is_told_before_and_counted_near_it(open_browser, path, size):
    reader = open_browser(**size)
    reader.goto(path)
    form = reader.locator("#comment-form")
    expect(form.get_by_text("5 000 caractères au plus.")).to_be_visible()
    field, counter = reader.locator("#comment-comment"), form.locator(".counter")
    described = field.get_attribute("aria-describedby")
    assert reader.locator(f"[id='{described}']").count() == 1
    field.fill("a" * 4000)
    expect(counter).to_have_text("")
    field.fill("a" * 4990)
    expect(counter.locator("[aria-hidden]")).to_have_text("Caractères restants : 10")
    expect(counter.get_by_role("status")).to_have_text("Caractères restants : 10")
    field.fill("😀" * (LONGEST_COMMENT + 12))
    expect(counter.locator("[aria-hidden]")).to_have_text("Caractères en trop : 12")
    assert field.input_value() == "😀" * (LONGEST_COMMENT + 12)
    reader.fill("#comment-name", "Bruno")
    form.locator("[type=submit]").click()
    expect(reader.locator("#comment-form .errorlist")).to_contain_text("5012")
    expect(reader.locator("#comment-form .counter [aria-hidden]")).to_have_text(
        "Caractères en trop : 12"
    )
    begin(reader, "Ada", "b" * 4999)
    expect(form_under(reader, "Ada").locator(".counter [aria-hidden]")).to_have_text(
        "Caractères restants : 1"
    )
    expect(form_under(reader, "Ada").locator(".errorlist")).to_have_count(0)


# --- Long comments ----------------------------------------------------------------------------


@pytest.fixture
def long_comment(site, path):
    """The address of a very long comment, whose last word is “Fin”."""
    return site.python(
        f"a = Article.objects.get(path={path!r});"
        "c = Comment.objects.create(article=a, name='Ida', text='Voilà tout. ' * 400 + 'Fin');"
        "c.approve(by=None); print(c.get_absolute_url())"
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@SIZES
def test_a_very_long_comment_is_folded_and_opens(open_browser, path, long_comment, size, scripts):
    reader = open_browser(**size, java_script_enabled=scripts)
    reader.goto(path)
    comment = reader.locator(".comment", has_text="Ida")
    end = comment.get_by_text("Fin")
    expect(end).to_be_hidden()
    expect(comment.get_by_text("Voilà tout.").first).to_be_visible()
    comment.get_by_text("Afficher la suite").click()
    expect(end).to_be_visible()
    comment.get_by_text("Réduire").click()
    expect(end).to_be_hidden()


def test_its_own_address_and_print_show_all_of_it(open_browser, path, long_comment):
    reader = open_browser(**DESK)
    reader.goto(long_comment)
    reader.wait_for_url("**#comment-*")
    expect(reader.locator(".comment", has_text="Ida").get_by_text("Fin")).to_be_visible()
    unscripted = open_browser(**DESK, java_script_enabled=False)
    unscripted.goto(path)
    unscripted.emulate_media(media="print")
    expect(unscripted.locator(".comment", has_text="Ida").get_by_text("Fin")).to_be_visible()
