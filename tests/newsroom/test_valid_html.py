"""Every page is valid HTML by a validator that is not ours, whatever was typed."""

import random
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from articles.text import cleaner
from articles.text.datelines import with_dateline
from articles.text.reading import read
from comments.models import Complaint
from tests import factories
from tests.admin_addresses import addresses, fill, make_rows
from tests.articles.text.test_content_model import MENDED, PIECES
from tests.browser.newspaper import write
from tests.html_validator import faults
from tests.pages import form_values

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.needs_vnu,
    pytest.mark.slow,
    pytest.mark.any_database,
]

ROOT = Path(__file__).parent.parent.parent

#: Bodies that somebody may paste or send, besides those of `test_content_model`.
PASTED = [
    '<details open><summary>a</summary>b</details><ruby>漢<rp>(</rp><rt>kan</rt></ruby>',
    "<math><mi>x</mi><mtext><p>a</p></mtext></math><svg><title>t</title><p>b</p></svg>",
    '<q cite="x y">a</q><blockquote cite="a b">b</blockquote><time datetime="no">c</time>',
    '<p id="dup">1</p><p id="dup">2</p><p class="x" dir="up" lang="zz zz" title="a">3</p>',
    "<p>unclosed <b>b <i>i <strong>s <em>e",
    "<p>a<hr>b</p><br></br></p></li></ul></table>",
    '<form><input name="x"><label for="y">l</label></form><iframe src="x"></iframe>',
    '<h3>a</h3><h2>b</h2><h6>c</h6><h2><a href="/x">d</a></h2><h2>a</h2><h2>a-2</h2><h2>a 2</h2>',
    "<table><tr><td>a<li>b</li><td><tr><p>c</table><td>d</td><tr><td>e</td></tr>",
    '<table border="1"><colgroup><col span="3"></colgroup><tr valign="top"><td>a</table>',
    '<a href="https://a.example/b c[d]{e}|f\\g^h`%zz?i=j k&l=[m]#n#o">p</a><a href="http://">q</a>',
    '<h2>a <a href="http://">b</a></h2><h3><em><a>c</a></em></h3><a href="https://0x7f.1/">d</a>',
    '<a href="https://user@a.example/">a</a><a href="https://1.2.3.4.5/">b</a><a name="c">d</a>',
    "<p>a<foot-note>b <a href='/c'>c</a></foot-note><a href='/d'>d<foot-note>e</foot-note></a></p>"
    "<h2>f<foot-note>g</foot-note></h2><table><tr><td><s>h<foot-note>i</foot-note></s></td></table>",
    '<ol start="99999999999999999999" type="a"><li value="x">a</li></ol><ul type="disc"><li>b</ul>',
]  # fmt: skip
#: Comments whose words look like markup or like addresses.
COMMENTS = [
    "<b>a</b> &amp; \"b\" 'c' <!-- d --> ]]> <script>alert(1)</script>",
    "https://a.example/b[c]{d}|e^f`g http://[::1]/ http:// https://a..b/ https://a.example/%zz",
    "https://fr.wikipedia.org/wiki/L'Équipe (https://en.wikipedia.org/wiki/Ring_(a)), https://é.fr/é",
    "a\n\n\n\nb\nc\t\td  e\n> quoted\n    indented\n\n" + "x" * 300,
    "https://a.example/?b=<c>&d=\"e\" https://user:secret@a.example/ https://a.example:99999/",
]  # fmt: skip


#: Characters that no HTML may hold, as somebody may send them in a form.
FORBIDDEN = "\x00\x01\x0b\x1f\x7f\x85\ufdd0\uffff\U0010ffff"


def hostile_articles():
    """Publish the bodies one after another and all at once; return the paths of their pages."""
    bodies = [*PASTED, *(pasted for pasted, _stored in MENDED)]
    apart, at_once = "".join(map(cleaner.clean, bodies)), "".join(bodies)
    signs = "<b>\"&'</b> ]]> --> " * 3
    words = {"kicker": signs, "dateline": signs, "standfirst": signs, "lead_caption": signs}
    words["elsewhere"] = f"https://example.org/?a=1&b={signs[:3]} {signs}"
    first = factories.published(
        signs, body=apart, lead_image=factories.image(), lead_alt=signs, lead_credit=signs,
        authors=[factories.author(signs, bio=signs, role=signs)],
        topics=[factories.topic(signs[:60])], **words,
        section=factories.section(signs[:60], description=signs),
    )  # fmt: skip
    second = factories.published("At once", body=at_once)
    changed = factories.published("Changed", body=apart, lead_image=first.lead_image)
    changed.headline, changed.body, changed.lead_image = signs, at_once, None
    changed.save()
    changed.press(by=None)
    page = factories.page(signs, body=apart)
    for text in COMMENTS:
        factories.comment(first, name=signs[:40], text=text).approve(by=None)
    return {
        "hostile article": first.path,
        "bodies at once": second.path,
        "hostile versions": f"{changed.path}versions/",
        "hostile page": page.get_absolute_url(),
        "hostile author": first.bylines.get().author.get_absolute_url(),
        "hostile section": first.section.get_absolute_url(),
        "hostile topic": first.topics.get().get_absolute_url(),
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_for_readers_is_valid_html(client, settings, tmp_path, language):
    settings.LANGUAGE_CODE, settings.PUBLIC_VERSIONS = language, True
    listed = write() | hostile_articles()
    pages = {name: client.get(address).text for name, address in listed.items()}
    comment = factories.comment()
    comment.approve(by=None)
    complaint = Complaint.objects.file(
        comment, grounds=Complaint.Grounds.OTHER, words="<b>", address="192.0.2.7"
    )
    for name, address in {
        "year": listed["month"][:6],
        "complaint": complaint.get_absolute_url(),
        "comment form": comment.article.path,
    }.items():
        pages[name] = client.get(address).text
    form = form_values(client.get(comment.article.path))
    for name, text in {"form with errors": "", "form with a long text": "x" * 6000}.items():
        response = client.post(
            f"/comments/article/{comment.article.pk}/", {**form, "comment": text}
        )
        assert response.status_code == 422
        pages[name] = response.text
    odd = {**form, "name": f"{FORBIDDEN} a", "comment": f"{FORBIDDEN} a" * 2000}
    response = client.post(f"/comments/article/{comment.article.pk}/", odd)
    pages["form with forbidden characters"] = response.text
    pages["search for forbidden characters"] = client.get(
        "/search/", {"q": f"{FORBIDDEN} a", "since": FORBIDDEN, "until": FORBIDDEN}
    ).text
    pages["report with errors"] = client.post(listed["report"], {}).text
    pages["403.html"] = render_to_string("403.html", request=RequestFactory().get("/"))
    for name in ("400.html", "413.html", "500.html", "unavailable.html"):
        pages[name] = render_to_string(name, {"language": language, "site_name": "N"})
    for path in (ROOT / "static/errors").glob("*.html"):
        pages[path.name] = path.read_text(encoding="utf-8")
    pages["search with no day"] = client.get("/search/?q=pont&since=20250504").text
    for name, html in pages.items():
        assert html.lstrip().startswith("<!DOCTYPE html>"), name
        assert not re.search(r'datetime="[^"]*\d:\d\d\.\d', html), name
    found = faults(tmp_path, pages)
    assert not found, "\n".join(map(str, found))


def test_bodies_are_valid_html_whatever_stands_in_what(tmp_path):
    image, dice = factories.image(credit='A "<b>"'), random.Random(1)
    pieces = [
        *PIECES, "<a>", "<a href='http://'>", "<a href='/b c?[d]'>", "</a>", "<em>", "</em>",
        f'<img data-file="{image.pk}" alt="&quot;">', "<th scope=row rowspan=0>", "<ol start=-1>",
        "<td colspan=99999>", "<h3>", "</h3>", "<details>", "<math>", "<svg>", "\u2028", "&#x80;",
    ]  # fmt: skip
    pages = {}
    for number in range(600):
        words = (dice.choice(pieces) + dice.choice(["", "w "]) for _ in range(5 + number % 40))
        body = cleaner.clean(pasted := "".join(words))
        html = with_dateline(read(str(body), dice.choice(["fr", "ar"])).html, "Lyon")
        page = f'<!DOCTYPE html><html lang="fr"><title>t</title><h1>t</h1><div>{html}</div>'
        pages[pasted] = page
    found = faults(tmp_path, pages)
    assert not found, "\n".join(map(str, found))


#: Faults of Django’s own templates and widgets, by the beginning of the words.
DJANGOS = (
    # app_list.html: no cell where a model has no link to add or change.
    "A table row was 2 columns wide, which is less than the column count established by",
    # AutocompleteSelect: its options come when somebody types.
    "Element “option” without attribute “label” must not be empty.",
    "A “select” element with a “required” attribute",
    "The first “option” element in a “select” element with a “required” attribute",
    # The page of a user and of a user’s password.
    "No “p” element in scope but a “p” end tag seen.",
    "Attribute “disabled” not allowed on element “div” at this point.",
)
#: Parts of a page, which a script asks for.
PARTS = ["admin/articles/image/picker/", "admin/articles/attachment/picker/"]


def test_every_page_of_the_admin_is_valid_html(admin_client, admin_user, tmp_path):
    rows = make_rows(admin_user, [admin_user])
    headers = {"Accept-Language": "fr"}
    pages = {}
    for route, name in addresses():
        if name != "logout":
            response = admin_client.get(fill(route, rows), headers=headers, follow=True)
            if response.status_code == 200 and "html" in response.headers["Content-Type"]:
                pages[route] = response.text
    for route in PARTS:
        page = f'<!DOCTYPE html><html lang="fr"><title>t</title><h1>t</h1>{pages[route]}'
        pages[route] = page
    found = [fault for fault in faults(tmp_path, pages) if not fault.words.startswith(DJANGOS)]
    assert not found, "\n".join(map(str, found))
