"""The table of house rules in the admin, and a page that takes many at once."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import YesOrNoInWords, yes_or_no
from common.deletion import NamesWhatIsDeleted
from common.text_fields import VisibleFormField

from ..models import HouseRule
from ..models.house_rule import MOST_IN_FORCE

#: The signs that may stand between what is written and what is preferred.
ARROWS = ("→", "->", "\t")
MOST_LINES = 500


class PastedRulesForm(forms.Form):
    """Lines of house rules: “written → preferred”, or the two in columns of a spreadsheet."""

    language = forms.ChoiceField(
        label=_("Language"), choices=HouseRule.Language.choices, required=False
    )
    lines = VisibleFormField(
        label=_("Rules"),
        # A tab that ends a line is no rule; one that stands in it parts two columns.
        cleaned=str.strip,
        max_length=120_000,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField"}),
        help_text=_(
            "One on each line: what is written → what is preferred. Also with ->, or copied from "
            "two columns of a spreadsheet. A rule for words that have one already replaces it."
        ),
    )

    def clean_lines(self):
        """Return the rules, not saved yet; name each line that is none."""
        lines = [line for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("Please paste at most %d lines at once.") % MOST_LINES)
        rules, errors = {}, []
        for line in lines:
            try:
                rule = self._rule(line)
            except ValidationError as error:
                words = {"line": line.strip()[:60], "error": " ".join(error.messages)}
                errors.append(_("“%(line)s”: %(error)s") % words)
            else:
                rules[rule.written] = rule
        if errors:
            raise ValidationError(errors[:20])
        return list(rules.values())

    def _rule(self, line):
        arrow = next((arrow for arrow in ARROWS if arrow in line), None)
        if arrow is None:
            raise ValidationError(_("There is no arrow."))
        written, preferred = line.split(arrow, 1)
        rule = HouseRule(
            language=self.cleaned_data.get("language", ""), written=written, preferred=preferred
        )
        rule.clean_fields()
        rule.clean()
        return rule

    def save(self):
        """Store the rules; return how many are new."""
        language, rules = self.cleaned_data["language"], self.cleaned_data["lines"]
        created = 0
        for rule in rules:
            created += HouseRule.objects.update_or_create(
                language=language, written=rule.written, defaults={"preferred": rule.preferred}
            )[1]
        return created


@admin.register(HouseRule)
class HouseRuleAdmin(NamesWhatIsDeleted, YesOrNoInWords, admin.ModelAdmin):
    list_display = ["written", "preferred", "language", "explanation", "in_force"]
    list_filter = ["language", "is_on"]
    list_per_page = 200
    fieldsets = [
        (None, {"fields": ["language", "written", "preferred", "explanation"]}),
        (None, {"fields": ["exceptions", "is_on"]}),
    ]

    in_force = yes_or_no("is_on", _("switched on"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.paste)
        return [path("paste/", view, name="articles_houserule_paste"), *super().get_urls()]

    def paste(self, request):
        """Take many rules at once, all or none of them."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = PastedRulesForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            created, stored = form.save(), len(form.cleaned_data["lines"])
            words = ngettext(
                "%(stored)d rule is stored; %(created)d of them new.",
                "%(stored)d rules are stored; %(created)d of them new.",
                stored,
            )
            self.message_user(request, words % {"stored": stored, "created": created})
            return HttpResponseRedirect(reverse("admin:articles_houserule_changelist"))
        context = {
            **self.admin_site.each_context(request),
            **{"title": _("Paste house rules"), "opts": self.opts, "form": form},
            "most": MOST_IN_FORCE,
        }
        return TemplateResponse(request, "admin/articles/houserule/paste.html", context)
