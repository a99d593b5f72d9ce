from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Article

from ..models import Comment
from ..moderation import Moderation

#: The articles to choose from are those of that many comments at the head of the queue.
HEAD = 200


class QueueFilter(admin.SimpleListFilter):
    """The queues of a moderator. What awaits a decision is shown first."""

    title = _("moderation")
    parameter_name = "moderation"

    def lookups(self, request, model_admin):
        return [
            *(choice for choice in Moderation.choices if choice[0] != Moderation.PENDING),
            ("all", _("All")),
        ]

    def choices(self, changelist):
        pending = {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": Moderation.PENDING.label,
        }
        return [pending, *list(super().choices(changelist))[1:]]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(moderation=self.value() or Moderation.PENDING)


class ArticleFilter(admin.SimpleListFilter):
    """One article's comments: of those that wait longest, or the one chosen elsewhere."""

    title = _("article")
    parameter_name = "article"

    def lookups(self, request, model_admin):
        waiting = Comment.objects.awaiting_moderation().values("article")[:HEAD]
        articles = Article.objects.filter(pk__in=waiting)
        if (chosen := self.value()) and chosen.isdecimal():
            articles |= Article.objects.filter(pk=chosen)
        return list(articles.order_by("headline").values_list("pk", "headline"))

    def has_output(self):
        return bool(self.value()) or super().has_output()

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen is None:
            return queryset
        return queryset.filter(article=chosen) if chosen.isdecimal() else queryset.none()
