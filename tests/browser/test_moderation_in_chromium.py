"""Moderators at work in a real browser: by key, by thumb, without JavaScript, two at once."""

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, PHONE, enter, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

QUEUE = "/admin/comments/comment/queue/"
#: Three comments, the oldest first, under an article of their own.
FILL = """
from datetime import timedelta
from django.utils import timezone
from tests import factories
article = factories.published({run!r})
for n, name in enumerate(["Ada", "Bea", "Cid"]):
    address = f"10.0.{{article.pk}}.{{n}}"
    comment = factories.comment(article, name=name, text=name + " wrote this", address=address)
    Comment.objects.filter(pk=comment.pk).update(
        submitted_at=timezone.now() - timedelta(minutes=9 - n), screening="ham"
    )
print(article.pk)
"""
SECOND = """
from django.contrib.auth.models import Group, User
from newsroom.groups import MODERATOR
second = User.objects.create_user("second", password="second", is_staff=True)
second.groups.add(Group.objects.get(name=MODERATOR))
"""


@pytest.fixture
def queue(site, request):
    """Return the address of a queue with three comments, and a way to read their states."""
    run = request.node.name
    article = site.python(FILL.format(run=run))

    def states():
        rows = f"Comment.objects.filter(article={article}).order_by('submitted_at')"
        return site.python(f"print(*[c.moderation + c.reason for c in {rows}])")

    return f"{QUEUE}?article={article}", states


def shown(page):
    return page.locator("#one-name").inner_text()


def settled(page, name):
    page.locator("#one-name", has_text=name).wait_for()
    ready(page)


def ready(page):
    """Wait until the buttons take a click: not at once after a comment has come into view."""
    page.locator("#at-hand:not([aria-busy])").wait_for()
    page.locator("#at-hand .reject summary").click(trial=True)


def told_of(page, name):
    """Wait for the answer to the decision about `name`: the next comment is shown before it."""
    page.locator(".undo:has(button:enabled)", has_text=name).wait_for()


def open_queue(open_browser, url, name="moderator", **options):
    page = open_browser(locale="fr-FR", **options)
    enter(page, name)
    page.goto(url)
    return page


def test_a_queue_is_emptied_by_single_keys(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    loads = []
    page.on("load", lambda: loads.append(page.url))
    settled(page, "Ada")
    page.keyboard.press("j")
    settled(page, "Bea")
    page.keyboard.press("k")
    settled(page, "Ada")
    page.keyboard.press("a")
    settled(page, "Bea")
    page.locator(".queue-steps strong", has_text="2").wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Digit2")
    settled(page, "Cid")
    page.keyboard.press("s")
    page.locator(".queue-empty").wait_for()
    assert states() == "approved rejectedinsult spam"
    told_of(page, "Cid")
    page.locator(".undo button").click(trial=True)
    page.keyboard.press("u")
    settled(page, "Cid")
    told_of(page, "Bea")
    page.keyboard.press("u")
    settled(page, "Bea")
    assert states() == "approved pending pending"
    page.go_back()
    settled(page, "Cid")
    assert loads == [], "nothing was reloaded"


def test_keys_never_act_while_one_types_or_with_a_modifier_or_turned_off(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.locator("#decision-note").press_sequentially("arsu?j1")
    page.keyboard.press("Enter")
    assert page.input_value("#decision-note") == "arsu?j1"
    page.locator("#one-name").click()
    for keys in ("Control+a", "Alt+s", "Meta+s"):
        page.keyboard.press(keys)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("a")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    for key in ("a", "s", "r", "1", "?"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_be_hidden()
    page.reload()
    ready(page)
    page.keyboard.press("a")
    assert shown(page) == "Ada"
    assert states() == "pending pending pending"
    page.locator(".queue-links [data-key='?']").click()
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    settled(page, "Bea")


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (PHONE, False), (DESK, False)],
    ids=["phone", "phone without scripts", "desk without scripts"],
)
def test_a_queue_is_emptied_by_its_buttons(open_browser, queue, size, scripts):
    url, states = queue
    page = open_queue(open_browser, url, java_script_enabled=scripts, **size)
    assert shown(page) == "Ada"
    for button in (".approve", ".reject summary", ".spam"):
        box = page.locator(f"#at-hand {button}").bounding_box()
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= size["viewport"]["height"]
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click(".approve")
    settled(page, "Bea")
    page.click(".reject summary")
    page.click(".reasons button[value=off_topic]")
    settled(page, "Cid")
    told_of(page, "Bea")
    page.click(".undo button")
    settled(page, "Bea")
    page.click("#at-hand .spam")
    settled(page, "Cid")
    told_of(page, "Bea")
    assert states() == "approved spam pending"
    page.click(".approve")
    page.locator(".queue-empty").wait_for()


def test_the_second_of_two_moderators_is_told_and_goes_on(open_browser, queue, site):
    url, states = queue
    site.python(SECOND)
    first, second = (open_queue(open_browser, url, n, **DESK) for n in ("moderator", "second"))
    for page in (first, second):
        settled(page, "Ada")
    first.keyboard.press("s")
    settled(first, "Bea")
    told_of(first, "Ada")
    second.keyboard.press("a")
    settled(second, "Bea")
    told = second.locator(".overtaken")
    told.wait_for()
    assert "Indésirable par moderator" in told.inner_text()
    assert states() == "spam pending pending"
    told.locator("a").click()
    settled(second, "Ada")


def test_a_decision_that_does_not_arrive_is_said(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.wait_for_load_state("networkidle")
    page.route(
        "**/moderate/**", lambda r: r.abort() if r.request.method == "POST" else r.continue_()
    )
    page.keyboard.press("a")
    settled(page, "Bea")
    failed = page.locator(".overtaken")
    failed.wait_for()
    assert states() == "pending pending pending"
    failed.locator("a").click()
    settled(page, "Ada")


@pytest.mark.parametrize(
    "answer",
    [{"status": 503}, {"status": 200, "body": "<h1>A proxy asks for a password.</h1>"}],
    ids=["database", "proxy"],
)
def test_a_decision_that_failed_is_sent_again_with_its_note(open_browser, queue, site, answer):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.wait_for_load_state("networkidle")
    page.route(
        "**/moderate/**",
        lambda r: r.fulfill(**answer) if r.request.method == "POST" else r.continue_(),
    )
    page.fill("#decision-note", "Vu avec Zoé.")
    page.click(".decide .approve")
    settled(page, "Bea")
    expect(page.locator(".overtaken")).to_contain_text("Nous ne pouvons pas dire si la décision")
    expect(page.locator("#outcome [name=note]")).to_have_value("Vu avec Zoé.")
    assert states() == "pending pending pending"
    page.unroute("**/moderate/**")
    page.click("#outcome button")
    expect(page.locator("#outcome [name=note]")).to_have_count(0)
    settled(page, "Bea")
    assert states() == "approved pending pending"
    note = "CommentEvent.objects.exclude(note='').latest('pk').note"
    assert "Vu avec Zoé." in site.python(f"print({note})")


def test_an_answer_that_is_being_written_is_not_lost_by_a_step(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.locator(".write summary").first.click()
    page.fill("#answer-text", "Il ouvre vendredi.")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.locator("#one-name").click()
    page.keyboard.press("j")
    assert shown(page) == "Ada"
    assert page.input_value("#answer-text") == "Il ouvre vendredi."
    page.click("#answer-form [type=submit]")
    # The demo's accounts have no public name yet, so the form comes back and asks for one.
    expect(page.locator("#answer-form .errorlist")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("Il ouvre vendredi.")
    page.fill("#answer-public_name", "Maud de la rédaction")
    page.click("#answer-form [type=submit]")
    page.locator(".messagelist").wait_for()
    assert states().startswith("approved")


# --- Only what could be seen ------------------------------------------------------------------


def hold_down_a(page):
    for _n in range(3):
        page.keyboard.down("a")
    page.keyboard.up("a")


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (lambda page: [page.keyboard.press("a") for _n in range(2)], "approved pending pending"),
        (lambda page: [page.keyboard.press("s") for _n in range(3)], "spam pending pending"),
        (hold_down_a, "approved pending pending"),
        (lambda page: page.locator(".approve").dblclick(), "approved pending pending"),
        (lambda page: page.locator("#at-hand .spam").click(click_count=3), "spam pending pending"),
    ],
    ids=["a twice", "s thrice", "a held down", "double click", "triple click"],
)
def test_what_has_just_appeared_is_not_decided(open_browser, queue, act, left):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.wait_for_load_state("networkidle")
    act(page)
    told_of(page, "Ada")
    settled(page, "Bea")
    assert states() == left
    page.keyboard.press("a")
    settled(page, "Cid")
    told_of(page, "Bea")
    assert states() == left.replace("pending", "approved", 1)


def test_a_double_click_decides_one_comment_without_scripts(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, java_script_enabled=False, **DESK)
    page.locator(".approve").dblclick()
    settled(page, "Bea")
    told_of(page, "Ada")
    assert states() == "approved pending pending"
    assert page.locator(".messagelist").count() == 0, "the same decision again is no conflict"
    page.click(".approve")
    settled(page, "Cid")
    page.locator(".undo button").dblclick()
    settled(page, "Bea")
    assert states() == "approved pending pending"


def test_one_undo_takes_back_one_decision_however_often_its_key_is_pressed(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    for name, following in (("Ada", "Bea"), ("Bea", "Cid")):
        settled(page, name)
        page.keyboard.press("a")
        settled(page, following)
        told_of(page, name)
    page.locator(".undo button").click(trial=True)
    for _n in range(3):
        page.keyboard.press("u")
    settled(page, "Bea")
    assert states() == "approved pending pending"


def test_the_undo_key_never_means_an_earlier_decision_than_the_last(open_browser, queue):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.keyboard.press("a")
    settled(page, "Bea")
    told_of(page, "Ada")
    page.locator(".undo button").click(trial=True)
    held = []
    page.route(
        "**/moderate/**", lambda r: held.append(r) if r.request.method == "POST" else r.continue_()
    )
    page.keyboard.press("s")
    settled(page, "Cid")
    page.keyboard.press("u")
    assert shown(page) == "Cid"
    held[0].continue_()
    told_of(page, "Bea")
    assert states() == "approved spam pending"


@pytest.mark.parametrize(
    "key",
    [
        {"key": "A", "code": "KeyA"},
        {"key": "A", "code": "KeyA", "shiftKey": True},
        {"key": "ф", "code": "KeyA"},
        {"key": "a", "code": "KeyQ"},
    ],
    ids=["Caps Lock", "Shift", "Cyrillic", "French"],
)
def test_a_key_is_known_with_caps_lock_and_on_any_keyboard(open_browser, queue, key):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    press = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', key))"
    for modifier in ("ctrlKey", "altKey", "metaKey", "modifierAltGraph"):
        page.evaluate(press, {**key, modifier: True, "bubbles": True})
    assert shown(page) == "Ada"
    page.evaluate(press, {**key, "bubbles": True})
    settled(page, "Bea")
    told_of(page, "Ada")
    assert states() == "approved pending pending"


# --- Nothing typed is lost --------------------------------------------------------------------


def test_a_note_comes_back_with_its_comment(open_browser, queue):
    url, _states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.keyboard.press("a")
    settled(page, "Bea")
    told_of(page, "Ada")
    page.fill("#decision-note", "Vu avec Zoé.")
    page.locator("#one-name").click()
    page.keyboard.press("j")
    settled(page, "Cid")
    expect(page.locator("#decision-note")).to_have_value("")
    page.keyboard.press("k")
    settled(page, "Bea")
    expect(page.locator("#decision-note")).to_have_value("Vu avec Zoé.")
    page.locator("#one-name").click()
    page.keyboard.press("u")
    settled(page, "Ada")
    page.keyboard.press("j")
    settled(page, "Bea")
    expect(page.locator("#decision-note")).to_have_value("Vu avec Zoé.")
    page.go_back()
    settled(page, "Ada")
    page.go_forward()
    settled(page, "Bea")
    expect(page.locator("#decision-note")).to_have_value("Vu avec Zoé.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_text("Voir en liste").or_(page.get_by_text("En liste")).first.click()
    page.wait_for_url("**/comments/comment/?*")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("ended", ["session", "all cookies"])
def test_who_is_signed_out_keeps_all_and_signs_in_without_leaving(open_browser, queue, site, ended):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(**({"name": "sessionid"} if ended == "session" else {}))
    page.fill("#decision-note", "Vu avec Zoé.")
    page.click(".reject summary")
    page.click(".reasons button[value=insult]")
    settled(page, "Bea")
    problem = page.locator(".overtaken")
    expect(problem).to_contain_text("Vous n’êtes plus connecté")
    expect(page.locator("#outcome [name=note]")).to_have_value("Vu avec Zoé.")
    # The next comment cannot be read now: this one stays in view, with what is typed.
    page.fill("#decision-note", "Encore.")
    page.locator("#one-name").click()
    page.keyboard.press("a")
    expect(page.locator(".overtaken")).to_have_count(2)
    ready(page)
    assert shown(page) == "Bea"
    expect(page.locator("#decision-note")).to_have_value("Encore.")
    page.click("#outcome .again button")
    expect(page.locator("#outcome .again")).to_have_count(1)
    ready(page)
    assert states() == "pending pending pending"
    with page.expect_popup() as opened:
        page.locator("#outcome .overtaken a[target=_blank]").first.click()
    tab = opened.value
    tab.fill("#id_username", "moderator")
    tab.fill("#id_password", "moderator")
    tab.click("#login-form [type=submit]")
    tab.locator("#user-tools").wait_for()
    assert states() == "pending pending pending", "nothing is sent but by the moderator"
    page.click("#outcome .again button")
    told_of(page, "Ada")
    expect(page.locator("#outcome .again")).to_have_count(0)
    ready(page)
    page.locator("#one-name").click()
    page.keyboard.press("a")
    settled(page, "Cid")
    told_of(page, "Bea")
    assert states() == "rejectedinsult approved pending"
    notes = "CommentEvent.objects.exclude(note='').order_by('pk').values_list('note', flat=True)"
    assert site.python(f"print(*list({notes})[-2:], sep='|')").endswith("Vu avec Zoé.|Encore.")


def test_an_edit_and_an_answer_outlive_the_session(open_browser, queue):
    url, _states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.locator(".write summary").first.click()
    page.fill("#answer-text", "Il ouvre vendredi.")
    page.locator(".write summary").last.click()
    page.fill("#edit-text", "Ada écrivait ceci")
    page.context.clear_cookies(name="sessionid")
    for form in ("#answer-form", "#edit-form"):
        page.click(f"{form} [type=submit]")
        expect(page.locator(".overtaken")).to_contain_text("Vous n’êtes plus connecté")
        ready(page)
    tab = page.context.new_page()
    log_in(tab, "moderator")
    expect(page.locator("#answer-text")).to_have_value("Il ouvre vendredi.")
    page.click("#edit-form [type=submit]")
    page.locator(".messagelist .success").wait_for()
    expect(page.locator(".one-text")).to_have_text("Ada écrivait ceci")
    expect(page.locator("#answer-text")).to_have_value("Il ouvre vendredi.")


def test_a_session_that_was_begun_anew_in_another_tab_is_said_and_the_next_press_counts(
    open_browser, queue
):
    url, states = queue
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    tab = page.context.new_page()
    log_in(tab, "moderator")
    page.keyboard.press("a")
    expect(page.locator(".overtaken")).to_contain_text("Le site a refusé")
    assert states() == "pending pending pending"
    page.click("#outcome .again button")
    told_of(page, "Ada")
    assert states() == "approved pending pending"


# --- The list on a phone ----------------------------------------------------------------------


def test_the_bar_of_the_list_can_be_read_and_pressed_on_a_phone(open_browser, queue):
    url, states = queue
    page = open_queue(
        open_browser, url.replace("queue/", ""), viewport={"width": 390, "height": 844}
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("action", "reason"):
        box = page.locator(f".actions select[name={name}]").bounding_box()
        assert box["width"] >= 300
        assert box["height"] >= 44
    assert page.locator(".actions button").bounding_box()["height"] >= 44
    page.locator(".action-select").first.check()
    page.select_option(".actions [name=action]", "approve")
    page.click(".actions button")
    page.locator(".messagelist .success").wait_for()
    assert states() == "approved pending pending"
