"""The versions of an article in the admin: listed, compared and restored."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.publishing import revisions, working_copy
from articles.publishing.stages import Stage
from articles.publishing.takedown.edition import take_down_edition
from newsroom.groups import EDITOR

from .. import factories
from ..conftest import make_user

pytestmark = [pytest.mark.django_db]


def url(article):
    return reverse("admin:articles_article_versions", args=[article.pk])


@pytest.fixture
def writer(db, django_user_model):
    """Return a function that changes the working copy, each time as another person."""

    def write(article, **part):
        number = django_user_model.objects.count()
        person = make_user(django_user_model, f"writer {number}", EDITOR)
        article.refresh_from_db()
        working_copy.store(article, part, by=person, seen=article.version)
        return article.revisions.get(version=article.version)

    return write


@pytest.fixture
def article(writer):
    made = factories.article("One", body="<p>First.</p><p>The second one.</p>")
    writer(made, headline="Two")
    writer(made, body="<p>First.</p><p>The other one.</p><p>New.</p>")
    return made


def key(article, version):
    return f"r{article.revisions.get(version=version).pk}"


def restore(client, article, version, part="", seen=None):
    seen = article.version if seen is None else seen
    return client.post(url(article), {"version": version, "seen": seen, "part": part})


def test_the_list_names_each_version_with_what_it_changed(editor_client, article):
    article.press(by=None)
    page = editor_client.get(url(article)).text
    assert "Version 1<" in page
    assert "Version 2<" in page
    assert "Edition 1<" in page
    assert "What changed: headline" in page
    assert "What changed: body" in page
    assert "writer 1" in page


def test_the_list_goes_on_with_older_versions(editor_client, writer, monkeypatch):
    monkeypatch.setattr(revisions, "PAGE_SIZE", 2)
    made = factories.article("0")
    for number in range(1, 6):
        writer(made, headline=str(number))
    made.press(by=None)
    seen, before = [], None
    while True:
        page = revisions.timeline(made, before)
        seen += [version.name for version in page]
        if not (before := page.next):
            break
    assert seen == [
        *("Working copy", "Edition 1"),
        *(f"Version {number}" for number in (5, 4, 3, 2, 1)),
    ]


def test_any_two_versions_are_compared_field_by_field(editor_client, article):
    asked = {"from": key(article, 1), "to": key(article, 2)}
    page = editor_client.get(url(article), asked).text
    assert "<del>One</del><ins>Two</ins>" in page.replace("</del> <ins>", "</del><ins>")
    assert 'id="difference-body"' not in page
    assert 'name="part"' not in page


def test_what_a_comparison_with_the_working_copy_shows_can_come_back(editor_client, article):
    page = editor_client.get(url(article), {"from": key(article, 1)}).text
    assert 'name="part" value="headline"' in page
    assert 'name="part" value="body:1"' in page


def test_a_whole_version_comes_back_and_what_it_replaces_stays_a_version(editor_client, article):
    answer = restore(editor_client, article, key(article, 1))
    assert answer["Location"] == reverse("admin:articles_article_change", args=[article.pk])
    article.refresh_from_db()
    assert (article.headline, article.body) == ("One", "<p>First.</p><p>The second one.</p>")
    assert article.version == 4
    assert article.revisions.get(version=3).content["headline"] == "Two"


@pytest.mark.parametrize(
    ("part", "headline", "body"),
    [
        ("headline", "One", "<p>First.</p><p>The other one.</p><p>New.</p>"),
        ("body", "Two", "<p>First.</p><p>The second one.</p>"),
        ("body:1", "Two", "<p>First.</p><p>The second one.</p><p>New.</p>"),
        ("body:2", "Two", "<p>First.</p><p>The other one.</p>"),
    ],
)
def test_a_field_or_a_paragraph_comes_back_alone(editor_client, article, part, headline, body):
    restore(editor_client, article, key(article, 1), part)
    article.refresh_from_db()
    assert (article.headline, article.body) == (headline, body)


def test_a_picture_comes_back_with_its_words(editor_client, writer):
    bridge, ferry = factories.image("Bridge"), factories.image("Ferry")
    made = factories.article(lead_image=bridge, lead_alt="A bridge", lead_credit="A. Leroy")
    writer(made, lead_image_id=ferry.pk, lead_alt="A ferry", lead_credit="P. Roux")
    restore(editor_client, made, key(made, 1), "lead_image_id")
    made.refresh_from_db()
    assert (made.lead_image, made.lead_alt, made.lead_credit) == (bridge, "A bridge", "A. Leroy")


def test_bylines_and_topics_are_compared_and_come_back(editor_client, writer):
    anne, paul = factories.author("Anne Leroy"), factories.author("Paul Roux")
    made = factories.article(authors=[anne], topics=[factories.topic("Rivers")])
    writer(made, bylines=[[paul.pk, "photographs"]], topics=[])
    page = editor_client.get(url(made), {"from": key(made, 1)}).text
    assert "<del>Anne Leroy</del>" in page
    assert "<del>Rivers</del>" in page
    restore(editor_client, made, key(made, 1))
    assert [credit.author for credit in made.bylines.all()] == [anne]
    assert [str(topic) for topic in made.topics.all()] == ["Rivers"]


def test_what_a_version_named_and_was_deleted_is_shown_as_a_dash(editor_client, writer):
    topic = factories.topic("Rivers")
    made = factories.article(topics=[topic])
    writer(made, topics=[])
    topic.delete()
    assert "<del>–</del>" in editor_client.get(url(made), {"from": key(made, 1)}).text


def test_nothing_is_restored_over_a_change_that_was_not_seen(editor_client, article):
    answer = restore(editor_client, article, key(article, 1), seen=article.version - 1)
    assert answer.status_code == 409
    assert "nothing was restored" in answer.text
    article.refresh_from_db()
    assert article.headline == "Two"


def test_a_restored_article_is_a_draft_again(editor_client, editor, article):
    article.press(by=None)
    restore(editor_client, article, key(article, 1))
    article.refresh_from_db()
    assert article.stage == Stage.DRAFT
    assert article.live_edition().headline == "Two"


def test_an_edition_comes_back(editor_client, writer, article):
    article.press(by=None)
    writer(article, headline="Three")
    restore(editor_client, article, "e1")
    article.refresh_from_db()
    assert article.headline == "Two"


@pytest.mark.parametrize("scope", ["edition", "copy", "all"])
def test_what_was_taken_down_is_offered_nowhere(editor_client, editor, writer, scope):
    made = factories.article("Libel", body="<p>A libel.</p>")
    writer(made, standfirst="More of the libel.")
    made.press(by=None, at=timezone.now() - timedelta(days=1))
    options = {"with_working_copy": scope != "edition", "with_others": scope == "all"}
    take_down_edition(made.live_edition(), by=editor, reason="§ 1", **options)
    made.refresh_from_db()
    assert "libel" not in editor_client.get(url(made)).text.lower().replace("libel</a>", "")
    assert restore(editor_client, made, "e1").status_code == 404
    kept = [revision.content for revision in made.revisions.all()]
    assert "libel" not in str(kept).lower() or scope == "edition"
    assert len(kept) <= 1


@pytest.mark.parametrize("key", ["", "x", "r", "r0", "e9", "r٣", "r" + "9" * 30, "copy2"])
def test_a_key_of_no_version_leads_to_the_list(editor_client, article, key):
    page = editor_client.get(url(article), {"from": key})
    assert "no longer there" in page.text
    assert restore(editor_client, article, key).status_code == 404


@pytest.mark.parametrize("part", ["x", "headline:3", "body:99", "body:x", "path"])
def test_a_forged_part_changes_nothing_else(editor_client, article, part):
    before = article.body
    answer = restore(editor_client, article, key(article, 2), part)
    assert answer.status_code == (302 if part == "body:99" else 404)
    article.refresh_from_db()
    assert article.body in (before, "<p>First.</p><p>The second one.</p>")
    assert article.headline == "Two"


def test_a_moderator_who_only_reads_articles_sees_no_versions(moderator_client, article):
    assert moderator_client.get(url(article)).status_code == 403
