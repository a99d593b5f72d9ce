"""The versions of an article in the admin: their list, their comparison, and their restoration."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ..publishing import comparison, revisions, snapshots
from ..publishing.working_copy import Overtaken

#: Larger numbers are none of ours, and no database holds them.
_LARGEST = 2**31


class ShowsVersions:
    """Mixin for the ModelAdmin of articles."""

    def get_urls(self):
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.versions)
        )
        return [
            path("<int:pk>/versions/", view, name="articles_article_versions"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["recent_versions"] = revisions.recent(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def versions(self, request, pk):
        """List the versions, compare the two that are asked for, or restore one."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if request.method == "POST":
            return self._restore(request, article)
        if "from" in request.GET:
            chosen = [
                revisions.find(article, request.GET.get(name, revisions.COPY))
                for name in ("from", "to")
            ]
            if all(chosen):
                return self._comparison(request, article, *chosen)
            self.message_user(request, _("One of these versions is no longer there."), "WARNING")
        before = _number(request.GET.get("before", ""))
        context = {
            "timeline": revisions.timeline(article, before),
            "before": before,
            "title": _("Versions"),
        }
        return self._page(request, article, "versions", context)

    def _comparison(self, request, article, old, new, status=200):
        found = comparison.differences(old.content(), new.content())
        choices = {version.key: version for version in revisions.timeline(article)}
        context = {
            "old": old,
            "new": new,
            "differences": found,
            "choices": [
                version
                for version in {**choices, old.key: old, new.key: new}.values()
                if not version.is_taken_down
            ],
            # Text comes back into the working copy, so only a comparison with that offers it.
            "may_restore": new.is_copy and not old.is_copy,
            "title": _("Compare versions"),
        }
        return self._page(request, article, "comparison", context, status=status)

    def _page(self, request, article, name, context, status=200):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": article,
            **context,
        }
        template = f"admin/articles/article/{name}.html"
        return TemplateResponse(request, template, context, status=status)

    def _restore(self, request, article):
        version = revisions.find(article, request.POST.get("version", ""))
        # A whole version, a field (`headline`), or a pair of blocks of the body (`body:3`).
        name, colon, block = request.POST.get("part", "").partition(":")
        if version is None or (name and name not in version.content()):
            raise Http404
        block = _number(block) if colon and name == "body" else None
        if colon and block is None:
            raise Http404
        seen = _number(request.POST.get("seen", ""))
        before = snapshots.snapshot(article)
        try:
            changed = revisions.restore(
                article, version, by=request.user, seen=seen, name=name or None, block=block
            )
        except Overtaken:
            self.message_user(request, OVERTAKEN, messages.ERROR)
            article.refresh_from_db()
            copy = revisions.find(article, revisions.COPY)
            return self._comparison(request, article, version, copy, status=409)
        if changed:
            self._log_restored(request, article, before)
            self.message_user(request, _said(version, name, block), messages.SUCCESS)
        else:
            self.message_user(request, _("The working copy held that already."))
        if name:
            address = reverse("admin:articles_article_versions", args=[article.pk])
            return HttpResponseRedirect(f"{address}?from={version.key}")
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _log_restored(self, request, article, before):
        # The log holds words of the code, and each page translates them.
        with override(None):
            fields = comparison.changed_labels(before, snapshots.snapshot(article))
        self.log_change(request, article, [{"changed": {"fields": fields}}])


OVERTAKEN = _(
    "The working copy was changed after you had opened this page, so nothing was restored. "
    "This is how it differs now."
)


def _said(version, name, block):
    words = {"version": version.name}
    if block is not None:
        return gettext("The paragraph of “%(version)s” is in the working copy.") % words
    if name:
        words["field"] = snapshots.label(name)
        return gettext("“%(field)s” is as it was in “%(version)s”.") % words
    return gettext("The working copy is as it was in “%(version)s”.") % words


def _number(text):
    """Return a number of an address or a form; None if it is none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 11
    return min(int(text), _LARGEST) if is_number else None
