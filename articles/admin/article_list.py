"""The list of articles: what each is, where it stands, whose it is, and when it was touched."""

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ROW_KEY, BoundedChangeList, BoundedList
from common.csv_download import DownloadsCsv

from ..models import Article, Author, Byline, Revision
from ..publishing import handover, waiting, who_may
from ..publishing.stages import Stage
from ..publishing.standing import Standing

#: The names to choose from are those of this many articles, the last that were saved.
LAST_SAVED = 300
#: No filter offers more names than this.
MOST_NAMES = 30


def _lately_saved(user):
    articles = who_may.for_writer(Article.objects.all(), user)
    return articles.order_by("-saved_at", "-pk").values("pk")[:LAST_SAVED]


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    STATES = {
        "unpublished": (_("Not published as it is now"), waiting.unpublished),
        "draft": (Standing.DRAFT.label, waiting.never_published),
        "in_review": (Standing.IN_REVIEW.label, lambda rows: rows.filter(stage=Stage.IN_REVIEW)),
        "approved": (Standing.APPROVED.label, lambda rows: rows.filter(stage=Stage.APPROVED)),
        "scheduled": (Standing.SCHEDULED.label, waiting.scheduled),
        "live": (Standing.LIVE.label, waiting.live),
        "changed": (Standing.LIVE_DRAFT.label, waiting.live_with_changes),
        "withdrawn": (Standing.WITHDRAWN.label, waiting.withdrawn),
    }

    def lookups(self, request, model_admin):
        return [("mine", _("Waiting for me")), *((k, v[0]) for k, v in self.STATES.items())]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            return waiting.waiting_for(queryset, request.user)
        _label, narrow = self.STATES.get(self.value(), (None, None))
        return narrow(queryset) if narrow else queryset


class NameFilter(admin.SimpleListFilter):
    """The names that stand in the rows of lately, and always the one that is chosen."""

    def named(self, rows):
        """Return the keys and names of those among `rows` who can be chosen."""
        raise NotImplementedError

    def chosen(self):
        value = self.used_parameters.get(self.parameter_name) or ""
        return value if ROW_KEY.fullmatch(value) else None

    def with_chosen(self, choices, everybody):
        choices = [(str(key), name) for key, name in choices]
        if (chosen := self.chosen()) and chosen not in dict(choices):
            choices += [(str(key), name) for key, name in everybody.filter(pk=chosen)]
        return choices


class HolderFilter(NameFilter):
    title = _("changed last by")
    parameter_name = "holder"

    def lookups(self, request, model_admin):
        people = get_user_model().objects.values_list("pk", waiting.name_of())
        latest = Revision.objects.filter(
            article__in=_lately_saved(request.user), version=F("article__version")
        )
        lately = people.filter(pk__in=latest.values("by")).exclude(pk=request.user.pk)
        return [
            ("me", _("Me")),
            *self.with_chosen(lately.order_by("username")[:MOST_NAMES], people),
        ]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return waiting.held_by(queryset, request.user)
        return waiting.held_by(queryset, self.chosen()) if self.chosen() else queryset


class AssigneeFilter(NameFilter):
    title = _("with")
    parameter_name = "with"
    NOBODY = "nobody"

    def lookups(self, request, model_admin):
        people = get_user_model().objects.values_list("pk", waiting.name_of())
        lately = people.filter(
            pk__in=Article.objects.filter(pk__in=_lately_saved(request.user)).values("assignee")
        )
        return [
            ("me", _("With me")),
            (self.NOBODY, _("With nobody")),
            *self.with_chosen(lately.order_by("username")[:MOST_NAMES], people),
        ]

    def queryset(self, request, queryset):
        if self.value() == self.NOBODY:
            return waiting.with_nobody(queryset)
        chosen = request.user.pk if self.value() == "me" else self.chosen()
        return queryset.filter(assignee=chosen) if chosen else queryset


class DueFilter(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("overdue", _("Overdue"))]

    def queryset(self, request, queryset):
        return waiting.overdue(queryset) if self.value() == "overdue" else queryset


class AuthorFilter(NameFilter):
    title = _("author")
    parameter_name = "author"

    def lookups(self, request, model_admin):
        authors = Author.objects.values_list("pk", "name")
        signing = Byline.objects.filter(article__in=_lately_saved(request.user)).values("author")
        lately = authors.filter(pk__in=signing).order_by("name")[:MOST_NAMES]
        return self.with_chosen(lately, authors)

    def queryset(self, request, queryset):
        return waiting.signed_by(queryset, self.chosen()) if self.chosen() else queryset


class ArticleChangeList(BoundedChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        is_by_due_time = ORDER_VAR not in self.params and (
            request.GET.get(StateFilter.parameter_name) == "mine"
            or request.GET.get(DueFilter.parameter_name)
        )
        return waiting.by_due_time(rows) if is_by_due_time else rows

    def get_filters(self, request):
        specs, *rest = super().get_filters(request)
        for spec in specs:
            # They stand in a row above the list: each opens when it is pressed, see filter.html.
            spec.is_folded = True
        return specs, *rest

    def get_results(self, request):
        super().get_results(request)
        self.result_list = waiting.with_standing(self.result_list)


class ListsArticles(DownloadsCsv, BoundedList):
    """Mixin for the ModelAdmin of articles: its list."""

    list_display = ["what", "stands", "whose", "when"]
    list_display_links = ["what"]
    sortable_by = ["when"]
    csv_columns = [
        *("headline", "kicker", "section", "stands", "authors", "changed_by"),
        *("assignee", "due_at", "first_published_at", "saved_at"),
    ]

    def get_changelist(self, request, **kwargs):
        return ArticleChangeList

    def csv_rows(self, changelist, keys):
        return waiting.with_standing(super().csv_rows(changelist, keys))

    @admin.display(description=_("article"))
    def what(self, article):
        beside = [article.kicker, article.section.name]
        return format_html(
            '<span dir="auto">{}</span> <span class="beside" dir="auto">{}</span>',
            article.headline,
            " · ".join(filter(None, beside)),
        )

    @admin.display(description=_("where it stands"))
    def stands(self, article):
        standing = article.standing
        return format_html('<span class="standing {}">{}</span>', standing.value, standing.label)

    @admin.display(description=_("whose it is"))
    def whose(self, article):
        beside = [article.holder and gettext("changed by %s") % article.holder]
        if article.assignee:
            beside.insert(0, gettext("with %s") % handover.name_of(article.assignee))
        return self._lines(self.authors(article), " · ".join(filter(None, beside)))

    @admin.display(description=_("authors"))
    def authors(self, article):
        return ", ".join(author.name for author in article.authors())

    @admin.display(description=_("changed last by"))
    def changed_by(self, article):
        return article.holder

    @admin.display(description=_("when"), ordering="saved_at")
    def when(self, article):
        """Return the date that readers know or will know, and that of the last change."""
        public = article.first_published_at and _moment(article.first_published_at)
        beside = [gettext("saved %s") % _moment(article.saved_at)]
        if article.due_at and article.stage != Stage.PUBLISHED:
            beside.insert(0, handover.due_in_words(article))
        return self._lines(public, " · ".join(beside))

    @staticmethod
    def _lines(first, beside):
        lines = [("", first)] if first else []
        lines += [("beside", beside)] if beside else []
        return format_html_join(" ", '<span class="{}" dir="auto">{}</span>', lines) or "–"


def _moment(at):
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
