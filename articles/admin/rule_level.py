"""The page on which publishers decide what a rule does: it blocks, warns or is off, by role."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from ..models import RuleLevel, RuleLevelChange
from ..models.rule_level import Level
from ..publishing.preflight import levels

#: The changes that the page shows.
RECENT = 20


class LevelsForm(forms.Form):
    """A choice for each rule and each role, and for everybody who has none."""

    def __init__(self, *args, may_change=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = [*Group.objects.order_by("name"), None]
        stored = {(row.group_id, row.code): row.level for row in RuleLevel.objects.all()}
        for code, name in levels.NAMES.items():
            for group in self.groups:
                self.fields[_field(code, group)] = forms.ChoiceField(
                    label=f"{name} · {group or _('everybody else')}",
                    choices=Level.choices,
                    initial=stored.get((group and group.pk, code), levels.DEFAULTS[code]),
                    disabled=not may_change,
                )

    def rows(self):
        """Yield the name of each rule, and its fields in the order of the roles."""
        for code, name in levels.NAMES.items():
            yield name, [self[_field(code, group)] for group in self.groups]

    @transaction.atomic
    def save(self, *, by):
        # Only what this person has changed: a colleague may have changed the others meanwhile.
        for code in levels.NAMES:
            for group in self.groups:
                if (name := _field(code, group)) in self.changed_data:
                    RuleLevel.objects.set_level(
                        *(code, group, Level(self.cleaned_data[name])),
                        default=levels.DEFAULTS[code],
                        by=by,
                    )


def _field(code, group):
    return f"{code}-{group.pk if group else 'others'}"


@admin.register(RuleLevel)
class RuleLevelAdmin(admin.ModelAdmin):
    """One page, in the place of Django's list: nobody thinks of these as rows."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        # The page is all there is: the addresses of rows are left out.
        return [url for url in super().get_urls() if url.name == "articles_rulelevel_changelist"]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = LevelsForm(data, may_change=may_change)
        if form.is_valid():
            form.save(by=request.user)
            self.message_user(request, _("Saved."))
            return HttpResponseRedirect(request.path)
        changes = RuleLevelChange.objects.select_related("by")[:RECENT]
        context = {
            **self.admin_site.each_context(request),
            **{"title": self.opts.verbose_name_plural.capitalize(), "opts": self.opts},
            **{"form": form, "may_change": may_change},
            "changes": [(change, levels.NAMES.get(change.code, change.code)) for change in changes],
        }
        return TemplateResponse(request, "admin/articles/rulelevel/levels.html", context)
