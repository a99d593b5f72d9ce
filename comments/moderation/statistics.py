"""Statistics of comments, for the health page and the desk: verdicts, refusals, backlog.

The numbers by day are counters, which stay when the comments are deleted. The other numbers are
counted only up to a limit (`common.bounded_counts`).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import ArticleMailPreference

from ..models import (
    AkismetStatus,
    ClockStatus,
    Comment,
    Complaint,
    Counter,
    NotificationPreference,
    WorkerStatus,
)
from ..models.counter import memory, today
from ..writing.refusal import Refused
from .states import Screening

#: Number of days shown.
DAYS = 14


@dataclass
class Day:
    """One day of the site: the counts of that day, by the name of the counter."""

    day: date
    counts: dict = field(default_factory=dict)

    def _of(self, *names) -> int:
        return sum(self.counts.get(name, 0) for name in names)

    @property
    def ham(self) -> int:
        return self._of("screened:ham")

    @property
    def spam(self) -> int:
        return self._of("screened:spam", "screened:discard")

    @property
    def checked(self) -> int:
        return self.ham + self.spam

    @property
    def failures(self) -> int:
        """Return how many attempts ended without a usable answer."""
        return self._of("screened:no_answer")

    @property
    def false_positives(self) -> int:
        """Return how many times Akismet was told that a comment it took for spam is ham."""
        return self._of("mistaken:spam")

    @property
    def false_negatives(self) -> int:
        """Return how many times Akismet was told that a comment it took for ham is spam."""
        return self._of("mistaken:ham")

    @property
    def refused(self) -> int:
        return sum(n for name, n in self.counts.items() if name.startswith("refused:"))


def days() -> list[Day]:
    """Return the last DAYS days, the newest first; a day without any count is in the list too."""
    memory.write()
    start = today() - timedelta(days=DAYS)
    newest = timezone.localdate()
    by_day = {newest - timedelta(days=back): {} for back in range(DAYS)}
    counters = Counter.objects.filter(
        Q(name__startswith="screened:")
        | Q(name__startswith="mistaken:")
        | Q(name__startswith="refused:"),
        since__gte=start,
    )
    for counter in counters:
        counts = by_day.get(timezone.localtime(counter.since).date(), {})
        counts[counter.name] = counts.get(counter.name, 0) + counter.count
    return [Day(day, counts) for day, counts in by_day.items()]


def refusals(days) -> list[tuple[str, int, list[int]]]:
    """Return each rule that refused in `days`: its label, its total, and its count on each day."""
    names = {name for day in days for name in day.counts if name.startswith("refused:")}
    rows = []
    for name in names:
        each = [day.counts.get(name, 0) for day in days]
        rows.append((_rule(name), sum(each), each))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _rule(name):
    _refused, _colon, code = name.partition(":")
    code, _colon, own = code.partition(":")
    if own:
        return own
    words = {
        "closed": _("comments closed"),
        "paused": _("comments paused"),
        "gone": _("article withdrawn"),
        "stamp": _("form too old, or none of ours"),
        "origin": _("sent by another site"),
        "unsure": _("browser asked to confirm"),
        "rate": _("too many from one connection"),
        "duplicate": _("sent before"),
        "flood": _("too many on one article"),
        "sender": _("blocked address"),
    }
    return words.get(code) or str(Refused.MESSAGES.get(code, code))


def backlog(user) -> dict:
    """Return the numbers of comments and complaints that wait for `user`, and the oldest comment.

    The comments that wait are those of the queue: the new and the reported ones.
    """
    pending = Comment.objects.awaiting_moderation()
    unscreened = pending.filter(screening__in=[Screening.WAITING, Screening.FAILED])
    return {
        "to_decide": Comment.objects.to_decide(by=user).bounded_count(),
        "oldest": pending.first(),
        "unscreened": unscreened.bounded_count(),
        "complaints": Complaint.objects.awaiting_decision().bounded_count(),
    }


def count_taken_for_spam() -> int:
    """Return the number of waiting comments that Akismet takes for spam."""
    return Comment.objects.awaiting_moderation().taken_for_spam().bounded_count()


def awaiting_akismet() -> dict:
    """Return the numbers of checks and reports still to be sent, and of checks given up."""
    pending = Comment.objects.awaiting_moderation()
    # The condition of the index of due comments: without it PostgreSQL reads the whole table.
    due = Comment.objects.filter(next_attempt_at__isnull=False)
    return {
        "waiting": pending.filter(screening=Screening.WAITING).bounded_count(),
        "failed": pending.filter(screening=Screening.FAILED).bounded_count(),
        "reports": due.exclude(report_wanted="").bounded_count(),
    }


def service_status() -> dict:
    """Return the status of Akismet, of the workers, and of their clock."""
    akismet = AkismetStatus.objects.filter(pk=1).first() or AkismetStatus(pk=1)
    return {
        "akismet": akismet,
        "worker": WorkerStatus.current(),
        "clock": ClockStatus.current(),
    }


def count_unmailed_people() -> int:
    """Return to how many moderators and writers the last message could not be sent."""
    models = NotificationPreference, ArticleMailPreference
    about_comments, about_articles = (
        model.objects.filter(failures__gt=0).values("user") for model in models
    )
    return about_comments.union(about_articles).count()
