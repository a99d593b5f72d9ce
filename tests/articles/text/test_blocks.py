"""The blocks of a body, and the one body that is written in two ways."""

import pytest

from articles.text.blocks import as_written

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("<p>One.</p>\n<h2>Two</h2>\n", "<p>One.</p><h2>Two</h2>"),
        ("<p>One\nline. </p>", "<p>One line.</p><p></p>"),
        (
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
            "<ul><li><p>a</p></li><li><p>b</p><ol><li><p>c</p></li></ol></li></ul>",
        ),
        ('<ol start="1"><li>a</li></ol>', "<ol><li><p>a</p></li></ol>"),
        (
            '<table><thead><tr><th scope="col">a</th></tr></thead>'
            "<tbody><tr><td>b</td></tr></tbody></table>",
            "<table><tbody><tr><th><p>a</p></th></tr><tr><td><p>b</p></td></tr></tbody></table>",
        ),
        (
            "<p>A <em><strong>b</strong> c</em></p>",
            "<p>A <strong><em>b</em></strong><em> c</em></p>",
        ),
        ("<p>Same.</p>\n<p>Same.</p>", "<p>Same.</p><p>Same.</p>"),
    ],
)
def test_what_an_editor_only_writes_in_its_own_way_stays(stored, written):
    assert as_written(written, stored) == stored
    changed = as_written(f"<p>New.</p>{written}", f"{stored}<p>Old.</p>")
    assert changed.replace("\n", "").startswith("<p>New.</p>" + stored.replace("\n", "")[:9])


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("<p>One.</p>", "<h2>One.</h2>"),
        ("<p>One.</p>", "<p>One.</p><p>One.</p>"),
        ("<p>a&nbsp;b</p>", "<p>a b</p>"),
        ("<p>a <em>b</em></p>", "<p>a b</p>"),
        ('<p><a href="/a/">b</a></p>', '<p><a href="/b/">b</a></p>'),
        ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>", "<p>a</p>"),
        ("<p>One.</p>", ""),
        ("<p>a <foot-note>b</foot-note></p>", "<p>a<foot-note>b</foot-note></p>"),
        ("<p>a<foot-note>b</foot-note></p>", "<p>ab</p>"),
        (
            "<p>a<foot-note>b</foot-note> c</p>",
            "<p>a<foot-note>b</foot-note>c</p>",
        ),
        ("<p>One.</p>", "<> < > </>"),
    ],
)
def test_a_change_stays_a_change(stored, written):
    assert as_written(written, stored) == written
