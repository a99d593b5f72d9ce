"""Nothing unpublished leaks: the test reads every public address and looks for canaries.

A canary is a unique word in a field that is not public. The addresses come from the URL resolver,
so a new pattern fails here until it has an example. The fields come from the models, so a new
field has its canary at once.
"""

import re
from datetime import timedelta

import pytest
from django.db.models import CharField, TextField
from django.urls import get_resolver, reverse
from django.utils import timezone

from articles.models import Article, Content, Correction, Note
from articles.publishing import handover, previews
from articles.publishing.stages import Stage
from comments.models import Comment, Complaint

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

WORDS = [
    field.name
    for field in Content._meta.get_fields()
    if isinstance(field, (CharField, TextField)) and not field.choices
]
#: Addresses that a reader might guess; many have no pattern, or no such arguments.
GUESSES = [
    *("/feed/", "/rss/", "/atom.xml", "/sitemap.xml", "/robots.txt", "/news-sitemap.xml"),
    *("/search/?q=canary", "/api/articles/", "/articles/", "/drafts/", "/media/", "/media/images/"),
    *("/?page=2", "/?preview=1", "/?at=2099-01-01", "/?stage=draft", "/?edition=2"),
]


class Newsroom:
    """A site with one article in each state, and the addresses where a reader might look for it."""

    def __init__(self):
        now = timezone.now()
        self.canaries, self.articles, self.images = [], {}, []
        self.later, self.before = now + timedelta(hours=2), now - timedelta(days=2)

        self.write("draft")
        self.write("review").move_to(Stage.IN_REVIEW, by=None, note=self.canary("review", "event"))
        self.write("scheduled").press(
            by=None, at=self.later, correction=self.correction("scheduled")
        )
        secret = self.articles["draft"].topics.get()
        for slug in ("oldtopic", secret.slug):
            secret.slug = slug
            secret.save()
        self.write("embargoed", embargo_until=self.later).press(by=None, at=self.later)
        self.write("waiting", embargo_until=self.later)
        taken_back = self.write("takenback")
        taken_back.cancel(taken_back.press(by=None, at=self.later), by=None)
        # The addresses of these two were public, so their slugs are no secret.
        self.write("withdrawn", slug="was-public").press(by=None, at=self.before)
        self.articles["withdrawn"].withdraw(by=None, notice="Plainnotice of withdrawal.")
        ended = self.write("ended", slug="has-ended")
        ended.press(by=None, at=self.before, until=self.before + timedelta(days=1))

        self.public = factories.published(
            "Plainheadline", at=self.before, authors=[factories.author("Plainauthor")],
            series=factories.series("Plainseries"), series_part=1,
            topics=[factories.topic("Plaintopic")], section=factories.section("Plainsection"),
        )  # fmt: skip
        self.rewrite(self.public, "edited")
        corrected = factories.published("Plaincorrected", at=self.before)
        self.rewrite(corrected, "correction")
        corrected.press(by=None, at=self.later, correction=self.correction("correction"))
        self.articles |= {"edited": self.public, "correction": corrected}

        self.comment = factories.comment(self.public, name="Plainreader")
        self.comment.approve(by=None)
        self.complaint = Complaint.objects.file(
            self.comment, grounds="other", words="Plainwords", address=None
        )
        factories.comment(
            self.public, name=self.canary("comment", "name"), text=self.canary("comment", "text"),
            address="198.51.100.77", user_agent=self.canary("comment", "agent"),
        )  # fmt: skip
        self.canaries += ["198.51.100.77", "192.0.2.1", "Mozilla/5.0 (test)"]
        for state, article in self.articles.items():
            Note.objects.add(article, self.canary("note", state), by=None)
            word = self.canary("handover", state)
            handover.hand_over(article, {"due_at": self.later}, by=None, note=word)
        self.page = factories.page("Plainpage")

    def canary(self, state, what):
        word = f"canary{state}{what.replace('_', '')}"
        self.canaries.append(word)
        return word

    def correction(self, state):
        return factories.correction(self.canary(state, "note"), kind="note")

    def content(self, state):
        # All of them share the word “everywhere”, for which the searches of `examples` ask.
        words = {name: f"{self.canary(state, name)} everywhere" for name in WORDS}
        words["elsewhere"] = f"https://other.example/ {words['elsewhere']}"
        image = factories.image(title=self.canary(state, "imagetitle"))
        self.images.append(image)
        self.canaries.append(image.file.name)
        picture = f'<figure><img data-file="{image.pk}" alt="{self.canary(state, "alt")}"></figure>'
        return words | {"body": f"<p>{words['body']}</p>{picture}", "lead_image": image}

    def cast(self, state):
        name, bio = self.canary(state, "author"), self.canary(state, "bio")
        topic, series = self.canary(state, "topic"), self.canary(state, "series")
        return {
            "series": factories.series(series, slug=series),
            "authors": [factories.author(name, bio=bio, slug=name)],
            "topics": [factories.topic(topic, slug=topic)],
        }

    def write(self, state, **fields):
        fields.setdefault("slug", self.canary(state, "slug"))
        made = factories.article(**self.content(state), **self.cast(state), **fields)
        self.articles[state] = made
        return made

    def rewrite(self, article, state):
        """Replace every field of the working copy after publication."""
        for name, value in self.content(state).items():
            setattr(article, name, value)
        cast = self.cast(state)
        article.series = cast["series"]
        article.save()
        article.return_to_draft_after_edit(by=None)
        article.topics.set(cast["topics"])
        article.bylines.update(author=cast["authors"][0])
        article.bylines.get_or_create(author=cast["authors"][0])

    # --- Addresses to read ------------------------------------------------------------------------

    def examples(self):
        """Return addresses to read, by the name of their pattern."""
        slugs = [word for word in self.canaries if re.fullmatch(r"\w+", word)] + ["oldtopic"]
        everything = Article.objects.all()
        times = (self.before, self.later, timezone.now())
        days = {f"{timezone.localtime(at):%Y/%m/%d}" for at in times}
        paths = [a.path for a in everything if a.path]
        paths += [f"/{day}/{a.slug}/" for day in days for a in everything]

        def each(name, *own):
            return [reverse(name, args=[slug]) for slug in [*own, *slugs]]

        def feeds(name, *subjects):
            return [reverse(name, args=[*s, form]) for s in subjects for form in ("atom", "rss")]

        section = self.public.editions.get().section.slug
        author = self.public.editions.get().bylines.get().author.slug
        topic = self.public.editions.get().topics.get().slug
        series = self.public.editions.get().series.slug
        comments = Comment.objects.values_list("pk", flat=True)
        corrections = Correction.objects.values_list("pk", flat=True)
        return {
            "accent": ["/accent.css"],
            "health": ["/health/"],
            "health_write": ["/health/write/"],
            "health_worker": ["/health/worker/"],
            "robots": ["/robots.txt"],
            "admin_password_reset": ["/admin/password_reset/"],
            "password_reset_done": ["/admin/password_reset/done/"],
            "password_reset_confirm": ["/admin/reset/MQ/set-password/"],
            "password_reset_complete": ["/admin/reset/done/"],
            "media/<path:path>": ["/media/x.jpg", "/media/images/", "/media/../newsroom.sqlite3"],
            "articles:front": ["/", *GUESSES],
            "articles:article": paths,
            "articles:versions": [
                f"{path}versions/{query}" for path in paths for query in ("", "?edition=2")
            ],
            "articles:section": each("articles:section", section),
            "articles:topic": each("articles:topic", topic),
            "articles:series": each("articles:series", series),
            "articles:author": each("articles:author", author),
            "articles:search": [
                *("/search/", "/search/?q=everywhere", "/search/?q=Plainheadline"),
                f"/search/?q=everywhere&since=2001-01-01&until=2999-12-31&section={section}",
            ],
            "articles:archive": ["/archive/"],
            "articles:year": [f"/{day[:4]}/" for day in days],
            "articles:month": [f"/{day[:7]}/" for day in days],
            "articles:day": [f"/{day}/" for day in days],
            "articles:corrections": [
                *("/corrections/", "/corrections/?before=9999"),
                *(f"/corrections/?before={pk}" for pk in corrections),
            ],
            "articles:feed": feeds("articles:feed", []),
            "articles:section_feed": feeds("articles:section_feed", [section]),
            "articles:topic_feed": feeds("articles:topic_feed", [topic], *([s] for s in slugs)),
            "articles:series_feed": feeds("articles:series_feed", [series], *([s] for s in slugs)),
            "articles:author_feed": feeds("articles:author_feed", [author], *([s] for s in slugs)),
            "articles:sitemap": ["/sitemap.xml"],
            "articles:sitemap_listings": ["/sitemap-listings.xml"],
            "articles:sitemap_month": [f"/sitemap-{day[:7].replace('/', '-')}.xml" for day in days],
            "articles:sitemap_news": ["/sitemap-news.xml"],
            "articles:page": each("articles:page", self.page.slug),
            # Nobody has got a link.
            "articles:preview": each("articles:preview"),
            "comments:privacy": [reverse("comments:privacy")],
            "comments:receipt": [self.comment.get_receipt_url()],
            "comments:feed": feeds("comments:feed", *([a.pk] for a in everything)),
            "comments:post": [reverse("comments:post", args=[a.pk]) for a in everything],
            "comments:thread": [
                f"{reverse('comments:thread', args=[a.pk])}?order={order}"
                for a in everything
                for order in ("oldest", "newest", "featured")
            ],
            "comments:complaint": [self.complaint.get_absolute_url()],
            **{
                # Also for the pending comment: its number is easy to guess.
                f"comments:{name}": [reverse(f"comments:{name}", args=[pk]) for pk in comments]
                for name in ("comment", "reply", "complain")
            },
            **{
                f"comments:{name}": [reverse(f"comments:{name}", args=[self.comment.receipt])]
                for name in ("revise", "withdraw", "erase")
            },
            # It holds the IP address of the comment's writer, and only the writer knows its URL.
            "comments:export": [],
        }

    def addresses(self):
        """Return every address to read; fail if a pattern has no example."""
        examples, found = self.examples(), []
        pk = str(self.articles["draft"].pk)
        for name, route in patterns(get_resolver()):
            if route.startswith("admin/") and name not in examples:
                # The admin without a login: previews, lists, the picker.
                found += [] if "(" in route else ["/" + re.sub(r"<[^>]+>", pk, route)]
            else:
                assert name in examples, f"Give the URL pattern “{name}” an example in this test."
                found += examples[name]
        return found


def patterns(resolver, namespaces=(), route=""):
    """Yield the full name and the route of every URL pattern."""
    for pattern in resolver.url_patterns:
        full = route + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
            yield from patterns(pattern, inner, full)
        else:
            yield ":".join([*namespaces, pattern.name or full]), full


def read(client, address):
    """Return all that a reader gets at `address`: headers and text."""
    response = client.get(address)
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    if response.headers.get("Location", "").startswith("/admin/login/"):
        # A redirect to the login repeats the requested address, which the reader knows already.
        return ""
    body = b"".join(response) if response.streaming else response.content
    return f"{headers}\n\n{body.decode()}"


def test_no_public_address_shows_anything_unpublished(client, clock, settings):
    settings.PUBLIC_VERSIONS = True
    newsroom = Newsroom()
    everything = ""
    for address in newsroom.addresses():
        shown = read(client, address)
        leaked = [canary for canary in newsroom.canaries if canary in shown]
        assert not leaked, f"{address} shows {leaked}"
        everything += shown
    # The test read the right addresses: the public words were there.
    for word in (
        "headline",
        "author",
        "topic",
        "series",
        "section",
        "reader",
        "page",
        "notice",
        "corrected",
    ):
        assert f"Plain{word}" in everything


def test_the_canaries_sing_once_they_are_public(client, clock):
    """The test above can fail: two hours later the same addresses show the scheduled canaries."""
    newsroom = Newsroom()
    clock.now = newsroom.later
    everything = "".join(read(client, address) for address in newsroom.addresses())
    public = {c for c in newsroom.canaries if re.match("canary(scheduled|embargoed|correction)", c)}
    hidden = {c for c in public if c.endswith("imagetitle")}
    assert {c for c in public if c not in everything} <= hidden
    others = [c for c in newsroom.canaries if c not in public and c.startswith("canary")]
    assert [c for c in others if c in everything] == []


def test_no_page_of_the_text_shows_what_colleagues_tell_each_other(editor_client, editor):
    """Not to staff either: previews, their links, versions, and the lists that a search shows."""
    article = factories.published("Plainheadline")
    told = ["canarynote", "canaryhandover", "canarymove"]
    Note.objects.add(article, told[0], by=editor)
    handover.hand_over(article, {"assignee": editor}, by=editor, note=told[1])
    article.return_to_draft_after_edit(by=editor)
    article.move_to(Stage.IN_REVIEW, by=editor, note=told[2])
    _link, token = previews.make_link(article, by=editor, days=1)
    edition = article.editions.get()
    pk = article.pk
    form = f"/admin/articles/article/{pk}/"
    addresses = [
        *(f"{form}preview/", f"/admin/articles/edition/{edition.pk}/preview/"),
        *(f"{form}versions/", f"{form}versions/?from=e{edition.number}", f"{form}links/"),
        *(reverse("articles:preview", args=[token]), article.path, f"{article.path}versions/"),
        *(f"/admin/articles/article/?q={word}" for word in told),
        f"/admin/as-at/{timezone.now():%Y-%m-%dT%H:%MZ}{article.path}",
    ]
    for address in addresses:
        response = editor_client.get(address)
        shown = read(editor_client, address).replace(f"?q={told[0]}", "")
        rows = response.context["cl"].result_list if "?q=" in address else []
        assert response.status_code in (200, 302, 404), address
        assert not rows
        assert "?q=" in address or not [word for word in told if word in shown], address
    assert all(word in editor_client.get(f"{form}change/").text for word in told[:1] + told[2:])
