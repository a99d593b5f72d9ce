"""The main road in a real browser: on a phone and a desk, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from ..journeys.site import wait_until

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(
    params=[(PHONE, True), (PHONE, False), (DESK, True), (DESK, False)],
    ids=["phone", "phone without scripts", "desk", "desk without scripts"],
)
def browser_of(request, open_browser):
    """Open a browser like the one of this run, for an editor, a reader or a moderator."""
    size, scripts = request.param
    return lambda: open_browser(**size, java_script_enabled=scripts, locale="fr-FR")


def log_in(page, name):
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", name)
    page.click("#login-form [type=submit]")
    page.locator("#user-tools").wait_for()


def enter(page, name):
    """Log in without a page, where a test is about something else: it begins at its own page."""
    http = page.context.request
    assert http.get("/admin/login/").ok
    [token] = [c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"]
    form = {"username": name, "password": name, "csrfmiddlewaretoken": token}
    assert http.post("/admin/login/", form=form, max_redirects=0).status == 302


def save(page, button="_publish"):
    """Press a button of a change form, and wait until the desk says that it is stored."""
    page.click(f"[name={button}]")
    page.locator(".messagelist .success").wait_for()


def write_article(page, headline, scripts):
    page.goto("/admin/articles/article/add/")
    page.fill("#id_headline", headline)
    if scripts:
        body = page.locator("[contenteditable=true]")
        body.click()
        page.keyboard.type("## Avant le pont")
        page.keyboard.press("Enter")
        page.keyboard.type("La rivière était haute.")
    else:
        page.fill("#id_body", "<h2>Avant le pont</h2><p>La rivière était haute.</p>")
    page.select_option("#id_section", label="Ville")
    save(page)


def test_an_article_is_written_commented_moderated_and_read(browser_of, request, site):
    scripts = request.node.callspec.params["browser_of"][1]
    run = request.node.callspec.id.replace(" ", "-")
    headline = f"La rivière est haute ({run})"
    site.python("Section.objects.get_or_create(name='Ville', slug='ville')")

    editor = browser_of()
    log_in(editor, "editor")
    write_article(editor, headline, scripts)
    path = site.python(f"print(Article.objects.get(headline={headline!r}).path)")

    reader = browser_of()
    reader.goto(path)
    assert reader.locator("h1").inner_text() == headline
    assert reader.locator("article h2", has_text="Avant le pont").count() == 1
    assert (
        reader.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
    )

    reader.click("#comment-form [type=submit]")
    form, typed = reader.locator("#comment-form"), reader.locator("#comment-name")
    expect(form.get_by_text("Veuillez saisir votre nom ici")).to_be_visible()
    expect(form.get_by_text("Veuillez saisir votre commentaire !")).to_be_visible()
    expect(typed).to_have_attribute("aria-invalid", "true")
    if scripts:
        expect(typed).to_be_focused()
    reader.fill("#comment-name", f"Jeanne {run}")
    reader.click("#comment-form [type=submit]")
    expect(typed).not_to_have_attribute("aria-invalid", "true")
    expect(typed).to_have_value(f"Jeanne {run}")
    reader.fill("#comment-comment", f"Et le bac ?\n\n<script>alert(1)</script> {run}")
    reader.click("#comment-form [type=submit]")
    reader.wait_for_url("**/comments/receipt/**")
    receipt = reader.url
    assert reader.context.cookies() == []

    name = f"Jeanne {run}"
    wait_until(lambda: site.python(f"print(Comment.objects.get(name={name!r}).screening)") == "ham")
    moderator = browser_of()
    log_in(moderator, "moderator")
    moderator.goto("/admin/comments/comment/")
    moderator.locator("#result_list a", has_text=name).first.click()
    moderator.click("[name=CHANGE_FORM-action][value=approve]")
    moderator.locator(".messagelist .success").wait_for()

    reader.goto(path)
    comment = reader.locator("[id^=comment-]", has_text=f"<script>alert(1)</script> {run}").last
    expect(comment).to_be_visible()
    reader.goto(receipt)
    reader.click("text=Le lire sous l’article")
    reader.wait_for_url(f"**{path}#comment-*")


def test_reader_pages_need_no_cookie_and_no_other_host(browser_of, site):
    site.python("Section.objects.get_or_create(name='Ville', slug='ville')")
    reader = browser_of()
    asked = []
    reader.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/section/ville/", "/comments/privacy/", "/nowhere/"):
        reader.goto(path)
    assert reader.context.cookies() == []
    assert {url.partition("//")[2].partition("/")[0] for url in asked} == {
        site.url.partition("//")[2]
    }


def test_an_answer_is_written_under_what_it_answers(browser_of, request, site):
    scripts = request.node.callspec.params["browser_of"][1]
    run = request.node.callspec.id.replace(" ", "-")
    site.python("Section.objects.get_or_create(name='Ville', slug='ville')")
    path = site.python(
        "s = Section.objects.get(slug='ville');"
        f"a = Article.objects.create(headline='Fil {run}', body='<p>Texte</p>', section=s);"
        "a.press(by=None);"
        f"c = Comment.objects.create(article=a, name='Ada {run}', text='Qui a les clefs ?');"
        "c.approve(by=None); print(a.path)"
    )
    reader = browser_of()
    reader.goto(path)
    reader.click(f"[aria-label='Répondre à Ada {run}']")
    form = reader.locator(".comment > form" if scripts else "#comment-form")
    expect(form.locator("h2, h3")).to_have_text(f"Répondre à Ada {run}")
    assert (path in reader.url) == scripts
    if scripts:
        expect(form.locator("[name=name]")).to_be_focused()
        form.get_by_role("button", name="Annuler").click()
        expect(form).to_be_hidden()
        expect(reader.locator("#comment-form")).to_have_attribute(
            "action", re.compile("/comments/article/")
        )
        reader.click(f"[aria-label='Répondre à Ada {run}']")
    form.locator("[name=name]").fill(f"Bruno {run}")
    form.locator("[name=comment]").fill(f"Le gardien. {run}")
    form.locator("[type=submit]").click()
    reader.wait_for_url("**/comments/receipt/**")
    parent = site.python(f"print(Comment.objects.get(name='Bruno {run}').parent.name)")
    assert parent == f"Ada {run}"
