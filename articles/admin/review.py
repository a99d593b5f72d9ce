"""The page on which a person reads an article that was handed in and decides, on a phone too."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleFormField

from ..models import Note
from ..models.note import people_mentioned
from ..pages.article_page import ArticlePage
from ..publishing import comparison, handover, review, revisions, who_may
from ..publishing.preflight import editions as preflight
from ..publishing.preflight import levels, saving
from ..publishing.preflight.findings import PublishingError
from ..publishing.stages import Stage
from ..publishing.standing import standing_of
from ..publishing.working_copy import Overtaken
from .breach_words import in_words
from .colleagues import name_of
from .together import thread_of
from .writing import counts_of

#: The buttons of the page, and what it says after each.
BUTTONS = {
    "_approve": (Stage.APPROVED, _("Approve"), _("“%s” is approved.")),
    "_publish": (Stage.PUBLISHED, _("Publish now"), _("“%s” is public.")),
    "_send_back": (Stage.DRAFT, _("Send back to draft"), _("“%s” is sent back.")),
}


class ReviewForm(forms.Form):
    note = VisibleFormField(
        label=_("Word to whoever gets it"),
        required=False,
        max_length=Note.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("What is sent back needs a reason. Only the newsroom sees it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_note(self):
        note = self.cleaned_data["note"]
        people_mentioned(note)
        return note


class ReviewsArticles:
    """Mixin for the ModelAdmin of articles."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.review)
        return [
            path("<int:pk>/review/", view, name="articles_article_review"),
            *super().get_urls(),
        ]

    def review(self, request, pk):
        """Show the article as readers will read it, what changed, and the buttons that decide."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        who_may.require(self.has_view_permission(request, article))
        if request.method != "POST":
            return self._review_page(request, article, ReviewForm())
        stage, _words, said = next(
            (button for name, button in BUTTONS.items() if name in request.POST), (None, "", "")
        )
        form = ReviewForm(request.POST)
        who_may.require(stage in review.DECISIONS)
        if not form.is_valid():
            return self._review_page(request, article, form, status=422)
        note, seen = form.cleaned_data["note"], form.cleaned_data["seen"]
        try:
            review.decide(article, stage, by=request.user, seen=seen, note=note)
        except Overtaken:
            form.add_error(None, OVERTAKEN)
            return self._review_page(request, article, form, status=409)
        except PublishingError as error:
            article.refresh_from_db()
            form.add_error("note" if error.code == "say_why" else None, error)
            return self._review_page(request, article, form, status=422)
        self.message_user(request, said % article, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:index"))

    def _review_page(self, request, article, form, status=200):
        if form.is_bound:
            # Whoever reads this page again decides about what it shows now.
            form.data = form.data.copy()
            form.data["seen"] = review.state_of(article)
        else:
            form.initial["seen"] = review.state_of(article)
        may = review.decisions(article, request.user)
        buttons = [(name, words) for name, (stage, words, _said) in BUTTONS.items() if stage in may]
        submission = handover.submission_of(article)
        context = {
            **self.admin_site.each_context(request),
            **thread_of(article, request.user),
            "title": _("Review"),
            "opts": self.opts,
            "original": article,
            "article": article,
            "standing": standing_of(article),
            "submission": submission,
            "submitter": submission and submission.by and name_of(submission.by),
            "page": ArticlePage(article, article, corrections=[], updated_at=None),
            "counts": counts_of(article.body),
            "differences": _differences(article),
            "form": form,
            "buttons": buttons,
            "stops": _stops(article, request.user) if Stage.PUBLISHED in may else [],
            "warnings": in_words(levels.worth_a_look(article, request.user)),
            "may_write": self.has_change_permission(request, article),
        }
        return TemplateResponse(
            request, "admin/articles/article/review.html", context, status=status
        )


OVERTAKEN = _(
    "A colleague has changed or moved this article since you opened the page, so nothing was "
    "decided. This is how it is now."
)


def _differences(article):
    """Return how the working copy differs from what readers have, or None if they have nothing."""
    if not (edition := article.live_edition()):
        return None
    copy = revisions.find(article, revisions.COPY)
    old = revisions.find(article, f"e{edition.number}")
    return comparison.differences(old.content(), copy.content()) if old else None


def _stops(article, user):
    found = [*saving.of_article(article), *preflight.to_press(article)]
    blocking = in_words(levels.blocking(article, user))
    return [each.error.messages[0] for each in found] + [each.words for each in blocking]
