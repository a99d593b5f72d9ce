"""The filters of the moderators' lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from common.admin import ChoiceFilter

from ..models import Comment, Complaint
from ..moderation.states import Moderation

#: The article filter offers the articles of the longest waiting comments, up to this many.
MOST_WAITING_COMMENTS = 200


class QueueFilter(ChoiceFilter):
    """The filter of comments by state. The default is the comments that await a decision."""

    title = _("moderation")
    parameter_name = "moderation"
    default = Moderation.PENDING


class OutcomeFilter(ChoiceFilter):
    """The filter of readers' reports by outcome. The default is the reports still open."""

    title = _("outcome")
    parameter_name = "outcome"
    default = Complaint.Outcome.OPEN


def _key(value) -> int | None:
    """Return the primary key in the `value` of a parameter, or None if it cannot be a key."""
    return int(value) if (value or "").isdecimal() and len(value) < 19 else None


class WordsFilter(admin.SimpleListFilter):
    """The filter of comments with the same words as the one with this key, as other pages link."""

    title = _("the same words")
    parameter_name = "words"

    def lookups(self, request, model_admin):
        chosen = Comment.objects.filter(pk=_key(self.value()))
        return [(comment.pk, str(comment)) for comment in chosen]

    def has_output(self):
        return self.value() is not None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        chosen = Comment.objects.filter(pk=_key(self.value())).first()
        return queryset.with_same_words(chosen) if chosen else queryset.none()


class ArticleFilter(admin.SimpleListFilter):
    """The filter of comments by article.

    It offers the articles of the comments that have waited longest (`MOST_WAITING_COMMENTS`), and
    also the article that a link from another page has chosen.
    """

    title = _("article")
    parameter_name = "article"

    def lookups(self, request, model_admin):
        waiting = Comment.objects.awaiting_moderation().values("article")[:MOST_WAITING_COMMENTS]
        articles = Article.objects.filter(pk__in=waiting)
        if (chosen := self._chosen()) is not None:
            articles |= Article.objects.filter(pk=chosen)
        return list(articles.order_by("headline").values_list("pk", "headline"))

    def has_output(self):
        return bool(self.value()) or super().has_output()

    def _chosen(self) -> int | None:
        return _key(self.value())

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(article=self._chosen())
