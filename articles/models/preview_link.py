"""Links to previews for people without an account: a lawyer, a source, the person portrayed.

The address of a link is the key to its page. So the database holds only a keyed hash of its token,
and nobody can read the address again; it ends by itself, and whoever writes may end it before. It
shows one revision or one edition, which never changes, and so never what is written later. How
often a link was opened is not kept: mail programs open links that nobody has read.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.keyed_hashes import keyed_hash


def hash_of(token) -> str:
    return keyed_hash("articles.preview_link", token)


class PreviewLinkQuerySet(models.QuerySet):
    def open(self):
        """Return the links that lead to a page now."""
        of_edition = Q(edition__isnull=False, edition__suppressed_at=None)
        return self.filter(of_edition | Q(revision__isnull=False), expires_at__gt=timezone.now())

    def of_token(self, token):
        """Return the link whose address has `token`; raise DoesNotExist if it is not open."""
        return self.open().get(token_hash=hash_of(token))

    def add(self, **values):
        """Store a link with `values`; return it and its token, which is stored nowhere."""
        token = secrets.token_urlsafe(32)
        return self.create(token_hash=hash_of(token), **values), token

    def over(self):
        """Return the links whose time is over."""
        return self.filter(expires_at__lte=timezone.now())


class PreviewLink(models.Model):
    """A link to the preview of a revision or of an edition, until it expires."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="preview_links"
    )
    revision = models.ForeignKey(
        "articles.Revision", on_delete=models.CASCADE, null=True, related_name="+"
    )
    edition = models.ForeignKey(
        "articles.Edition", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # Hexadecimal digits. In a field for slugs, since takedowns look for words in all others.
    token_hash = models.SlugField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a preview")
        verbose_name_plural = _("links to previews")
        ordering = ["-made_at", "-pk"]
        # Who may change the article may make and end its links.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(revision__isnull=True) ^ Q(edition__isnull=True),
                name="preview_link_to_one_text",
            )
        ]

    def __str__(self):
        return str(self.edition or self.revision)
