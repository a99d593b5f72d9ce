"""Security headers, content security policies and access checks of the site's responses."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Complaint

from .. import factories

pytestmark = pytest.mark.django_db

READER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N';"
    " img-src 'self' data:; media-src 'self'; font-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"
)
NONCE = re.compile(r"'nonce-([\w+/=-]+)'")


def policy(response):
    return response["Content-Security-Policy"]


def nonces(response):
    return set(NONCE.findall(policy(response)))


@pytest.fixture
def reader_pages():
    """Return the addresses of every kind of page that a reader may get, errors included."""
    yesterday = timezone.now() - timedelta(days=1)
    article = factories.published(
        at=yesterday, authors=[factories.author()], topics=[factories.topic()],
        lead_image=factories.image(), lead_alt="A bridge",
    )  # fmt: skip
    comment = factories.comment(article, text="See https://news.example/ <b>now</b>")
    comment.approve(by=None)
    factories.reply(comment)
    complaint = Complaint.objects.file(comment, grounds="abuse", words="Rude", address=None)
    thread, by_receipt = [article.pk], [comment.receipt]
    gone = factories.published("Gone", at=yesterday)
    gone.withdraw(by=None)
    return [
        *("/", article.path, gone.path, "/nothing/", "/2025/01/01/nothing/"),
        *(thing.get_absolute_url() for thing in (article.section, *article.authors())),
        *(thing.get_absolute_url() for thing in (*article.topics.all(), factories.page())),
        *(reverse("comments:privacy"), comment.get_receipt_url(), complaint.get_absolute_url()),
        reverse("comments:thread", args=thread) + "?order=newest",
        *(reverse(f"comments:{name}", args=[comment.pk]) for name in ("reply", "complain")),
        *(reverse(f"comments:{name}", args=by_receipt) for name in ("withdraw", "erase")),
    ]


@pytest.fixture
def admin_pages():
    """Return the addresses of every kind of page that an editor may get."""
    article = factories.published()
    return [
        *("/admin/", "/admin/articles/article/", "/admin/articles/article/add/"),
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/withdraw/",
        f"/admin/articles/article/{article.pk}/preview/",
        *(
            "/admin/articles/image/picker/",
            "/admin/articles/image/add/",
            "/admin/comments/comment/",
            "/admin/comments/comment/queue/",
        ),
        *("/admin/password_change/", "/admin/password_reset/", "/admin/reset/done/"),
    ]


# --- Content security policies --------------------------------------------------------------------


def test_reader_pages_have_the_static_policy(client, reader_pages):
    for url in reader_pages:
        assert policy(client.get(url)) == READER_POLICY, url


def test_the_policy_of_readers_is_the_same_for_who_is_logged_in(editor_client, reader_pages):
    for url in reader_pages:
        assert policy(editor_client.get(url)) == READER_POLICY, url


class _Inline(HTMLParser):
    """Collects the parts of a page that the policy for readers would block.

    These are inline scripts and styles, and scripts, pictures and forms of other hosts.
    """

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        # A block of JSON-LD is data: no browser runs it, so the policy does not apply to it.
        data = dict(attrs).get("type") == "application/ld+json"
        if (tag == "script" and "src" not in names and not data) or tag == "style":
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        self.found += [n for n in ("src", "action") if "//" in (names.get(n) or "")]


def test_reader_pages_have_nothing_that_their_policy_would_stop(client, reader_pages):
    for url in reader_pages:
        parser = _Inline()
        parser.feed(client.get(url).text)
        assert not parser.found, url


def test_the_admin_has_its_own_policy_with_a_nonce(editor_client, admin_pages):
    # A preview is a page as readers see it, the picker a part of a page: nothing in them uses a
    # nonce, so their policy has none.
    without = ("/preview/", "/picker/")
    for url in [url for url in admin_pages if not url.endswith(without)]:
        response = editor_client.get(url)
        assert response.status_code == 200, url
        # The form of an article shows its preview in a frame.
        framing = "; frame-src 'self'" if "/article/add/" in url or "/change/" in url else ""
        assert NONCE.sub("'nonce-N'", policy(response)) == ADMIN_POLICY + framing, url
        assert len(nonces(response)) == 1, url


def test_every_answer_of_the_admin_has_a_nonce_of_its_own(editor_client):
    seen = [nonces(editor_client.get("/admin/articles/article/add/")).pop() for _ in range(3)]
    assert len(set(seen)) == 3
    assert all(len(nonce) >= 22 for nonce in seen)


def test_the_nonce_is_the_one_that_the_scripts_carry(editor_client):
    response = editor_client.get("/admin/articles/article/add/")
    carried = set(re.findall(r'nonce="([^"]+)"', response.text))
    assert carried == nonces(response)
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", response.text)
    assert inline, "the import map of the rich text editor"
    for tag in inline:
        assert "nonce=" in tag or "application/json" in tag or "text/html" in tag, tag


# --- Other headers --------------------------------------------------------------------------------


def test_every_page_has_the_protective_headers(editor_client, reader_pages, admin_pages):
    for url in [*reader_pages, *admin_pages]:
        response = editor_client.get(url)
        assert response["X-Content-Type-Options"] == "nosniff", url
        framers = "SAMEORIGIN" if "/preview/" in url else "DENY"
        assert response["X-Frame-Options"] == framers, url
        policy_of_referrer = "no-referrer" if "/receipt/" in url else "same-origin"
        assert response["Referrer-Policy"] == policy_of_referrer, url
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", url


def test_pages_of_the_admin_are_kept_by_nobody(editor_client, admin_pages):
    # Django lets browsers cache the form to change a password. It holds no personal data.
    for url in set(admin_pages) - {"/admin/password_change/"}:
        assert "no-store" in editor_client.get(url).get("Cache-Control", ""), url


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/admin/", "/admin/articles/article/", "/admin/password_change/"])
def test_the_admin_asks_who_is_there(client, path):
    response = client.get(path)
    assert response["Location"] == f"/admin/login/?next={path}"


def test_a_reader_with_an_account_is_not_let_into_the_admin(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("reader"))
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_form_of_the_admin_without_its_token_is_refused(editor):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    response = client.post("/admin/articles/section/add/", {"name": "x", "slug": "x"})
    assert response.status_code == 403
    assert "Nothing was stored." in response.text
    assert "CSRF" not in response.text


@pytest.mark.parametrize("name", ["sessionid", "csrftoken"])
def test_a_stale_cookie_changes_nothing_about_a_reader_page(client, article, name):
    plain = client.get(article.path)
    client.cookies[name] = "stale"
    again = client.get(article.path)
    assert (again.content, again.headers.get("Vary")) == (plain.content, plain.headers.get("Vary"))
    assert not again.cookies


@pytest.mark.parametrize(
    "address",
    [
        f"/media/{'a' * 300}",
        f"/comments/article/{'9' * 26}/thread/",
        "/admin/articles/article/abc/change/",
        "/admin/articles/article/%00/change/",
    ],
)
def test_an_odd_address_is_no_fault_of_ours(admin_client, db, address):
    assert admin_client.get(address, follow=True).status_code in (200, 400, 404)
