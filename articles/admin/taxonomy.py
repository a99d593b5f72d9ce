"""Sections, topics, series and authors in the admin."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from common.admin import LeavesOutBrokenValues, NamesListFields, YesOrNoInWords
from common.csv_download import DownloadsCsv
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch, with_details

from ..models import Author, Section, Series, Topic
from ..search import staff
from .absorbing import MergesRows
from .image_forms import ChoosesPictures
from .slugs import SlugFromWords


@admin.register(Section)
class SectionAdmin(
    FoldedSearch,
    SlugFromWords,
    NamesListFields,
    DownloadsCsv,
    MergesRows,
    NamesWhatIsDeleted,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.sections
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]


@admin.register(Topic)
class TopicAdmin(
    FoldedSearch, SlugFromWords, DownloadsCsv, MergesRows, NamesWhatIsDeleted, admin.ModelAdmin
):
    word_index = staff.topics
    list_display = ["name", "slug"]

    def choice_label(self, topic):
        # The address tells more only where it was not made from the name.
        return with_details(topic.name, "" if topic.slug == topic.own_slug() else topic.slug)


@admin.register(Series)
class SeriesAdmin(
    FoldedSearch, SlugFromWords, DownloadsCsv, MergesRows, NamesWhatIsDeleted, admin.ModelAdmin
):
    word_index = staff.series
    list_display = ["name", "slug"]
    readonly_fields = ["parts"]

    def get_fields(self, request, obj=None):
        return ["name", "slug", "description", *(["parts"] if obj else [])]

    @admin.display(description=_("parts"))
    def parts(self, series):
        """Return the parts in their order, each with its stage and a link to its form."""
        articles = series.articles.order_by("series_part", "pk").only(
            "headline", "stage", "series_part"
        )
        rows = (
            (
                article.series_part or "–",
                reverse("admin:articles_article_change", args=[article.pk]),
                article.headline,
                article.get_stage_display(),
            )
            for article in articles
        )
        return format_html_join(mark_safe("<br>"), '{} · <a href="{}">{}</a> · {}', rows) or "–"


@admin.register(Author)
class AuthorAdmin(
    ChoosesPictures,
    FoldedSearch,
    SlugFromWords,
    DownloadsCsv,
    MergesRows,
    NamesWhatIsDeleted,
    LeavesOutBrokenValues,
    admin.ModelAdmin,
):
    word_index = staff.authors
    list_display = ["name", "role", "slug"]

    class Media:
        css = {"all": ["css/admin/writing.css"]}

    def choice_label(self, author):
        return with_details(author.name, author.role, author.slug)
