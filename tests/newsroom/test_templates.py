"""Templates use no variable that does not exist.

Django does not report a missing variable, least of all in `{% if %}`. So a name that is mistyped,
or that the view no longer gives, is shown as nothing. Here it is an error.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.template import Context, Template, base, engines
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone
from django.views.csrf import csrf_failure
from django.views.defaults import permission_denied

from articles.models import Article, ArticleMailPreference, FrontSlot, Note
from articles.publishing.news_mail import News
from comments.models import Comment, Complaint, NotificationPreference
from comments.moderation.moderator_messages import Alert, Digest
from comments.moderation.reasons import Hold, Reason
from comments.moderation.states import Moderation, Screening
from newsroom.accounts.mail import warning_to
from newsroom.error_pages import broken_request
from tests import factories
from tests.comments.reader import SAME_ORIGIN
from tests.pages import form_values

OURS = Path(settings.BASE_DIR) / "templates"


@pytest.fixture
def missing(monkeypatch):
    """Collect each variable of our templates that cannot be found, in any tag or filter.

    All variables pass through one lookup. `{% if %}`, `{% for %}` and filters such as `default`
    catch its error only later. The lookup collects the variable and raises nothing new, because
    `{% if %}` would swallow any exception. Django's own templates rely on missing variables, so
    they are not checked; the templates of form fields have an engine of their own.
    """
    found = set()
    engine = engines["django"].engine
    look_up = base.Variable._resolve_lookup
    # Django uses this value if an attribute raises DoesNotExist.
    nothing = type("Nothing", (str,), {})()
    monkeypatch.setattr(engine, "string_if_invalid", nothing)

    def strictly(variable, context):
        template = context.render_context.template
        is_ours = template.engine is engine and Path(template.origin.name).is_relative_to(OURS)
        value = nothing
        try:
            value = look_up(variable, context)
        finally:
            if is_ours and value is nothing:
                found.add((template.name, variable.var))
        return value

    monkeypatch.setattr(base.Variable, "_resolve_lookup", strictly)
    return found


@pytest.fixture
def rendered():
    """Collect the names of the templates that are rendered."""
    names = set()

    def note(sender, template, **kwargs):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


class Visitor:
    """Opens pages and sends forms; any status of the response is accepted."""

    def __init__(self, client):
        self.client = client

    def open(self, *addresses):
        for address in addresses:
            self.client.get(address)

    def send(self, address, headers=SAME_ORIGIN, **fields):
        return self.client.post(address, fields, headers=headers)


def reader_templates():
    """Return the names of all templates, without those of the admin and the plain error pages."""
    names = {str(path.relative_to(OURS)) for path in OURS.rglob("*.*")}
    plain = {"400.html", "500.html", "standalone.html", "unavailable.html"}
    plain |= {"sent_again.html", "_form_again.html"}
    return {name for name in names if not name.startswith("admin/")} - plain


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ there.missing }}",
        "{{ missing|default:'x' }}",
        "{% if missing %}{% endif %}",
        "{% if not there.missing or there %}{% endif %}",
        "{% if there and missing != 2 %}{% endif %}",
        "{% for each in missing %}{% endfor %}",
        "{% firstof missing there %}",
        "{% with name=missing %}{% endwith %}",
        "{% include 'articles/_feeds.html' with title=missing base='/' %}",
    ],
)
def test_whatever_is_missing_is_found_wherever_it_stands(missing, source):
    template = Template(source)
    template.origin.name = str(OURS / "made-up.html")
    template.render(Context({"there": "x"}))
    assert {name for _template, name in missing} & {"missing", "there.missing"}


def test_what_is_there_is_not_missing(missing):
    template = Template("{% if there and not there.real %}{{ there }}{{ nothing }}{% endif %}")
    template.origin.name = str(OURS / "made-up.html")
    template.render(Context({"there": 0, "nothing": None}))
    assert not missing


def test_an_empty_paper_asks_for_nothing_that_is_not_there(db, client, missing):
    visitor = Visitor(client)
    city = factories.section()
    visitor.open("/", "/archive/", "/corrections/", "/search/", "/search/?q=pont", "/nothing/")
    visitor.open(city.get_absolute_url(), f"{city.get_absolute_url()}atom.xml", "/atom.xml")
    visitor.open("/sitemap.xml", "/sitemap-news.xml", "/sitemap-listings.xml", "/robots.txt")
    visitor.open(reverse("comments:privacy"))
    assert not missing


def articles():
    """Publish articles with all optional fields and with none; retract one, and correct one."""
    image = factories.image(content=factories.picture_bytes((60, 90)))
    rich = {
        "kicker": "City", "standfirst": "At last.", "dateline": "Lille", "lead_image": image,
        "lead_alt": "A bridge", "lead_caption": "The bridge", "lead_credit": "A. Leroy",
        "elsewhere": "https://example.org/ A bridge",
        "authors": [factories.author(photo=image, role="Editor", bio="Writes.")],
        "topics": [factories.topic()],
        "body": "<h2>One</h2><h2>Two</h2><h2>Three</h2>" + "<p>So many words.</p>" * 300,
    }  # fmt: skip
    kinds = {"story": "Story", "columns": "World", "briefs": "Briefs", "opinion": "Views"}
    sections = [
        factories.section(name, strip=strip, tint="sea" if strip == "story" else "",
                          description="All of it" if strip == "briefs" else "")
        for strip, name in kinds.items()
    ]  # fmt: skip
    made = []
    for section in sections:
        made += [factories.published(f"{section} {n}", section=section) for n in range(3)]
        made += [factories.published(f"{section} {n}", section=section, **rich) for n in range(9)]
    made[0].press(by=None, correction=factories.correction(kind="retraction"))
    made[-1].press(by=None, correction=factories.correction())
    return made


def walk_through_articles(client, monkeypatch, settings):
    visitor = Visitor(client)
    made = articles()
    FrontSlot.objects.create(article=made[0], place=FrontSlot.Place.LEAD)
    made[5].withdraw(by=None, notice="It was wrong.")
    made[6].withdraw(by=None)
    draft = factories.article()
    series = factories.series()
    parts = [factories.published(series=series, series_part=part) for part in (1, 2)]
    visitor.open(series.get_absolute_url(), *(part.path for part in parts))
    # Plain and retracted; rich; withdrawn, with and without a notice; rich and corrected.
    shown = [made[n] for n in (0, 3, 5, 6, -1)]
    visitor.open("/", *(article.path for article in shown))
    settings.PUBLIC_VERSIONS = True
    made[3].lead_image = None
    made[3].save()
    made[3].press(by=None)
    for article in (made[0], made[3]):
        versions = [f"{article.path}versions/{query}" for query in ("", "?edition=1")]
        visitor.open(article.path, *versions)
    for article in (*shown, draft):
        visitor.open(reverse("admin:articles_article_preview", args=[article.pk]))
    monkeypatch.setattr("articles.views.PAGE_SIZE", 1)
    author, topic = made[-1].authors()[0], made[-1].topics.get()
    day = made[0].path[:12]
    lists = [thing.get_absolute_url() for thing in (made[-1].section, topic, author)]
    feeds = [f"{address}{form}.xml" for address in lists for form in ("atom", "rss")]
    lists += [day[:6], day[:9], day, "/corrections/", "/search/?q=words"]
    for address in lists:
        page = client.get(address).context["page"]
        assert page.next, address
        visitor.open(f"{address}{'&' if '?' in address else '?'}before={page.next}")
    visitor.open(*feeds, "/archive/", "/atom.xml", "/rss.xml", factories.page().get_absolute_url())
    visitor.open("/search/?q=!", "/search/?q=bridge&since=x", "/search/?q=unheardof", "/nothing/")
    visitor.open("/sitemap.xml", "/sitemap-news.xml", "/sitemap-listings.xml", "/robots.txt")
    visitor.open(f"/sitemap-{day[1:5]}-{day[6:8]}.xml", reverse("comments:privacy"))


def walk_through_threads(client, monkeypatch, article, comments):
    """Read the thread page by page; send each form with valid and with invalid fields."""
    visitor = Visitor(client)
    monkeypatch.setattr("comments.threads.pages.PAGE_SIZE", 1)
    thread = reverse("comments:thread", args=[article.pk])
    visitor.open(article.path, *(f"{thread}?order={order}" for order in ("newest", "featured")))
    visitor.open(client.get(article.path).context["discussion"].page.next)
    visitor.open(*(f"/comments/article/{article.pk}/{form}.xml" for form in ("atom", "rss")))
    stamp = form_values(client.get(article.path))["stamp"]
    for comment in comments:
        for name in ("reply", "complain"):
            address = reverse(f"comments:{name}", args=[comment.pk])
            visitor.open(address)
            visitor.send(address)
            visitor.send(address, name="Paul", comment="Hello", grounds="abuse")
            # This browser sends no header that says which site the form comes from.
            said = {"name": "Paul", "comment": "Hello", "grounds": "abuse", "stamp": stamp}
            visitor.send(address, headers={}, **said)
    address = reverse("comments:post", args=[article.pk])
    visitor.send(address)
    visitor.send(address, name="Paul", comment="Hello")
    visitor.send(address, headers={}, name="Paul", comment="Hello", stamp=stamp)
    for closed in (True, False):
        Article.objects.filter(pk=article.pk).update(comments_open=not closed)
        visitor.open(article.path)
        visitor.send(address, name="Paul", comment="Hello")


def walk_through_receipts(client, comments):
    visitor = Visitor(client)
    for comment in comments:
        receipt = comment.get_receipt_url()
        visitor.open(receipt, *(f"{receipt}{act}/" for act in ("revise", "withdraw", "erase")))
        visitor.send(f"{receipt}revise/")
        visitor.send(f"{receipt}revise/", {"Sec-Fetch-Site": "cross-site"}, name="P", comment="C")
    for complaint in Complaint.objects.all():
        visitor.open(complaint.get_absolute_url())


def in_every_state(article, moderator) -> list:
    """Return comments in each state in which their writers can find them."""
    made = [factories.comment_in(state, article, by=moderator) for state in Moderation]
    made += [factories.comment(article) for _screening in Screening]
    for comment, screening in zip(made[-len(Screening) :], Screening, strict=True):
        Comment.objects.filter(pk=comment.pk).update(screening=screening)
    erased, held, reasoned = (factories.comment(article) for _each in range(3))
    erased.erase()
    Comment.objects.filter(pk=held.pk).update(hold=Hold.NAME, hold_detail="Anne")
    reasoned.reject(by=moderator, reason=Reason.INSULT)
    elsewhere = factories.comment_in("approved", by=moderator)
    elsewhere.article.withdraw(by=None)
    for number, end in enumerate(("", "dismiss", "reject", "insult", "withdraw")):
        reported = factories.comment_in("approved", article, by=moderator)
        complaint = Complaint.objects.file(
            reported, grounds="abuse", words="Rude." * (number % 2), address="192.0.2.7"
        )
        if end == "dismiss":
            complaint.dismiss(by=moderator)
        elif end == "withdraw":
            reported.withdraw()
        elif end:
            reported.reject(by=moderator, reason=Reason.INSULT if end == "insult" else "")
        made.append(reported)
    factories.reply(made[1], by=moderator)
    made[1].feature(by=moderator)
    found = Comment.objects.select_related("article").order_by("pk")
    return list(found.filter(pk__in=[c.pk for c in (*made, erased, held, reasoned, elsewhere)]))


@pytest.mark.any_database
def test_no_page_asks_for_what_is_not_there(
    editor_client, editor, moderator, second_moderator, monkeypatch, settings, missing, rendered
):
    settings.COMMENTS_RATE_LIMIT = settings.COMMENTS_NETWORK_LIMIT = 10_000
    walk_through_articles(editor_client, monkeypatch, settings)
    article = factories.published("Talked about")
    comments = in_every_state(article, moderator)
    # One comment in each state, the one under a withdrawn article, and one that its writer withdrew
    # after a complaint about it.
    (elsewhere,) = (comment for comment in comments if comment.article != article)
    some = [*comments[: len(Moderation)], elsewhere, comments[-1]]
    walk_through_threads(editor_client, monkeypatch, article, some)
    for settings.AKISMET_API_KEY in ("", "0123456789ab"):
        Visitor(editor_client).open(article.path)
        walk_through_receipts(editor_client, comments)
        for settings.COMMENTS_KEEP_ADDRESS in (True, False):
            Visitor(editor_client).open(reverse("comments:privacy"))
    NotificationPreference.objects.ensure()
    preference = NotificationPreference.objects.get(user=second_moderator)
    preference.told_until -= timedelta(days=1)
    sent_at = timezone.now() - timedelta(hours=1)
    Comment.objects.update(submitted_at=sent_at)
    reported = Comment.objects.filter(moderation=Moderation.APPROVED).first()
    for number, grounds in enumerate(Complaint.Grounds):
        Complaint.objects.file(
            reported, grounds=grounds, words="Rude.", address=f"192.0.2.{number}"
        )
    Complaint.objects.update(submitted_at=sent_at, is_suspect=True)
    for kind in (Digest, Alert):
        message = kind(preference)
        assert message.has_news()
        message.compose()
    asked = News(ArticleMailPreference(user=editor, told_until=sent_at))
    Note.objects.add(article, f"@{editor.username} is it so?", by=moderator)
    asked.until = timezone.now()
    assert asked.has_news()
    asked.compose()
    warning_to(moderator)
    permission_denied(RequestFactory().get("/"), PermissionDenied())
    broken_request(RequestFactory().get("/"), RequestDataTooBig())
    csrf_failure(RequestFactory().get("/"))
    assert not missing
    # Only templates that were rendered are checked, so all of them must be.
    assert reader_templates() <= rendered
