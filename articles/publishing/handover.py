"""Who has an article, and until when: the only writers of `Article.assignee` and `due_at`.

Neither is content. So a hand-over makes no version, moves no stage, and stands in nobody's way who
has the article's form open.
"""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from ..models.event import ArticleEvent
from . import who_may
from .preflight.findings import finding, format_moment
from .stages import WRITE, WRITE_OWN, Stage

#: The columns of an article whose work is done.
ENDED = {"assignee": None, "due_at": None}
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def colleagues():
    """Return the users to whom an article can be given: those at work who may write."""
    users = get_user_model().objects
    people = users.with_perm(WRITE, backend=_BACKEND)
    people |= users.with_perm(WRITE_OWN, backend=_BACKEND)
    return people.filter(is_staff=True).order_by("first_name", "last_name", "username")


def name_of(person) -> str:
    """Return the name of a person who has an article; in words, if it is nobody or one who left."""
    if person is None:
        return gettext("nobody")
    name = person.get_full_name() or person.get_username()
    return name if person.is_active else gettext("%s (no longer here)") % name


def is_overdue(article) -> bool:
    is_open = article.stage != Stage.PUBLISHED
    return bool(is_open and article.due_at and article.due_at < timezone.now())


def due_in_words(article) -> str:
    """Return when the article is due; it says so if that is over."""
    words = gettext("overdue: %s") if is_overdue(article) else gettext("due: %s")
    return words % date_format(timezone.localtime(article.due_at), "SHORT_DATETIME_FORMAT")


def overtaken(article):
    """Return the finding that a colleague has handed `article` over meanwhile."""
    due = format_moment(article.due_at) if article.due_at else "–"
    return finding("handed_over", name=name_of(article.assignee), due=due)


@transaction.atomic
def hand_over(article, changes, *, by, note="", seen=None) -> bool:
    """Write `changes` of `assignee` and `due_at`, with a row of history; say whether any differs.

    `seen` holds the values that the person `by` saw: what a colleague has changed since is not
    overwritten. Raises PermissionDenied, and PublishingError: `handed_over` for such a change,
    `not_at_work` if the new assignee can no longer be chosen.
    """
    locked = type(article).objects.select_for_update()
    article.refresh_from_db(fields=list(ENDED), from_queryset=locked)
    who_may.require(who_may.may_change(by, article))
    new = {name: value for name, value in changes.items() if getattr(article, name) != value}
    if not new:
        return False
    if any(name in new and getattr(article, name) != value for name, value in (seen or {}).items()):
        raise overtaken(article).error
    recipient = new.get("assignee")
    if recipient and not colleagues().filter(pk=recipient.pk).exists():
        raise finding("not_at_work", name=name_of(recipient)).error
    # By `update`: the time of saving is that of the content.
    type(article).objects.filter(pk=article.pk).update(**new)
    for name, value in new.items():
        setattr(article, name, value)
    article.events.create(
        kind=ArticleEvent.Kind.HANDED_OVER,
        by=by,
        recipient=article.assignee,
        moment=article.due_at,
        note=note,
    )
    return True


def after_move(article, stage, *, by, note) -> dict:
    """Return the columns for a move to `stage`: who has the article then.

    Whoever submits has done their part, so the article is with nobody: any colleague may decide.
    What is sent back goes to the person who had submitted it, unless it is with a third one. Raises
    PublishingError(`say_why`) if the work of another is sent back without a `note`.
    """
    if by is None:
        return {}
    if stage == Stage.IN_REVIEW:
        return {"assignee": NullIf("assignee", Value(by.pk), output_field=BigIntegerField())}
    if stage != Stage.DRAFT or article.stage not in (Stage.IN_REVIEW, Stage.APPROVED):
        return {}
    worker = _submitter(article) or article.started_by
    if worker and worker != by and not note.strip():
        raise finding("say_why", name=name_of(worker)).error
    if not worker or not worker.is_active:
        return {}
    is_free = Q(assignee=None) | Q(assignee=by)
    key = BigIntegerField()
    goes = Case(When(is_free, then=Value(worker.pk)), default=F("assignee_id"), output_field=key)
    return {"assignee": goes}


def submission_of(article) -> ArticleEvent | None:
    """Return the last row of history by which `article` was handed in."""
    submitted = article.events.filter(kind=ArticleEvent.Kind.MOVED, target=Stage.IN_REVIEW)
    return submitted.select_related("by").first()


def _submitter(article):
    last = submission_of(article)
    return last and last.by
