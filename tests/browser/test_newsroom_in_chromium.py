"""The main road in a real browser: on a phone and a desk, with JavaScript and without."""

import pytest

from ..journeys.site import wait_until

pytestmark = pytest.mark.needs_chromium

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
    page.click("[name=_publish]")
    page.wait_for_load_state()


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
    assert reader.locator("#comment-form").get_by_text("Veuillez saisir votre nom ici").is_visible()
    assert reader.locator("text=Veuillez saisir votre commentaire !").is_visible()
    assert reader.locator("#comment-name").get_attribute("aria-invalid") == "true"
    if scripts:
        assert reader.evaluate("document.activeElement.id") == "comment-name"
    reader.fill("#comment-name", f"Jeanne {run}")
    reader.click("#comment-form [type=submit]")
    assert reader.input_value("#comment-name") == f"Jeanne {run}"
    reader.fill("#comment-comment", f"Et le bac ?\n\n<script>alert(1)</script> {run}")
    reader.click("#comment-form [type=submit]")
    assert "/comments/receipt/" in reader.url
    receipt = reader.url
    assert reader.context.cookies() == []

    name = f"Jeanne {run}"
    wait_until(lambda: site.python(f"print(Comment.objects.get(name={name!r}).screening)") == "ham")
    moderator = browser_of()
    log_in(moderator, "moderator")
    moderator.goto("/admin/comments/comment/")
    moderator.locator("#result_list a", has_text=name).first.click()
    moderator.click("[name=CHANGE_FORM-action][value=approve]")
    moderator.wait_for_load_state()

    reader.goto(path)
    comment = reader.locator("[id^=comment-]", has_text=f"<script>alert(1)</script> {run}").last
    assert comment.is_visible()
    reader.goto(receipt)
    reader.click("text=Le lire sous l’article")
    assert f"{path}#comment-" in reader.url


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
    assert (path in reader.url) == scripts
    form = reader.locator("#comment-form")
    assert form.locator("h2, h3").inner_text() == f"Répondre à Ada {run}"
    if scripts:
        assert reader.evaluate("document.activeElement.id") == "comment-name"
        assert form.evaluate("form => form.parentElement.matches('.comment')")
        reader.click("a[href='#comment-form']")
        assert not form.evaluate("form => form.parentElement.matches('.comment')")
        assert "/comments/article/" in form.evaluate("form => form.action")
        assert "/comments/article/" in form.evaluate("form => form.action")
        reader.click(f"[aria-label='Répondre à Ada {run}']")
    reader.fill("#comment-name", f"Bruno {run}")
    reader.fill("#comment-comment", f"Le gardien. {run}")
    reader.click("#comment-form [type=submit]")
    assert "/comments/receipt/" in reader.url
    parent = site.python(f"print(Comment.objects.get(name='Bruno {run}').parent.name)")
    assert parent == f"Ada {run}"
