"""Readers answer, report, and take back what they said, over HTTP, without JavaScript."""

import re

import pytest

from .site import Person, wait_until

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def article_path(site):
    site.python("Section.objects.create(name='Fil', slug='fil')")
    return site.python(
        "a = Article.objects.create(headline='Le fil', body='<p>Texte</p>',"
        "section=Section.objects.get(slug='fil'));"
        "a.press(by=None); print(a.path)"
    )


def say(site, path, name, text, answering=None):
    """Send a comment, or an answer to the comment by `answering`; return the writer at its page."""
    reader = Person(site)
    page = reader.get(path)
    if answering:
        label = f'aria-label="Répondre à {answering}"'
        reader.get(re.search(rf'href="([^"]+)" {label}', page.text)[1])
    reader.send("comment-form", name=name, comment=text)
    assert "/comments/receipt/" in str(reader.page.url)
    return reader


def publish(site, name):
    site.python(f"Comment.objects.get(name={name!r}).approve(by=None)")


def test_an_answer_is_screened_as_one_and_stands_under_what_it_answers(site, akismet, article_path):
    say(site, article_path, "Ada", "Qui a les clefs ?")
    publish(site, "Ada")
    say(site, article_path, "Bruno", "Le gardien.", answering="Ada")
    wait_until(lambda: "Bruno" in [c.fields["comment_author"] for c in akismet.checks])
    check = next(c for c in akismet.checks if c.fields["comment_author"] == "Bruno")
    assert check.fields["comment_type"] == "reply"
    publish(site, "Bruno")
    page = Person(site).get(article_path).text
    assert page.index("Qui a les clefs") < page.index("en réponse à Ada") < page.index("gardien")


def test_what_another_process_approves_is_at_once_on_a_page_that_is_kept(site, article_path):
    say(site, article_path, "Wanda", "Et la sortie ?")
    pages = [Person(site).get(article_path) for _ in range(2)]
    assert pages[0].headers["ETag"] == pages[1].headers["ETag"]
    publish(site, "Wanda")
    assert "Et la sortie" in Person(site).get(article_path).text


def test_a_report_comes_to_a_decision_that_both_sides_read(site, article_path):
    writer = say(site, article_path, "Chloé", "Vous êtes tous idiots.")
    publish(site, "Chloé")
    reader = Person(site)
    page = reader.get(article_path)
    label = 'aria-label="Signaler le commentaire de Chloé"'
    reader.get(re.search(rf'href="([^"]+)" {label}', page.text)[1])
    reader.send("complaint-form", grounds="abuse", words="Insultant.")
    assert "Il attend un modérateur." in reader.page.text

    moderator = Person(site, **{"Accept-Language": "fr"})
    moderator.log_in("moderator")
    queue = moderator.get("/admin/comments/complaint/").text
    assert "Insultant." in queue
    moderator.get(re.search(r"/admin/comments/complaint/\d+/change/", queue)[0])
    moderator.send("complaint_form", button=("CHANGE_FORM-action", "reject"), reason="insult")

    assert "propos insultants" in reader.get(reader.page.url).text
    assert "propos insultants" in writer.get(writer.page.url).text
    assert "idiots" not in Person(site).get(article_path).text


def test_a_writer_changes_exports_and_erases_what_was_said(site, akismet, article_path):
    writer = say(site, article_path, "Denis", "Premier jet")
    receipt = str(writer.page.url)
    writer.get(f"{receipt}revise/")
    writer.send("comment-form", comment="Second jet")
    wait_until(lambda: "Second jet" in [c.fields["comment_content"] for c in akismet.checks])
    kept = writer.get(f"{receipt}export/").json()
    assert (kept["text"], kept["trace"]["ip_address"]) == ("Second jet", "127.0.0.1")
    publish(site, "Denis")
    assert "Second jet" in Person(site).get(article_path).text

    writer.get(f"{receipt}erase/")
    writer.send("confirm-form")
    assert "Il est effacé." in writer.page.text
    assert "Second jet" not in Person(site).get(article_path).text
    rows = site.python("print([list(m.objects.values()) for m in (Comment, Trace, CommentEvent)])")
    assert "Second jet" not in rows
    assert "Denis" not in rows
    counts = "print(Article.objects.get(headline='Le fil').comment_count,"
    counts += "Comment.objects.filter(article__headline='Le fil').published().count())"
    assert len(set(site.python(counts).split())) == 1
