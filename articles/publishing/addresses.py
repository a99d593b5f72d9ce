"""The address of an article, and the ledger of those that it had: each leads on for ever."""

from django.db import transaction
from django.utils import timezone

from common.permissions import require

from ..models.article_path import ArticlePath
from ..models.change import Change
from ..models.event import ArticleEvent
from .locking import lock
from .stages import PUBLISH


@transaction.atomic
def change_slug(article, slug, *, by):
    """Give the article another address; the old one leads there for ever once it was live."""
    require(by, PUBLISH)
    lock(article)
    old, article.slug = article.path, slug or article.own_slug()
    take_path(article)
    article.save(update_fields=["slug", "path"])
    article.events.create(kind=ArticleEvent.Kind.READDRESSED, by=by, note=f"{old} → {article.path}")
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


def take_path(article):
    """Choose the address of the day and the slug, and write it in the ledger of addresses.

    The caller saves the article.
    """
    if not article.editions.filter(visible_from__lte=timezone.now()).exists():
        # Nobody could have read it there, so nothing needs to lead on from there.
        article.paths.all().delete()
    if article.first_published_at is None:
        article.path = None
        return
    day = timezone.localtime(article.first_published_at)
    wanted, copy = article.slug, 1
    while (
        ArticlePath.objects.filter(path=(path := f"/{day:%Y/%m/%d}/{article.slug}/"))
        .exclude(article=article)
        .exists()
    ):
        copy += 1
        room = article._meta.get_field("slug").max_length - len(f"-{copy}")
        article.slug = f"{wanted[:room]}-{copy}"
    article.path = path
    ArticlePath.objects.update_or_create(
        path=path, defaults={"article": article, "since": timezone.now()}
    )
