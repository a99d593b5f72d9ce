"""The form and the list of articles, and the actions of their buttons."""

from functools import reduce
from itertools import pairwise
from operator import or_

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.forms.widgets import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.admin import LeavesOutBrokenValues, OnlyOwnLookups, YesOrNoInWords
from common.deletion import NamesWhatIsDeleted
from common.moment_field import TYPED_MOMENTS
from common.search.admin import FoldedSearch, with_details

from ..models import Article, Byline
from ..publishing import who_may
from ..publishing.preflight.findings import PublishingError
from ..search import staff
from .article_list import (
    AssigneeFilter,
    AuthorFilter,
    DueFilter,
    HolderFilter,
    ListsArticles,
    StateFilter,
)
from .choices import ChoosesByName
from .drafts import KeepsDrafts
from .editor import LinksArticles, WritesBodies
from .forms import ArticleForm, BylineForm, BylineFormSet, WithdrawalForm, has_byline
from .image_forms import ChoosesPictures
from .link_cards import MakesLinkCards
from .preview_links import LinksToPreviews
from .previews import PreviewsText
from .review import ReviewsArticles
from .slugs import SlugFromWords
from .stale import MergesStaleSaves
from .takedown_views import TakesDownPassages
from .together import WorksTogether
from .versions import ShowsVersions
from .writing import BUTTONS, WritingScreen


class BylineInline(ChoosesByName, admin.TabularInline):
    """The byline, in the order of its rows; the two empty ones are for browsers without scripts."""

    model = Byline
    form = BylineForm
    formset = BylineFormSet
    template = "admin/articles/article/bylines.html"
    extra = 2
    max_num = 200
    autocomplete_fields = ["author"]
    media = forms.Media(js=[Script("js/writing/fields.js", type="module")])

    def get_formset(self, request, obj=None, **kwargs):
        # Django would make 1,000 rows more for a browser that claims to have sent so many.
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


class LanguageFilter(admin.SimpleListFilter):
    """The languages of the site, and one choice for the hundred others."""

    title = _("language")
    parameter_name = "language"
    OTHER = "other"

    def lookups(self, request, model_admin):
        return [*settings.LANGUAGES, (self.OTHER, _("another language"))]

    def queryset(self, request, queryset):
        if self.value() == self.OTHER:
            # Those between the languages of the site: an index finds no rows that have *not* some
            # value. An import may have brought languages that no form offers.
            own = sorted(dict(settings.LANGUAGES))
            between = [Q(language__gt=a, language__lt=b) for a, b in pairwise(own)]
            first, last = Q(language__lt=own[0]), Q(language__gt=own[-1])
            return queryset.filter(reduce(or_, between, first | last))
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Article)
class ArticleAdmin(
    KeepsDrafts,
    MergesStaleSaves,
    WorksTogether,
    WritingScreen,
    ChoosesPictures,
    FoldedSearch,
    ChoosesByName,
    SlugFromWords,
    TakesDownPassages,
    ShowsVersions,
    ReviewsArticles,
    PreviewsText,
    LinksArticles,
    MakesLinkCards,
    WritesBodies,
    LinksToPreviews,
    NamesWhatIsDeleted,
    ListsArticles,
    LeavesOutBrokenValues,
    OnlyOwnLookups,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.articles
    form = ArticleForm
    moving_buttons = {name: label for name, (_target, label) in BUTTONS.items()}
    list_filter = [
        *(StateFilter, AssigneeFilter, DueFilter, HolderFilter, AuthorFilter),
        *("section", LanguageFilter, "first_published_at"),
    ]
    formfield_overrides = TYPED_MOMENTS | WritesBodies.formfield_overrides
    slug_from = "headline"
    autocomplete_fields = ["topics", "series", "related"]
    inlines = [BylineInline]
    fieldsets = [
        # In the order of the page: see `articles/article/_page.html`.
        (None, {"fields": ["section", "kicker", "headline", "standfirst"]}),
        (
            _("Lead image"),
            {"fields": ["lead_image", "lead_alt", "lead_caption", "lead_credit"]},
        ),
        (None, {"fields": ["dateline", "body"]}),
        (
            _("Filed under"),
            {
                "fields": [
                    *("topics", "series", "series_part", "related", "elsewhere"),
                    *("language", "slug", "comments_open"),
                ],
                "classes": ["filing"],
            },
        ),
    ]
    press_fieldset = (
        _("Publishing"),
        {"fields": [*ArticleForm.PRESS_FIELDS, "embargo_until"], "classes": ["publishing"]},
    )

    class Media:
        css = {"all": ["css/admin/writing/screen.css"]}
        # In this order: a draft is what differs from the form as the fields' script has made it.
        js = [
            Script("js/writing/fields.js", type="module"),
            Script("js/writing/drafts.js", type="module"),
        ]

    def get_queryset(self, request):
        return who_may.for_writer(super().get_queryset(request), request.user)

    def has_view_permission(self, request, obj=None):
        return who_may.may_see(request.user, obj)

    def has_change_permission(self, request, obj=None):
        return who_may.may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return who_may.may_delete(request.user, obj)

    def has_publish_permission(self, request, obj=None):
        return who_may.may_publish(request.user, obj)

    def get_fieldsets(self, request, obj=None):
        may = self.has_publish_permission(request, obj) and (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        fieldsets = super().get_fieldsets(request, obj)
        if obj and self.has_change_permission(request, obj):
            fieldsets = [self.together_fieldset, *fieldsets]
        return [self.press_fieldset, *fieldsets] if may else fieldsets

    def get_readonly_fields(self, request, obj=None):
        # Only who may publish it may change the address of an article, public or scheduled.
        if obj and obj.path and not self.has_publish_permission(request, obj):
            return ["slug"]
        return []

    def get_form(self, request, obj=None, change=False, **kwargs):
        # These fields belong to the form alone: the admin would look for them on the model.
        if fields := kwargs.get("fields"):
            kwargs["fields"] = [f for f in fields if f not in ArticleForm.OWN_FIELDS]
        form = super().get_form(request, obj, change=change, **kwargs)
        if related := form.base_fields.get("related"):
            # What a colleague has related stays, though this person may not see it elsewhere.
            # By EXISTS, since PostgreSQL reads all articles for the alternatives of two IN.
            seen = who_may.for_writer(Article.objects.all(), request.user)
            kept = obj.related.all() if obj else Article.objects.none()
            seen, kept = (Exists(each.filter(pk=OuterRef("pk"))) for each in (seen, kept))
            related.queryset = related.queryset.filter(seen | kept)
        # Django makes a class for each request. The levels of the rules depend on the person.
        form.by = request.user
        form.has_byline = has_byline(request.POST) if request.method == "POST" else None
        return form

    def choice_label(self, article):
        """Return the headline and stage, then the address, or the time of saving and the number."""
        saved = date_format(timezone.localtime(article.saved_at), "SHORT_DATETIME_FORMAT")
        place = [article.path] if article.path else [saved, f"#{article.pk}"]
        return with_details(article.headline, article.get_stage_display(), *place)

    def get_view_on_site_url(self, obj=None):
        return obj.path if obj and obj.pk and obj.live_edition() else None

    # --- Saving -----------------------------------------------------------------------------

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        article = form.instance
        if article.path and not article.path.endswith(f"/{article.slug}/"):
            article.change_slug(article.slug, by=request.user)
        button = next((name for name in BUTTONS if name in request.POST), None)

        def move(note):
            """Make the move of the button; say whether the note went with it."""
            if button == "_publish":
                self._message_published(request, form.press_as_asked(by=request.user))
                return False
            article.move_to(BUTTONS[button][0], by=request.user, note=note)
            return True

        self.save_together(request, form, move if button else None)

    def _message_published(self, request, edition):
        if edition is None:
            words = _("Saved. Nothing was published: readers have this text already.")
            self.message_user(request, words, messages.WARNING)
            return
        moment = date_format(timezone.localtime(edition.visible_from), "DATETIME_FORMAT")
        words = (
            _("From %(moment)s edition %(number)s will be public.")
            if edition.is_scheduled
            else _("Edition %(number)s is public.")
        )
        self.message_user(
            request, words % {"number": edition.number, "moment": moment}, messages.SUCCESS
        )

    def delete_view(self, request, object_id, extra_context=None):
        """Delete an article that nobody saves or publishes meanwhile: PostgreSQL lets them."""
        with transaction.atomic():
            if request.method == "POST":
                locked = self.model.objects.select_for_update().filter(pk=object_id)
                list(locked.values_list("pk"))
            return super().delete_view(request, object_id, extra_context)

    # --- Additional views ---------------------------------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="articles_article_withdraw"),
            *super().get_urls(),
        ]

    def withdraw(self, request, pk):
        """Ask for the public notice and the end of publication, then withdraw the article."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        who_may.require(self.has_publish_permission(request, article))
        form = WithdrawalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                article.withdraw(by=request.user, **form.cleaned_data)
            except PublishingError as error:
                form.add_error("at" if error.code == "past_date" else None, error)
            else:
                self.message_user(request, _("“%s” is withdrawn.") % article)
                return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw the article"),
            "opts": self.opts,
            "original": article,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/articles/article/withdraw.html", context)
