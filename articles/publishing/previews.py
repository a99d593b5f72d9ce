"""Links to previews: who may make them and end them, and the text that each is bound to."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import PreviewLink
from . import who_may, working_copy

#: The days for which a link may be open.
DAYS = (1, 3, 7, 30)


@transaction.atomic
def make_link(article, *, by, days, edition=None) -> tuple[PreviewLink, str]:
    """Make a link to `edition`, or to the working copy as it is stored; return it and its token.

    The revision of the working copy is closed: what is written later is another one. Raises
    PermissionDenied.
    """
    who_may.require(who_may.may_change(by, article))
    bound = {"edition": edition} if edition else {"revision": _closed_revision(article)}
    expires_at = timezone.now() + timedelta(days=days)
    return PreviewLink.objects.add(article=article, made_by=by, expires_at=expires_at, **bound)


def _closed_revision(article):
    stored = working_copy.begin(article)
    article.revisions.keep_former(article, stored)
    revision = article.revisions.get(version=stored.version)
    revision.closed = True
    revision.save(update_fields=["closed"])
    return revision


def end_link(article, link, *, by):
    """End the link with the key `link`: from now on its address is not found."""
    who_may.require(who_may.may_change(by, article))
    article.preview_links.filter(pk=link).delete()
