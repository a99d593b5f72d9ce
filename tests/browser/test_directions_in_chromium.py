"""Words have their own direction in a real browser, and the spaces of code are seen."""

import pytest

from .test_newsroom_in_chromium import DESK, PHONE, enter

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

#: Each line of a text: whether it begins at the left of its element (0) or ends at its right (1).
SIDES = """element => {
  const box = element.getBoundingClientRect()
  const range = document.createRange()
  const sides = []
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    if (!texts.currentNode.data.trim()) continue
    range.selectNodeContents(texts.currentNode)
    const line = range.getBoundingClientRect()
    sides.push(line.left - box.left < box.right - line.right ? 0 : 1)
  }
  return sides
}"""
WIDTH_OF_INDENT = """element => {
  const text = [...element.childNodes].find(node => node.data?.startsWith('    '))
  const range = document.createRange()
  range.setStart(text, 0)
  range.setEnd(text, 4)
  return range.getBoundingClientRect().width
}"""


@pytest.fixture(scope="module")
def path(site):
    return site.python(
        "s, _ = Section.objects.get_or_create(name='Ville', slug='ville');"
        "a = Article.objects.create(headline='الجسر', language='ar', section=s,"
        " standfirst='بعد سنة', body='<p>نص قصير</p>');"
        "a.press(by=None);"
        "t = 'قال\\nif a:\\n    b()\\n> Bonjour\\n> مرحبا';"
        "Comment.objects.create(article=a, name='علي', text=t).approve(by=None);"
        "Comment.objects.create(article=a, name='علي (2)', text=t);"
        "print(a.path)"
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_arabic_article_begins_on_the_right_and_each_line_of_a_comment_on_its_own_side(
    open_browser, path, size
):
    reader = open_browser(**size, locale="fr-FR")
    reader.goto(path)
    assert reader.locator(".standfirst").evaluate(SIDES) == [1]
    assert reader.locator(".story-body p").last.evaluate(SIDES) == [1]
    assert reader.locator(".share").evaluate("e => getComputedStyle(e).direction") == "ltr"
    words = reader.locator(".comment-text p")
    assert words.evaluate(SIDES) == [1, 0, 0, 0, 1]
    assert words.evaluate(WIDTH_OF_INDENT) > 10
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_form_takes_the_direction_of_the_words_in_it(open_browser, path):
    reader = open_browser(**DESK, locale="fr-FR")
    reader.goto(path)
    for field in ("#comment-name", "#comment-comment"):
        for words, direction in (("علي", "rtl"), ("Zoé", "ltr")):
            reader.fill(field, words)
            assert reader.locator(field).evaluate("e => getComputedStyle(e).direction") == direction


def test_a_moderator_sees_each_line_on_its_own_side(open_browser, path):
    moderator = open_browser(**DESK, locale="fr-FR")
    enter(moderator, "moderator")
    moderator.goto("/admin/comments/comment/queue/?q=علي")
    text = moderator.locator(".one-text")
    text.wait_for()
    assert text.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    assert text.evaluate("e => getComputedStyle(e).whiteSpaceCollapse") == "preserve"
    assert moderator.locator("#one-name bdi").text_content() == "علي (2)"
