"""Standing pages in the admin."""

from django.contrib import admin

from common.admin import DefersInList, NamesListFields
from common.deletion import NamesWhatIsDeleted

from ..models import Page
from .slugs import SlugFromWords


@admin.register(Page)
class PageAdmin(SlugFromWords, NamesListFields, NamesWhatIsDeleted, DefersInList, admin.ModelAdmin):
    fields = ["title", "slug", "body", "in_footer", "position"]
    list_display = ["title", "slug", "in_footer", "position", "updated_at"]
    list_defer = ["body"]
    list_editable = ["in_footer", "position"]
    slug_from = "title"
    search_fields = ["title"]

    class Media:
        css = {"all": ["css/admin/writing.css"]}
