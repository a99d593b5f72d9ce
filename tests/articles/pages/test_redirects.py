"""Links last: an address that was public once still answers for the same article or subject."""

import random
from datetime import timedelta
from functools import cache

import pytest
from django.urls import reverse

from articles.models import Article, FormerSlug, Page, Topic
from articles.publishing.preflight.findings import PublishingError
from tests import factories

pytestmark = pytest.mark.django_db

SLUGS = ["bridge", "tramway", "river", "bridge-2"]
ACTS = [
    *("press", "schedule", "end", "move", "cancel", "withdraw", "wait"),
    *("readdress", "readdress", "readdress"),
]


class Editors:
    """Editors who do random acts (from `seed`) on three articles with similar slugs."""

    def __init__(self, clock, seed):
        self.clock, self.chance = clock, random.Random(seed)
        self.articles = [factories.article(slug=slug) for slug in ("bridge", "bridge", "river")]

    def act(self):
        article = Article.objects.get(pk=self.chance.choice(self.articles).pk)
        getattr(self, self.chance.choice(ACTS))(article)

    def later(self):
        return self.clock.now + timedelta(hours=self.chance.randint(1, 60))

    def press(self, article):
        article.press(by=None)

    def schedule(self, article):
        article.press(by=None, at=self.later())

    def end(self, article):
        article.press(by=None, until=self.later())

    def move(self, article):
        if edition := article.scheduled_editions().first():
            article.reschedule(edition, self.later(), by=None)

    def cancel(self, article):
        if edition := article.scheduled_editions().first():
            article.cancel(edition, by=None)

    def readdress(self, article):
        article.change_slug(self.chance.choice(SLUGS), by=None)

    def withdraw(self, article):
        article.withdraw(by=None, notice=f"Notice of article {article.pk}.")

    def wait(self, article):
        self.clock.forward(hours=self.chance.randint(1, 40))


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.any_database) for n in range(1, 5))]
)
def test_every_address_that_was_ever_live_answers_for_its_article(client, clock, seed):
    editors, ever, refused = Editors(clock, seed), {}, 0
    for _ in range(30):
        clock.forward(minutes=1)
        try:
            editors.act()
        except PublishingError:
            refused += 1
        now = {a.pk: (a.path, a.live_edition()) for a in Article.objects.all()}
        for pk, (path, edition) in now.items():
            if edition:
                assert ever.setdefault(path, pk) == pk, "No address passes to another article."
        # Many former addresses redirect to one current address; request each address only once.
        get = cache(client.get)
        for path, pk in ever.items():
            current, edition = now[pk]
            response = get(path)
            if not edition:
                assert response.status_code == 410, path
            elif path != current:
                assert (response.status_code, response["Location"]) == (301, current)
                assert get(current).status_code == 200
            else:
                assert response.status_code == 200
                assert response.context["page"].article.pk == pk
    assert ever, "Something was published."
    assert refused < 30


def test_an_editor_finds_every_address_on_the_article(editor_client):
    article = factories.published(slug="bridge")
    old = article.path
    article.change_slug("tramway", by=None)
    page = editor_client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert old in page
    assert article.path in page


# --- Sections, topics, authors, pages -------------------------------------------------------------


def subjects():
    author, topic, section = factories.author(), factories.topic(), factories.section()
    factories.published(authors=[author], topics=[topic], section=section)
    return {"section": section, "topic": topic, "author": author, "page": factories.page()}


def rename(subject, slug):
    subject.slug = slug
    subject.save()


@pytest.mark.parametrize("kind", ["section", "topic", "author", "page"])
def test_a_changed_slug_leads_straight_to_the_current_one(client, kind):
    subject = subjects()[kind]
    former = [subject.get_absolute_url()]
    for slug in ("second", "third"):
        rename(subject, slug)
        former.append(subject.get_absolute_url())
    *former, current = former
    for path in former:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, current)
        assert client.head(path).status_code == 301
    assert client.get(current).status_code == 200


@pytest.mark.parametrize("kind", ["section", "topic", "author"])
def test_the_feed_of_a_changed_slug_leads_to_the_current_feed(client, kind):
    subject = subjects()[kind]
    former = subject.get_absolute_url()
    rename(subject, "second")
    for name in ("atom.xml", "rss.xml"):
        response = client.get(former + name)
        assert response.status_code == 301
        assert response["Location"] == subject.get_absolute_url() + name


def test_a_slug_that_is_taken_back_leads_in_no_circle(client):
    section = subjects()["section"]
    first = section.slug
    for slug in ("second", first):
        rename(section, slug)
    assert client.get(f"/section/{first}/").status_code == 200
    assert client.get("/section/second/")["Location"] == f"/section/{first}/"


def test_a_slug_is_whose_it_is_now_and_else_who_had_it_last(client):
    old, new = factories.section("Old", slug="city"), factories.section("New", slug="new")
    rename(old, "old")
    rename(new, "city")
    assert client.get("/section/city/").context["section"] == new
    rename(new, "newer")
    assert client.get("/section/city/")["Location"] == "/section/newer/"


def test_a_former_slug_tells_nothing_of_what_only_drafts_have(client):
    topic = factories.topic(slug="hidden")
    factories.article(topics=[topic])
    rename(topic, "canary")
    response = client.get("/topic/hidden/")
    assert response.status_code == 404
    assert "canary" not in response.text


def test_a_former_slug_of_what_was_deleted_is_not_found(client):
    page = factories.page(slug="first")
    rename(page, "second")
    page.delete()
    assert client.get("/first/").status_code == 404


def test_a_slug_whose_last_owner_was_deleted_leads_to_the_one_before(client):
    page = factories.page(slug="first")
    rename(page, "second")
    factories.page(slug="first").delete()
    assert client.get("/first/")["Location"] == "/second/"


def test_saving_without_another_slug_writes_nothing_in_the_ledger():
    for subject in subjects().values():
        subject.save()
    assert not FormerSlug.objects.exists()


def test_the_same_slug_of_another_kind_is_another_address(client):
    found = subjects()
    rename(found["topic"], "second")
    former = FormerSlug.objects.get().slug
    assert Topic.with_former_slug(former) == found["topic"]
    assert Page.with_former_slug(former) is None
    assert client.get(f"/author/{former}/").status_code == 404
