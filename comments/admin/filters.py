"""By what moderators filter their lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from common.admin import ChoiceFilter

from ..models import Comment, Complaint
from ..moderation.states import Moderation

#: The articles to choose from are those of that many comments at the head of the queue.
HEAD = 200


class QueueFilter(ChoiceFilter):
    """The queues of a moderator. What awaits a decision is shown first."""

    title = _("moderation")
    parameter_name = "moderation"
    default = Moderation.PENDING


class OutcomeFilter(ChoiceFilter):
    """What readers have reported and nobody has decided yet is shown first."""

    title = _("outcome")
    parameter_name = "outcome"
    default = Complaint.Outcome.OPEN


class ArticleFilter(admin.SimpleListFilter):
    """One article's comments: of those that wait longest, or the one chosen elsewhere."""

    title = _("article")
    parameter_name = "article"

    def lookups(self, request, model_admin):
        waiting = Comment.objects.awaiting_moderation().values("article")[:HEAD]
        articles = Article.objects.filter(pk__in=waiting)
        if (chosen := self._chosen()) is not None:
            articles |= Article.objects.filter(pk=chosen)
        return list(articles.order_by("headline").values_list("pk", "headline"))

    def has_output(self):
        return bool(self.value()) or super().has_output()

    def _chosen(self) -> int | None:
        """Return the number of the article asked for; None for what no article has."""
        chosen = self.value() or ""
        return int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(article=self._chosen())
