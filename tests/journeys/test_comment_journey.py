"""The whole way of an article and of a comment, over HTTP, on a running server and worker."""

import json
import re

import pytest

from comments.screening.api import FIELDS

from .site import Person, mails_in, wait_until

# The other journeys post comments on each database.
pytestmark = pytest.mark.any_database

BODY = "<h2>Avant le pont</h2><p>La rivière était haute.</p><h2>Après</h2><p>Elle l’est encore.</p>"
TEXT = "Merci pour ce papier !\n\nLe bac reprendra-t-il en été ? https://bac.example/horaires"


@pytest.fixture(scope="module")
def article_path(site):
    """An editor logs in to the admin, writes a French article with sub-headings and publishes."""
    site.python("Section.objects.create(name='Ville', slug='ville')")
    editor = Person(site, **{"Accept-Language": "fr"})
    assert "Bureau" in editor.log_in("editor").text
    editor.get("/admin/articles/article/add/")
    editor.send(
        "article_form",
        button=("_publish", "1"),
        headline="La rivière est haute",
        body=BODY,
        section="1",
        language="fr",
    )
    assert editor.page.status_code == 200
    return site.python("print(Article.objects.get().path)")


@pytest.fixture
def mode(akismet):
    """Akismet answers as asked for one test, then kindly again."""

    def answer(mode, **how):
        akismet.set_mode(mode, **how)

    yield answer
    akismet.set_mode("ham")


def post(site, path, name, text=TEXT):
    """A reader reads the article and comments on it; return the reader, on the receipt."""
    reader = Person(site, **{"User-Agent": "Journey/1.0", "Accept-Language": "en"})
    assert reader.get(path).status_code == 200
    reader.send("comment-form", name=name, comment=f"{text}\n\n– {name}")
    assert reader.page.status_code == 200
    assert "/comments/receipt/" in str(reader.page.url)
    return reader


def state(site, name):
    """Return the screening, moderation and tries of the comment by `name`."""
    row = site.python(
        "import json;"
        f"c = Comment.objects.get(name={name!r});"
        "print(json.dumps([c.screening, c.moderation, c.attempts]))"
    )
    return json.loads(row)


def screened(site, name, verdict):
    return lambda: state(site, name)[0] == verdict


def moderate(site, name, action):
    """A moderator finds the comment in the queue and decides on its page."""
    moderator = Person(site, **{"Accept-Language": "fr"})
    moderator.log_in("moderator")
    listing = moderator.get("/admin/comments/comment/?moderation=all").text
    number = re.search(
        rf'/admin/comments/comment/(\d+)/change/[^"]*"><strong[^>]*>{name}<', listing
    )[1]
    moderator.get(f"/admin/comments/comment/{number}/change/")
    moderator.send("comment_form", button=("CHANGE_FORM-action", action))
    return moderator


def test_readers_get_the_article_that_the_editor_published(site, article_path):
    reader = Person(site)
    page = reader.get(article_path)
    assert "La rivière est haute" in page.text
    assert re.search(r"<h2[^>]*>(<a [^>]*>)?Avant le pont<", page.text)
    assert "set-cookie" not in page.headers
    assert "La rivière est haute" in reader.get("/").text


def test_a_comment_is_screened_approved_and_read(site, akismet, article_path):
    reader = post(site, article_path, "Jeanne")
    wait_until(screened(site, "Jeanne", "ham"))
    check = next(c for c in akismet.checks if c.fields["comment_author"] == "Jeanne")
    assert set(check.fields) <= {"api_key", "blog", *FIELDS}
    assert check.fields["comment_content"] == f"{TEXT}\n\n– Jeanne"
    assert check.fields["user_ip"] == "127.0.0.1"
    assert check.fields["user_agent"] == "Journey/1.0"
    assert check.fields["permalink"] == site.url + article_path
    assert check.fields["blog"] == site.url
    assert "– Jeanne" not in Person(site).get(article_path).text

    moderate(site, "Jeanne", "approve")
    page = Person(site).get(article_path).text
    assert "– Jeanne" in page
    assert 'href="https://bac.example/horaires"' in page
    permalink = re.search(r'href="(/comments/\d+/)"', reader.get(reader.page.url).text)[1]
    assert str(reader.get(permalink).url).startswith(f"{site.url}{article_path}#comment-")


@pytest.mark.parametrize("verdict", ["spam", "discard"])
def test_what_akismet_suspects_waits_for_a_person_and_is_never_shown(
    site, article_path, mode, verdict
):
    mode(verdict)
    post(site, article_path, f"Suspect {verdict}")
    wait_until(screened(site, f"Suspect {verdict}", verdict))
    assert state(site, f"Suspect {verdict}")[1] == "pending"
    assert "Suspect" not in Person(site).get(article_path).text


def test_an_approval_teaches_akismet_that_it_was_ham(site, akismet, article_path, mode):
    mode("spam")
    post(site, article_path, "Innocent")
    wait_until(screened(site, "Innocent", "spam"))
    moderate(site, "Innocent", "approve")
    wait_until(lambda: [r for r in akismet.reports if r.fields["comment_author"] == "Innocent"])
    assert [r.endpoint for r in akismet.reports if r.fields["comment_author"] == "Innocent"] == [
        "submit-ham"
    ]


def test_a_comment_posted_while_akismet_is_down_is_screened_once_it_is_back(
    site, article_path, mode
):
    mode("unavailable")
    post(site, article_path, "Patient")
    wait_until(lambda: state(site, "Patient")[2] == 1)
    assert state(site, "Patient") == ["waiting", "pending", 1]
    mode("ham")
    site.python("Comment.objects.filter(name='Patient').update(next_attempt_at=timezone.now())")
    wait_until(screened(site, "Patient", "ham"))


def test_a_refused_key_pauses_screening_and_a_working_one_drains_the_queue(
    site, akismet, article_path, mode
):
    mode("invalid_key")
    for name in ("Clef un", "Clef deux"):
        post(site, article_path, name)
    wait_until(lambda: site.python("print(AkismetStatus.current())") == "paused")
    mode("ham")
    site.python("AkismetStatus.objects.update(next_probe_at=timezone.now())")
    for name in ("Clef un", "Clef deux"):
        wait_until(screened(site, name, "ham"))
        assert state(site, name)[2] == 0
    mails = "".join(wait_until(lambda: mails_in(site.folder / "mail")))
    assert mails.count("Subject:") == 1
    assert akismet.key not in mails + site.log


def test_a_worker_killed_in_the_middle_of_a_screening_loses_nothing(
    site, akismet, article_path, mode
):
    mode("slow", seconds=30)
    asked = len(akismet.checks)
    post(site, article_path, "Survivant")
    wait_until(lambda: len(akismet.checks) > asked)
    site.kill_worker()
    mode("ham")
    assert state(site, "Survivant") == ["waiting", "pending", 0]
    site.start_worker()
    wait_until(screened(site, "Survivant", "ham"))
