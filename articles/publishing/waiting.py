"""What the working copies of articles wait for, and for whom: the lists of the desk, its filters.

Each function but the first two narrows a queryset of articles down.
"""

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils import timezone

from common.key_lists import listed

from ..models.article import Article, Byline
from ..models.edition import Edition
from ..models.event import ArticleEvent
from ..models.note import Mention
from ..models.revision import Revision
from . import who_may
from .stages import Stage
from .standing import Standing, standing_in_database

#: Up to so many articles are looked up by their keys, in whatever order they are wanted.
FEW = 1000


def name_of(prefix=""):
    """Return the expression for the name of a user: the full name, or else the login.

    `prefix` leads from the rows of the query to the user, such as "by__".
    """
    full = Trim(Concat(f"{prefix}first_name", Value(" "), f"{prefix}last_name"))
    return Coalesce(NullIf(full, Value("")), f"{prefix}username")


def with_standing(articles) -> list:
    """Return the `articles`, a page of a list, in their order and with what a list shows of each.

    That is where it stands (`standing`) and who changed it last (`holder`), besides its columns. A
    database computes them for each row that it sorts, so the page is chosen before.
    """
    keys = list(articles.values_list("pk", flat=True))
    latest = Revision.objects.filter(article=OuterRef("pk"), version=OuterRef("version"))
    rows = (
        Article.objects.filter(pk__in=keys)
        .defer("body", "standfirst")
        .select_related("section", "assignee")
        .prefetch_related("bylines__author")
        .annotate(
            standing=standing_in_database(),
            holder=Subquery(latest.order_by().values(name=name_of("by__"))),
        )
        .in_bulk()
    )
    for article in rows.values():
        article.standing = Standing(article.standing)
    return [rows[key] for key in keys if key in rows]


def held_by(articles, user):
    """Return the articles of which `user` was the last to change the working copy."""
    latest = Revision.objects.filter(by=user, version=F("article__version"))
    return articles.filter(pk__in=latest.values("article"))


def signed_by(articles, author):
    """Return the articles with `author` in the byline of their working copy."""
    return articles.filter(pk__in=Byline.objects.filter(author=author).values("article"))


def unpublished(articles):
    """Return the articles whose working copy holds something that no edition has."""
    return articles.exclude(stage=Stage.PUBLISHED)


def waiting_for(articles, user):
    """Return what `user` is to act on. It is no longer among them once the user has done it.

    That is what is in review for them to decide, what was sent back to them, what is with them and
    not published, and what mentions them. Each part has an index of its own, so the database reads
    only the rows of the parts.
    """
    moves = ArticleEvent.objects.filter(kind=ArticleEvent.Kind.MOVED)
    last_moves = moves.filter(
        ~Exists(moves.filter(article=OuterRef("article"), pk__gt=OuterRef("pk"))),
        article=OuterRef("pk"),
    )
    sent_back = last_moves.filter(origin__in=[Stage.IN_REVIEW, Stage.APPROVED]).exclude(by=user)
    free = Article.objects.filter(assignee=None).order_by()
    parts = [
        unpublished(Article.objects.filter(assignee=user)),
        free.filter(Exists(sent_back), stage=Stage.DRAFT, started_by=user),
        Article.objects.filter(pk__in=Mention.objects.waiting_for(user).values("note__article")),
    ]
    if who_may.may_approve(user):
        # Where the article is with the user, it is in the first part.
        submitted = last_moves.filter(target=Stage.IN_REVIEW, by=user)
        parts.append(free.filter(~Exists(submitted), stage=Stage.IN_REVIEW))
    first, *others = [part.order_by().values("pk") for part in parts]
    return articles.filter(pk__in=first.union(*others))


def by_due_time(articles):
    """Return `articles`, first what is due, by time; then the others, the last saved first."""
    return articles.order_by(F("due_at").asc(nulls_last=True), "-saved_at", "-pk")


def with_nobody(articles):
    return unpublished(articles.filter(assignee=None))


def overdue(articles):
    return unpublished(articles.filter(due_at__lt=timezone.now()))


def live(articles):
    return articles.filter(_has(Edition.objects.live()))


def live_with_changes(articles):
    """Return the articles that readers can read, but not as their working copy is now."""
    return live(unpublished(articles))


def scheduled(articles):
    coming = Edition.objects.filter(visible_from__gt=timezone.now())
    keys = coming.order_by().values_list("article", flat=True)
    # A newsroom has few, and PostgreSQL cannot know which articles: it looked at them all.
    few = list(keys[: FEW + 1])
    return articles.filter(pk__in=listed(few, using=articles.db) if len(few) <= FEW else keys)


def never_published(articles):
    """Return the drafts of which no edition was ever pressed."""
    return articles.filter(~_has(Edition.objects.all()), stage=Stage.DRAFT)


def withdrawn(articles):
    """Return the articles that readers could read once, and neither now nor later."""
    return articles.filter(visible_until__lte=timezone.now())


def is_withdrawn(article) -> bool:
    """Say whether `withdrawn` has `article`, by its editions."""
    now, own = timezone.now(), Edition.objects.filter(article=article.pk)
    is_gone = ~Exists(own.live(now)) & ~Exists(own.filter(visible_from__gt=now))
    return own.filter(is_gone, visible_until__lte=now).exists()


def _has(editions):
    return Exists(editions.filter(article=OuterRef("pk")))
