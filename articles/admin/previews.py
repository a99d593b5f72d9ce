"""Previews in the admin: of the text in the form, stored or not, and of an edition to come.

A preview is a page of readers, in their language and under their policy, with two differences: its
forms lead nowhere, and the page with the form may show it in a frame. No other page of the site may
be framed.
"""

from dataclasses import replace

from django.conf import settings
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.middleware.csp import get_nonce
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import translation
from django.utils.csp import CSP, build_policy
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from common.labels import labelled
from common.text_fields import VisibleLineField, VisibleTextField

from ..models import Byline, Edition
from ..models.content import Content
from ..pages.article_page import ArticlePage
from ..pages.preview_page import PreviewPage, parts_of

#: The policy of a preview.
PREVIEW_CSP = {
    **settings.SECURE_CSP,
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}
#: The policy of the page with the form, which shows the preview in a frame.
FORM_CSP = {**settings.ADMIN_CSP, "frame-src": [CSP.SELF]}

#: The words of a text that a preview shows even where their field refuses them.
_WORDS = [
    field.name
    for field in Content._meta.fields
    if isinstance(field, (VisibleLineField, VisibleTextField))
]


def preview(request, page, notice, problems=()):
    """Return the answer that shows `page`, below a `notice` and the `problems` of the form."""
    context = {
        "page": page,
        "current_section": page.section,
        "notice": notice,
        "notice_language": translation.get_language(),
        "problems": problems,
    }
    return for_frame(request, "articles/preview.html", context)


def for_frame(request, template, context):
    """Return a page of readers, in their language, that a page of the admin may show in a frame."""
    with translation.override(settings.LANGUAGE_CODE):
        response = render(request, template, context)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(PREVIEW_CSP)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    return response


class PreviewsText:
    """Mixin for the admin of articles: shows the text of its form as readers will see it."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("add/preview/", wrap(self.preview_new), name="articles_article_preview_new"),
            path("<int:pk>/preview/", wrap(self.preview), name="articles_article_preview"),
            *super().get_urls(),
        ]

    def changeform_view(self, request, *args, **kwargs):
        response = super().changeform_view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            # Not before: the page makes its nonce while it is rendered.
            response.add_post_render_callback(lambda response: allow_frame(request, response))
        return response

    def preview_new(self, request):
        """Show the form of an article that was never stored."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._preview_form(request, None)

    def preview(self, request, pk):
        """Show the form that was sent; or, without one, the working copy."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        if request.method == "POST" and self.has_change_permission(request, article):
            return self._preview_form(request, article)
        notice = _("Preview of the working copy. Readers do not see this.")
        return preview(request, PreviewPage.of_working_copy(article), notice)

    def _preview_form(self, request, article):
        """Show what was typed. It is cleaned as for storing, and nothing is stored."""
        fields = flatten_fieldsets(self.get_fieldsets(request, article))
        form_class = self.get_form(request, article, change=article is not None, fields=fields)
        sent = request.POST if request.method == "POST" else None
        form = form_class(sent, instance=article)
        problems = _problems(form)
        content = form.instance
        for name in form.errors.keys() & set(_WORDS):
            setattr(content, name, form[name].data or "")
        if "body" in form.errors:
            # It may be refused before it is cleaned.
            content.body = ""
        parts, data = parts_of(content), getattr(form, "cleaned_data", {})
        bylines = self._bylines_formset(request, content)
        if bylines.is_bound and bylines.management_form.is_valid():
            problems += [problem for row in bylines.forms for problem in _problems(row)]
            parts = replace(parts, bylines=_credits(bylines))
        parts = replace(
            parts,
            topics=list(data.get("topics", parts.topics)),
            related=list(data.get("related", parts.related)),
        )
        at, correction = data.get("publish_at"), form.correction() if sent else None
        page = PreviewPage.of_text(content, parts=parts, at=at, correction=correction)
        notice = _("Preview of what is typed. It is not stored by this, and readers do not see it.")
        return preview(request, page, notice, problems)

    def _bylines_formset(self, request, article):
        for formset, inline in self.get_formsets_with_inlines(request, article):
            if formset.model is Byline:
                prefix = formset.get_default_prefix()
                return formset(**self.get_formset_kwargs(request, article, inline, prefix))
        raise LookupError("The form of an article has no byline.")


def _credits(formset) -> list[Byline]:
    """Return the credits of a form in their order, without rows that are empty or deleted."""
    rows = [row for row in formset.forms if not _is_deleted(row) and _has_author(row)]
    return sorted((row.instance for row in rows), key=lambda credit: credit.position)


def _has_author(row) -> bool:
    # One that is made with the save has no key yet.
    return bool(row.instance.author_id or getattr(row, "cleaned_data", {}).get("author"))


def _is_deleted(row) -> bool:
    return getattr(row, "cleaned_data", {}).get("DELETE", False)


def _problems(form) -> list[str]:
    """Return the errors of a form in words, each with the name of its field."""
    fields = form.fields
    return [
        labelled(fields[name].label, error) if name in fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


class PreviewsEdition:
    """Mixin for the admin of editions: shows one as readers have it, had it or will have it."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.preview)
        return [
            path("<int:pk>/preview/", view, name="articles_edition_preview"),
            *super().get_urls(),
        ]

    def get_view_on_site_url(self, obj=None):
        """Return the address of the article while it shows this very edition."""
        return obj.get_absolute_url() if obj and obj.is_live() else None

    def preview(self, request, pk):
        edition = get_object_or_404(Edition.objects.for_page(), pk=pk, suppressed_at=None)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        start = date_format(localtime(edition.visible_from), "DATETIME_FORMAT")
        words = (
            _("Edition %(number)s, which will be public from %(start)s. Readers do not see it yet.")
            if edition.is_scheduled
            else _("Edition %(number)s, public from %(start)s.")
        )
        notice = words % {"number": edition.number, "start": start}
        return preview(request, ArticlePage.of_edition(edition, is_preview=True), notice)


def allow_frame(request, response):
    """Let a rendered page of the admin show pages of this site in a frame."""
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(FORM_CSP, get_nonce(request))
