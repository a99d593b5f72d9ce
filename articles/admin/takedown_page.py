"""The page of the admin that previews a takedown, and does it once the publisher confirms."""

from hashlib import sha256

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from common.permissions import require_permission

from ..publishing.preflight.findings import RULES, PublishingError
from ..publishing.stages import TAKE_DOWN
from .takedown_forms import TakedownForm


def _seen_key(preview, data) -> str:
    """Return a key of the preview and the form that a publisher saw before the confirmation."""
    words = [*map(str, preview), *(f"{name}={value}" for name, value in data.items())]
    return sha256("\n".join(words).encode()).hexdigest()


class HasTakedown:
    """Mixin for a ModelAdmin whose objects can be taken down, or passages in them.

    A subclass names its `takedown_form`, and writes `takedown_context` and `take_down`.
    """

    takedown_form = TakedownForm
    takedown_title = None

    def get_urls(self):
        view = self.admin_site.admin_view(self.takedown_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_takedown"
        return [path("<int:pk>/take-down/", view, name=name), *super().get_urls()]

    # An error report must not hold the content to be erased.
    @method_decorator(sensitive_post_parameters())
    def takedown_view(self, request, pk):
        """Ask for the reason, show the content to be erased, and erase it after a confirmation."""
        require_permission(request.user, TAKE_DOWN)
        row = get_object_or_404(self.model, pk=pk)
        form = self.takedown_form(request.POST or None, initial=self.takedown_initial(row))
        context = {"preview": None}
        if request.method == "POST" and form.is_valid():
            try:
                preview = self.takedown_preview(row, form.cleaned_data)
                seen = _seen_key(preview, form.cleaned_data)
                # Another person, or the same one, may have changed something since the preview.
                if "_confirm" in request.POST and request.POST.get("seen") == seen:
                    return HttpResponseRedirect(self.take_down(request, row, form.cleaned_data))
                others = self.takedown_others(row, form.cleaned_data)
                context = {"preview": preview, "seen": seen, "others": others}
            except PublishingError as error:
                field = RULES[error.code].field
                form.add_error(field if field in form.fields else None, error)
        context |= {
            **self.admin_site.each_context(request),
            **self.takedown_context(row),
            "title": self.takedown_title,
            "opts": self.opts,
            "original": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/take_down.html", context)

    def takedown_initial(self, row) -> dict:
        return {}

    def takedown_context(self, row) -> dict:
        return {}

    def takedown_preview(self, row, data) -> list:
        """Return lines that describe the content to be erased. Raises PublishingError."""
        raise NotImplementedError

    def takedown_others(self, row, data) -> list:
        """Return other objects that may have to be taken down too."""
        return []

    def take_down(self, request, row, data) -> str:
        """Take it down, and return the address of the page to show then. Raises PublishingError."""
        raise NotImplementedError

    def _page_of(self, article):
        return reverse("admin:articles_article_change", args=[article.pk])
