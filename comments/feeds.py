"""The feed of an article's comments: the published ones, newest first."""

from django.conf import settings
from django.db.models import Max, OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _

from articles.models import Edition, NamingAuthority
from articles.pages.last_modified import last_change
from articles.text.typography import typeset
from common.addresses import absolute
from common.direction import isolated
from common.feeds import Feed
from common.shortening import shorten

from .models import CommentEvent
from .writing.text import feed_html

#: The largest number of entries in a feed.
FEED_SIZE = 50
#: The most characters of a comment in the title of its entry, and in its summary.
TITLE_LENGTH, SUMMARY_LENGTH = 80, 400


class CommentFeed(Feed):
    def get_object(self, request, article_id):
        live = Edition.objects.live().select_related("article")
        edition = get_object_or_404(live, article=article_id)
        self.article = edition.article
        return edition

    @cached_property
    def authority(self):
        return NamingAuthority.objects.current()

    def change_times(self):
        # The date of the last event, not `decided_at`: undoing a decision clears that date.
        events = CommentEvent.objects.filter(comment__article=self.article)
        return [last_change(), events.aggregate(latest=Max("at"))["latest"]]

    def title(self, edition):
        headline = typeset(edition.headline, edition.language)
        words = {"headline": isolated(headline), "site": settings.SITE_NAME}
        return _("Comments on “%(headline)s” – %(site)s") % words

    description = title

    def link(self, edition):
        return f"{absolute(self.article.path)}#comments"

    def feed_guid(self, edition):
        return self.article.entry_name(self.authority, "/comments")

    def items(self, edition):
        revisions = CommentEvent.objects.filter(
            comment=OuterRef("pk"), kind=CommentEvent.Kind.REVISED
        )
        newest = (
            self.article.comments.published()
            .annotate(revised_at=Subquery(revisions.order_by("-at").values("at")[:1]))
            .order_by("-submitted_at", "-pk")[:FEED_SIZE]
        )
        for comment in newest:
            # Set here, or `comment.article` would run one query for each comment.
            comment.article = self.article
        return newest

    # --- Entries ------------------------------------------------------------------------------

    def item_title(self, comment):
        words = {
            "name": isolated(comment.name),
            "words": isolated(shorten(comment.text, TITLE_LENGTH)),
        }
        return _("%(name)s: %(words)s") % words

    def item_link(self, comment):
        return absolute(comment.get_absolute_url())

    def item_guid(self, comment):
        return self.article.entry_name(self.authority, f"/comment-{comment.pk}")

    def item_description(self, comment):
        return escape(shorten(comment.text, SUMMARY_LENGTH))

    def item_pubdate(self, comment):
        return comment.submitted_at

    def item_updateddate(self, comment):
        """Return the time of the last change of the text, by its writer or by a moderator."""
        changes = (comment.submitted_at, comment.revised_at, comment.edited_at)
        return max(filter(None, changes))

    def item_extra_kwargs(self, comment):
        return {
            "content": feed_html(comment.html),
            "language": self.article.language,
            "authors": [(comment.name, "")],
        }
