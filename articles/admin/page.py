"""Standing pages in the admin."""

from django.contrib import admin
from django.forms.widgets import Script

from common.admin import DefersInList, NamesListFields, YesOrNoInWords
from common.csv_download import DownloadsCsv
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch

from ..models import Page
from ..search import staff
from .editor import WritesBodies
from .slugs import SlugFromWords


@admin.register(Page)
class PageAdmin(
    FoldedSearch,
    SlugFromWords,
    WritesBodies,
    NamesListFields,
    DownloadsCsv,
    NamesWhatIsDeleted,
    DefersInList,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.pages
    fields = ["title", "slug", "body", "in_footer", "position"]
    list_display = ["title", "slug", "in_footer", "position", "updated_at"]
    list_defer = ["body"]
    list_editable = ["in_footer", "position"]
    slug_from = "title"

    class Media:
        css = {"all": ["css/admin/writing.css", "css/admin/fields.css"]}
        js = [Script("js/writing/pictures.js", type="module")]
