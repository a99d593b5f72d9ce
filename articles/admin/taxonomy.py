"""Sections, topics and authors in the admin."""

from django.contrib import admin

from common.admin import NamesListFields
from common.deletion import NamesWhatIsDeleted

from ..models import Author, Section, Topic


@admin.register(Section)
class SectionAdmin(NamesListFields, NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Topic)
class TopicAdmin(NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Author)
class AuthorAdmin(NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "role", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]
    autocomplete_fields = ["photo"]
