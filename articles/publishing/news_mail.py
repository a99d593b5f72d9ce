"""Mail to people of the newsroom about articles that concern them: sent by the worker.

They are told of what is asked of them (an article is given to them, or handed in for them to
decide), of what was decided about an article of theirs, and of notes that ask them. Nobody is told
of their own acts, nor of what is settled by the time of the message. A link in it leads to a page
that changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.direction import isolated
from common.mail import rounds
from common.mail.messages import PersonalMessage
from common.mail.preferences import Frequency
from common.quoting import quote
from common.shortening import shorten

from ..models import Article, ArticleEvent, ArticleMailPreference, Mention
from . import who_may
from .handover import name_of
from .stages import Stage

#: Maximum number of pieces of news in one message; the rest is on the desk.
MOST_NEWS = 30
#: Maximum length of a note in a message, in characters; the rest is cut.
LONGEST_NOTE = 1500

Kind = ArticleEvent.Kind


def send_due(*, should_continue=lambda: True) -> int:
    """Send each message that is due; return how many were sent."""
    ArticleMailPreference.objects.ensure()
    return rounds.send_due(News, should_continue=should_continue)


@dataclass
class Item:
    """A piece of news about `article`: what happened, in words, and what was said with it."""

    article: Article
    words: str
    at: datetime
    by: object
    note: str
    due: datetime | None = None

    def who(self) -> str:
        return isolated(name_of(self.by))

    def quoted(self) -> str:
        return quote(shorten(self.note, LONGEST_NOTE)) if self.note else ""

    def link(self) -> str:
        page = "review" if self.article.stage == Stage.IN_REVIEW else "change"
        return settings.SITE_URL + reverse(f"admin:articles_article_{page}", args=[self.article.pk])


class News(PersonalMessage):
    """What happened since the last message that concerns the person."""

    preferences = ArticleMailPreference
    purpose = "articles.news"
    template = "articles/mail/news.txt"

    def __init__(self, preference):
        super().__init__(preference)
        self.since, self.until = self.period()

    def is_wanted(self) -> bool:
        # For “at once”, do not write a row every half minute if there is no news.
        return self.preference.frequency != Frequency.AT_ONCE or self.has_news()

    def has_news(self) -> bool:
        return self._events().exists() or self._mentions().exists()

    def content(self):
        news = self.items
        shown = news[:MOST_NEWS]
        if len(news) == 1:
            subject = _("%(what)s: %(headline)s") % {
                "what": news[0].words,
                "headline": isolated(news[0].article.headline),
            }
        else:
            number = len(news)
            subject = ngettext(
                "%(number)s piece of news about articles",
                "%(number)s pieces of news about articles",
                number,
            ) % {"number": _("more than %s") % MOST_NEWS if number > MOST_NEWS else number}
        return subject, {
            "news": shown,
            "more": len(news) > len(shown),
            "desk": settings.SITE_URL + reverse("admin:index"),
        }

    def record_done(self):
        self.preference.record_notified(self.until)

    @cached_property
    def items(self) -> list[Item]:
        """The news in the order of time; at most one more than a message holds."""
        events = self._events().select_related("article", "by").order_by("at", "pk")
        mentions = self._mentions().select_related("note__article", "note__by").order_by("note")
        found = [
            Item(event.article, _words(event), event.at, event.by, event.note, _due(event))
            for event in events[: MOST_NEWS + 1]
        ]
        found += [
            Item(note.article, _("A note asks you"), note.at, note.by, note.note)
            for note in (mention.note for mention in mentions[: MOST_NEWS + 1])
        ]
        return sorted(found, key=lambda item: item.at)[: MOST_NEWS + 1]

    def _events(self):
        user = self.user
        news = _given_to(user) | _decided_for(user)
        if who_may.may_approve(user):
            news |= _to_decide_by(user)
        happened = ArticleEvent.objects.filter(at__gt=self.since, at__lte=self.until)
        return happened.filter(news, article__in=self._articles()).exclude(by=user)

    def _mentions(self):
        asked = Mention.objects.waiting_for(self.user)
        asked = asked.filter(note__at__gt=self.since, note__at__lte=self.until)
        return asked.filter(note__article__in=self._articles())

    def _articles(self):
        return who_may.for_writer(Article.objects.all(), self.user).order_by()


def _given_to(user) -> Q:
    return Q(kind=Kind.HANDED_OVER, recipient=user, article__assignee=user)


def _to_decide_by(user) -> Q:
    """Return the condition for what was handed in and still waits for `user`, or for anybody."""
    waits = Q(article__stage=Stage.IN_REVIEW)
    waits &= Q(article__assignee=None) | Q(article__assignee=user)
    return Q(kind=Kind.MOVED, target=Stage.IN_REVIEW) & waits


def _decided_for(user) -> Q:
    """Return the condition for what was decided about an article that `user` began or handed in."""
    submitted = ArticleEvent.objects.filter(
        article=OuterRef("article"), kind=Kind.MOVED, target=Stage.IN_REVIEW, by=user
    )
    is_answer = Q(kind=Kind.MOVED, target=Stage.APPROVED)
    # Without a note nothing was sent back: somebody has changed what was approved.
    sent_back = Q(kind=Kind.MOVED, target=Stage.DRAFT) & ~Q(note="")
    is_answer |= sent_back & Q(origin__in=[Stage.IN_REVIEW, Stage.APPROVED])
    is_answer |= Q(kind__in=[Kind.PRESSED, Kind.WITHDRAWN])
    return is_answer & (Q(article__started_by=user) | Q(Exists(submitted)))


def _words(event) -> str:
    if event.kind == Kind.HANDED_OVER:
        return _("Given to you")
    if event.kind == Kind.WITHDRAWN:
        return _("Withdrawn")
    if event.kind == Kind.PRESSED:
        return _("Scheduled") if event.moment > event.at else _("Published")
    return {
        Stage.IN_REVIEW: _("To be decided"),
        Stage.APPROVED: _("Approved"),
        Stage.DRAFT: _("Sent back"),
    }[event.target]


def _due(event) -> datetime | None:
    return event.moment if event.kind == Kind.HANDED_OVER else None
