"""The address of an article, and its former addresses, which redirect to it for ever."""

from django.db import transaction
from django.utils import timezone

from ..models.article_path import ArticlePath
from ..models.change import Change
from ..models.event import ArticleEvent
from . import who_may
from .locking import lock


@transaction.atomic
def change_slug(article, slug, *, by):
    """Give the article another slug and address. Raises PermissionDenied.

    If readers could ever read the article, its old address redirects to the new one for ever.
    """
    who_may.require(who_may.may_publish(by, article))
    lock(article)
    old, article.slug = article.path, slug or article.own_slug()
    assign_path(article)
    article.save(update_fields=["slug", "path"])
    article.events.create(kind=ArticleEvent.Kind.READDRESSED, by=by, note=f"{old} → {article.path}")
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


def assign_path(article):
    """Set the path of the article, from its first date and its slug, and store an `ArticlePath`.

    If another article has that path, a number is added to the slug. An article without a first date
    has no path. The caller saves the article.
    """
    if not article.editions.filter(visible_from__lte=timezone.now()).exists():
        # Nobody could have read the article at its old addresses, so they need no redirect.
        article.paths.all().delete()
    if article.first_published_at is None:
        article.path = None
        return
    day = timezone.localtime(article.first_published_at)
    wanted, copy = article.slug, 1
    own = {"article": article, "since": timezone.now()}
    while True:
        article.path = f"/{day:%Y/%m/%d}/{article.slug}/"
        # Of two articles that are pressed at once, one gets the path and the other a number.
        path, is_new = ArticlePath.objects.get_or_create(path=article.path, defaults=own)
        if path.article_id == article.pk:
            break
        copy += 1
        room = article._meta.get_field("slug").max_length - len(f"-{copy}")
        article.slug = f"{wanted[:room]}-{copy}"
    if not is_new:
        path.since = own["since"]
        path.save(update_fields=["since"])
