"""The form and the list of articles, and the actions of their buttons."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.admin import LeavesOutBrokenValues, OnlyOwnLookups, YesOrNoInWords
from common.deletion import NamesWhatIsDeleted
from common.permissions import require_permission
from common.search.admin import FoldedSearch, LabelsChoices, with_details

from ..models import Article, ArticleEvent, ArticlePath, Byline, Edition
from ..pages.article_page import ArticlePage
from ..publishing import stages
from ..publishing.preflight.findings import PublishingError
from ..publishing.stages import Stage
from ..search import staff
from .article_list import AuthorFilter, HolderFilter, ListsArticles, StateFilter
from .forms import ArticleForm, WithdrawalForm
from .slugs import SlugFromWords
from .takedown_views import TakesDownPassages

#: The buttons under the form. Each saves the article, and moves it to the stage named here.
BUTTONS = {
    "_submit_for_review": (Stage.IN_REVIEW, _("Save and submit for review")),
    "_send_back": (Stage.DRAFT, _("Save and send back to draft")),
    "_approve": (Stage.APPROVED, _("Save and approve")),
    "_publish": (Stage.PUBLISHED, _("Save and publish")),
}


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission


class BylineInline(LabelsChoices, admin.TabularInline):
    model = Byline
    extra = 0
    min_num = 0
    autocomplete_fields = ["author"]


class EditionInline(ReadOnlyInline):
    model = Edition
    fields = readonly_fields = [
        *("number", "visible_from", "visible_until", "suppressed_at", "correction", "pressed_by"),
    ]
    show_change_link = True
    ordering = ["-visible_from"]

    def get_queryset(self, request):
        return (
            super().get_queryset(request).defer("body").select_related("pressed_by", "correction")
        )


class EventInline(ReadOnlyInline):
    model = ArticleEvent
    fields = readonly_fields = [
        *("at", "by", "kind", "origin", "target", "edition", "moment", "note"),
    ]
    classes = ["collapse"]


class PathInline(ReadOnlyInline):
    model = ArticlePath
    fields = readonly_fields = ["path", "since"]
    classes = ["collapse"]


class LanguageFilter(admin.SimpleListFilter):
    """The languages of the site, and one choice for the hundred others."""

    title = _("language")
    parameter_name = "language"
    OTHER = "other"

    def lookups(self, request, model_admin):
        return [*settings.LANGUAGES, (self.OTHER, _("another language"))]

    def queryset(self, request, queryset):
        if self.value() == self.OTHER:
            return queryset.exclude(language__in=dict(settings.LANGUAGES))
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Article)
class ArticleAdmin(
    FoldedSearch,
    LabelsChoices,
    SlugFromWords,
    TakesDownPassages,
    NamesWhatIsDeleted,
    ListsArticles,
    LeavesOutBrokenValues,
    OnlyOwnLookups,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.articles
    form = ArticleForm
    list_filter = [
        *(StateFilter, HolderFilter, AuthorFilter, "section", LanguageFilter, "first_published_at"),
    ]
    slug_from = "headline"
    autocomplete_fields = ["lead_image", "topics", "related"]
    inlines = [BylineInline, EditionInline, PathInline, EventInline]
    save_on_top = False
    fieldsets = [
        (None, {"fields": ["kicker", "headline", "standfirst", "dateline", "body"]}),
        (
            _("Lead image"),
            {"fields": ["lead_image", "lead_alt", "lead_caption", "lead_credit"]},
        ),
        (
            _("Filed under"),
            {"fields": ["section", "topics", "related", "language", "slug", "comments_open"]},
        ),
    ]
    press_fieldset = (
        _("Publishing"),
        {"fields": ["embargo_until", *ArticleForm.PRESS_FIELDS]},
    )

    class Media:
        css = {"all": ["css/admin/writing.css"]}

    def has_publish_permission(self, request):
        return request.user.has_perm(stages.PUBLISH)

    def get_fieldsets(self, request, obj=None):
        may = self.has_publish_permission(request) and (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, self.press_fieldset] if may else fieldsets

    def get_readonly_fields(self, request, obj=None):
        # Only a publisher may change the address of an article that is public or scheduled.
        if obj and obj.path and not self.has_publish_permission(request):
            return ["slug"]
        return []

    def get_form(self, request, obj=None, change=False, **kwargs):
        # These fields belong to the form alone: the admin would look for them on the model.
        if fields := kwargs.get("fields"):
            kwargs["fields"] = [f for f in fields if f not in ArticleForm.PRESS_FIELDS]
        return super().get_form(request, obj, change=change, **kwargs)

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
        if change and "slug" in form.changed_data and article.path:
            article.change_slug(article.slug, by=request.user)
        if change and (form.content_changed or any(fs.has_changed() for fs in formsets)):
            article.return_to_draft_after_edit(by=request.user)
        button = next((name for name in BUTTONS if name in request.POST), None)
        try:
            if button == "_publish":
                edition = form.press_as_asked(by=request.user)
                self._message_published(request, edition)
            elif button:
                article.move_to(BUTTONS[button][0], by=request.user)
        except PublishingError as error:
            self.message_user(request, " ".join(error.messages), "ERROR")

    def _message_published(self, request, edition):
        moment = date_format(timezone.localtime(edition.visible_from), "DATETIME_FORMAT")
        words = (
            _("From %(moment)s edition %(number)s will be public.")
            if edition.is_scheduled
            else _("Edition %(number)s is public.")
        )
        self.message_user(request, words % {"number": edition.number, "moment": moment})

    def response_add(self, request, obj, **kwargs):
        self._stay_after_button(request)
        return super().response_add(request, obj, **kwargs)

    def response_change(self, request, obj):
        self._stay_after_button(request)
        return super().response_change(request, obj)

    def _stay_after_button(self, request):
        """Show the form again after one of our buttons, so that the editor sees the effect."""
        if any(name in request.POST for name in BUTTONS):
            request.POST = request.POST.copy()
            request.POST["_continue"] = "1"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        article = object_id and self.get_object(request, object_id)
        stage = article.stage if article else Stage.DRAFT
        context = {
            "buttons": [
                (name, label)
                for name, (target, label) in BUTTONS.items()
                if target != stage or target == Stage.PUBLISHED
                if stages.may_move(request.user, stage, target)
            ],
            "article": article,
            "live_edition": article and article.live_edition(),
            "scheduled_editions": article and list(article.scheduled_editions()),
        }
        return super().changeform_view(
            request, object_id, form_url, extra_context={**context, **(extra_context or {})}
        )

    # --- Additional views ---------------------------------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", wrap(self.preview), name="articles_article_preview"),
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="articles_article_withdraw"),
            *super().get_urls(),
        ]

    def preview(self, request, pk):
        """Show the working copy as readers would see it."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        page = ArticlePage.of_working_copy(article)
        context = {"page": page, "current_section": page.section}
        return render(request, "articles/article_detail.html", context)

    def withdraw(self, request, pk):
        """Ask for the public notice and the end of publication, then withdraw the article."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        require_permission(request.user, stages.PUBLISH)
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
