"""Links to other sites are typed one a line; only those that readers can follow are shown."""

import pytest

from articles.text.outside_links import (
    MAX_ADDRESS,
    MAX_CHARACTERS,
    MAX_LINKS,
    MAX_SOURCE,
    MAX_TITLE,
    OutsideLink,
    links_of,
    problems,
    tidied,
    without_passage,
)
from articles.text.passages import Passage

A = "https://example.org/a"


def codes(text):
    return [error.code for error in problems(text)]


def test_a_line_is_an_address_a_title_and_perhaps_a_source():
    text = f"{A} The bridge | in figures | INSEE\n\n  https://www.example.com/b  The ferry "
    first, second = links_of(text)
    assert first == OutsideLink(A, "The bridge | in figures", "INSEE")
    assert (second.title, second.source, second.host) == ("The ferry", "", "example.com")
    assert problems(text) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("The bridge", "scheme"), ("javascript:alert(1) x", "scheme"),
        ("//example.org x", "scheme"),
        ("ftp://example.org x", "scheme"), ("https:// x", "address"),
        ("https://example.org:99999/ x", "address"),
        ("https://user:pass@example.org/ x", "password"),
        ("https://@example.org/ x", "password"), ("http://localhost/ x", "private"),
        ("http://192.168.0.1/ x", "private"), ("http://[::1]/ x", "private"), (A, "title"),
        (f"{A} {'x' * (MAX_TITLE + 1)}", "long_title"),
        (f"{A} x | {'y' * (MAX_SOURCE + 1)}", "long_source"),
        (f"{A}{'a' * MAX_ADDRESS} x", "long_address"),
        (f"{A}{'é' * MAX_ADDRESS} x", "long_address"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_link_is_named_and_never_shown(line, code):
    text = f"{A}/first First\n{line}"
    assert codes(text) == [code]
    assert "2" in problems(text)[0].messages[0]
    assert [link.title for link in links_of(text)] == ["First"]
    # Its author finds it again as they typed it.
    assert tidied(text) == text


def test_a_link_to_this_site_is_a_related_article(settings):
    settings.SITE_URL = "https://news.example.org"
    assert codes("https://www.news.example.org/x Own") == ["own"]
    assert codes("https://example.org/x Other") == []


def test_an_address_stands_once_whatever_brought_the_reader_there():
    assert codes(f"{A}?utm_source=x First\n{A} Again") == ["twice"]


def test_there_are_not_too_many():
    lines = [f"{A}{number} Title" for number in range(MAX_LINKS + 1)]
    assert codes("\n".join(lines)) == ["too_much"]
    assert len(links_of("\n".join(lines))) == MAX_LINKS
    assert codes("x" * (MAX_CHARACTERS + 1)) == ["too_much"]
    assert codes("\n".join(lines[:-1])) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("?utm_source=x&id=1&UTM_Medium=y&fbclid=z#part", "?id=1#part"), ("?utm%5Fid=1", ""),
        ("?q=utm_source&b=%20&b=", "?q=utm_source&b=%20&b="), ("/[x]%", "/%5Bx%5D%25"),
    ],
)  # fmt: skip
def test_an_address_loses_what_only_tells_where_a_reader_came_from(typed, kept):
    once = tidied(f"{A}{typed}   A title")
    assert once == f"{A}{kept} A title"
    assert tidied(once) == once


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("www.Café.fr", "café.fr"), ("пример.рф", "пример.рф"), ("例え.jp", "例え.jp"),
        ("раураӏ.com", "xn--"), ("gооgle.com", "xn--"), ("ｅxample.org", "example.org"),
        ("bıg.org", "xn--"), ("straße.de", "straße.de"),
    ],
)  # fmt: skip
def test_a_host_is_shown_in_letters_that_do_not_deceive(host, shown):
    (link,) = links_of(f"https://{host}/ Title")
    assert link.host == shown or (shown == "xn--" and link.host.startswith(shown))


def test_a_passage_is_taken_out_of_titles_and_with_the_link_whose_address_has_it():
    text = f"{A} The mayor stole it | X\nhttps://example.org/the-mayor-stole-it Read\n{A}b Other"
    passage = Passage("the mayor stole it")
    assert without_passage(text, passage, "[…]") == (f"{A} […] | X\n{A}b Other", 2)
    assert without_passage(f"{A}b Other", passage, "[…]") == (f"{A}b Other", 0)
