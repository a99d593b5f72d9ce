"""The filters of the moderators' lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from common.admin import ChoiceFilter

from ..models import Comment, Complaint, Trace
from ..moderation import states
from ..moderation.states import Moderation, Screening

#: The article filter offers the articles of the longest waiting comments, up to this many.
MOST_WAITING_COMMENTS = 200


class QueueFilter(ChoiceFilter):
    """The filter of comments by state.

    The default is the queue: the comments that await a decision, and those that readers have
    reported. Only moderators see reports.
    """

    title = _("moderation")
    parameter_name = "moderation"
    default = Moderation.PENDING
    default_label = _("To be decided")
    REPORTED = "reported"

    @classmethod
    def is_queue(cls, request) -> bool:
        """Say whether the list has the moderators' queue, or a part of it, in its own order."""
        return request.GET.get(cls.parameter_name) in (None, cls.REPORTED)

    def lookups(self, request, model_admin):
        others = super().lookups(request, model_admin)
        if not request.user.has_perm(states.MODERATE):
            return others
        new = (self.default.value, _("New"))
        return [(self.REPORTED, _("Reported by readers")), new, *others]

    def queryset(self, request, queryset):
        if not self.is_queue(request):
            return super().queryset(request, queryset)
        queue = queryset.to_decide(by=request.user).order_by()
        return queue.filter(complained_at__isnull=False) if self.value() else queue


class RareFilter(admin.ChoicesFieldListFilter):
    """A filter by choices that few comments have; the model has an index of those without `common`.

    SQLite finds that index by its condition, so the query names it.
    """

    common = ""

    def queryset(self, request, queryset):
        found = super().queryset(request, queryset)
        chosen = self.used_parameters.get(self.lookup_kwarg)
        if not chosen or self.common in chosen:
            return found
        return found.exclude(**{self.field_path: self.common})


class VerdictFilter(RareFilter):
    common = Screening.HAM


class SpamFilter(admin.SimpleListFilter):
    """The filter that parts what Akismet takes for spam from the rest, which may be more urgent."""

    title = "Akismet"
    parameter_name = "akismet"
    PARTS = SPAM, REST, BOTH = "spam", "rest", "both"

    def lookups(self, request, model_admin):
        return [(self.REST, _("not taken for spam")), (self.SPAM, _("taken for spam"))]

    def queryset(self, request, queryset):
        if self.value() in (self.SPAM, self.REST):
            return queryset.taken_for_spam(self.value() == self.SPAM)
        return queryset


class OutcomeFilter(ChoiceFilter):
    """The filter of readers' reports by outcome. The default is the reports still open."""

    title = _("outcome")
    parameter_name = "outcome"
    default = Complaint.Outcome.OPEN


def key_in(value) -> int | None:
    """Return the key in a parameter of the URL, or None if the value cannot be a key."""
    value = value or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None


class WordsFilter(admin.SimpleListFilter):
    """The filter of comments with the same words as the one with this key, as other pages link."""

    title = _("the same words")
    parameter_name = "words"

    def lookups(self, request, model_admin):
        if self.value() is None:
            return []
        chosen = Comment.objects.filter(pk=key_in(self.value()))
        return [(comment.pk, str(comment)) for comment in chosen]

    def has_output(self):
        return self.value() is not None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        chosen = Comment.objects.filter(pk=key_in(self.value())).first()
        return queryset.with_same_words(chosen) if chosen else queryset.none()


class ArticleFilter(admin.SimpleListFilter):
    """The filter of comments by article.

    It offers the articles of the comments that have waited longest (`MOST_WAITING_COMMENTS`), and
    also the article that a link from another page has chosen.
    """

    title = _("article")
    parameter_name = "article"

    def lookups(self, request, model_admin):
        waiting = Comment.objects.to_decide(by=request.user)
        waiting = waiting.values_list("article", flat=True)[:MOST_WAITING_COMMENTS]
        if (chosen := self._chosen()) is not None:
            # As keys: PostgreSQL reads all articles for those of a query *or* one more.
            waiting = {*waiting, chosen}
        articles = Article.objects.filter(pk__in=waiting)
        return list(articles.order_by("headline").values_list("pk", "headline"))

    def has_output(self):
        return bool(self.value()) or super().has_output()

    def _chosen(self) -> int | None:
        """Return the chosen article's key, or None if the value cannot be a key."""
        return key_in(self.value())

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(article=self._chosen())


class SameAddressFilter(admin.SimpleListFilter):
    """The filter of comments that came from the same IP address as a given comment.

    Only the key of that comment is in the URL, so the address itself is in no log and no browser's
    history. The filter is shown once a search or a link has chosen it. It finds nothing after the
    comment's trace is deleted.
    """

    title = _("IP address")
    parameter_name = "same_address"

    def lookups(self, request, model_admin):
        if self.value() is None:
            return []
        comment = Comment.objects.filter(pk=key_in(self.value())).only("name").first()
        name = comment.name if comment else "–"
        return [(self.value(), _("the same as that of “%s”") % name)]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        traces = Trace.objects.filter(comment=key_in(self.value())).exclude(ip_address=None)
        trace = traces.only("ip_address").first()
        if trace is None or not request.user.has_perm(states.MODERATE):
            return queryset.none()
        return queryset.filter(trace__ip_address=trace.ip_address)
