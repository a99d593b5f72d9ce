"""Sections, topics and authors in the admin."""

from django.contrib import admin

from ..models import Author, Section, Topic
from .slugs import SlugFromWords


@admin.register(Section)
class SectionAdmin(SlugFromWords, admin.ModelAdmin):
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name"]


@admin.register(Topic)
class TopicAdmin(SlugFromWords, admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(Author)
class AuthorAdmin(SlugFromWords, admin.ModelAdmin):
    list_display = ["name", "role", "slug"]
    search_fields = ["name"]
    autocomplete_fields = ["photo"]
