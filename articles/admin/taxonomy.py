"""Sections, topics and authors in the admin."""

from django.contrib import admin

from common.admin import NamesListFields
from common.deletion import NamesWhatIsDeleted

from ..models import Author, Section, Topic
from .slugs import SlugFromWords


@admin.register(Section)
class SectionAdmin(SlugFromWords, NamesListFields, NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name"]


@admin.register(Topic)
class TopicAdmin(SlugFromWords, NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(Author)
class AuthorAdmin(SlugFromWords, NamesWhatIsDeleted, admin.ModelAdmin):
    list_display = ["name", "role", "slug"]
    search_fields = ["name"]
    autocomplete_fields = ["photo"]
