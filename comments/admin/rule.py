"""The admin of the newsroom's own rules, and a page to try a rule before switching it on."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from common.admin import YesOrNoInWords, yes_or_no
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch
from common.text_fields import VisibleFormField

from ..forms import LONGEST_COMMENT
from ..models import Comment, CommentRule
from ..moderation import word_indexes
from ..writing import text
from ..writing.admission import fit_hold_detail
from ..writing.pattern_index import MOST_WORK, Budget

#: A rule is tried on this many of the newest comments, and on no more once they have so many
#: characters together. At most MOST_SHOWN of the matches are shown.
MOST_TRIED = 500
MOST_CHARACTERS = 400_000
MOST_SHOWN = 20


class TryForm(forms.Form):
    """A text to try a rule on; it is kept nowhere."""

    name = VisibleFormField(label=_("Name"), max_length=80, required=False)
    text = VisibleFormField(
        label=_("Text"),
        validators=[MaxLengthValidator(LONGEST_COMMENT)],
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@dataclass
class Match:
    """A comment that a rule matches, with the matching words marked."""

    comment: Comment
    found: list

    @property
    def marked_name(self):
        return text.highlight(self.comment.name, self.found)

    @property
    def marked_text(self):
        return text.highlight(self.comment.text, self.found)


@admin.register(CommentRule)
class CommentRuleAdmin(FoldedSearch, NamesWhatIsDeleted, YesOrNoInWords, admin.ModelAdmin):
    word_index = word_indexes.rules
    list_display = ["name", "kind", "action", "in_force"]
    list_filter = ["is_on", "action", "kind"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "patterns", "most_links"]}),
        (_("What happens"), {"fields": ["action", "message", "is_on"]}),
    ]

    in_force = yes_or_no("is_on", _("switched on"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.try_out)
        return [
            path("<int:pk>/try/", view, name="comments_commentrule_try"),
            *super().get_urls(),
        ]

    def try_out(self, request, pk):
        """Show the rule's matches in a typed text and in the newest comments, be it on or off."""
        rule = get_object_or_404(self.get_queryset(request), pk=pk)
        # The page shows comments, so the person must be allowed to view both rules and comments.
        may_read = request.user.has_perm("comments.view_comment")
        if not (may_read and self.has_view_permission(request, rule)):
            raise PermissionDenied
        form = TryForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try the rule “%s”") % rule,
            "opts": self.opts,
            "rule": rule,
            "form": form,
        }
        if form.is_valid():
            name = text.normalise_line(form.cleaned_data["name"])
            typed = text.normalise(form.cleaned_data["text"])
            budget = Budget()
            found = rule.found_in(name, typed, budget)
            context |= {
                "tried": True,
                "is_unchecked": budget.is_spent and not found,
                "found": fit_hold_detail(found).splitlines() or found[:1],
                "marked": text.highlight(f"{name}\n{typed}".strip(), found),
                "explained": rule.explain(found),
            }
        newest = Comment.objects.order_by("-submitted_at", "-pk").select_related("article")
        newest = newest.filter(is_newsroom=False, erased_at=None).defer("article__body")
        tried, caught = _try_on(newest[:MOST_TRIED], rule)
        context |= {"tried_on": tried, "caught": len(caught), "matches": caught[:MOST_SHOWN]}
        return TemplateResponse(request, "admin/comments/commentrule/try.html", context)


def _try_on(comments, rule):
    """Return the number of `comments` that `rule` was tried on, and its matches.

    All of them share one budget that is larger than that of a comment, so that the page is shown
    in bounded time too. The comment at which it is spent is not counted.
    """
    budget, characters, tried, caught = Budget(4 * MOST_WORK), 0, 0, []
    for comment in comments:
        characters += len(comment.text)
        found = rule.found_in(comment.name, comment.text, budget)
        if budget.is_spent or characters > MOST_CHARACTERS:
            break
        tried += 1
        if found:
            caught.append(Match(comment, found))
    return tried, caught
