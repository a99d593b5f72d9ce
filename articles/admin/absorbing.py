"""The page on which sections, topics or authors are merged: looked at beside each other first."""

from difflib import get_close_matches
from http import HTTPStatus
from itertools import islice

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from common.admin import ROW_KEY
from common.folding import fold
from common.responses import SeeOther
from common.shortening import shorten

from ..models import FormerKey
from ..publishing.absorption import MOST, CannotMerge, absorb, candidates, permission_for

#: The most rows that are offered as others, and the newest of which the names are compared.
SHOWN, COMPARED = 20, 3000
#: From 0 to 1, how alike two names are that may mean the same (see `difflib`).
ALIKE = 0.8
LONGEST_SEARCH = 200


class MergesRows:
    """Mixin for a ModelAdmin of rows that can be merged: an action, a page, and a link to it."""

    actions = ["merge_selected"]

    def get_urls(self):
        view = require_http_methods(["GET", "HEAD", "POST"])(self.merge_view)
        view = self.admin_site.admin_view(view)
        return [path("merge/", view, name=self._merge_route), *super().get_urls()]

    @property
    def _merge_route(self):
        return f"{self.opts.app_label}_{self.opts.model_name}_merge"

    def has_merge_permission(self, request):
        may_see = self.has_view_permission(request)
        return may_see and request.user.has_perm(permission_for(self.model))

    def merge_address(self, keys, **further) -> str:
        """Return the address of the page about the rows with these keys."""
        query = QueryDict(mutable=True)
        query.setlist("row", keys)
        query.update(further)
        return f"{reverse(f'admin:{self._merge_route}')}?{query.urlencode()}"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = {**(extra_context or {})}
        is_offered = ROW_KEY.fullmatch(object_id) and IS_POPUP_VAR not in request.GET
        if is_offered and self.has_merge_permission(request):
            extra["merge_address"] = self.merge_address([object_id])
        return super().change_view(request, object_id, form_url, extra)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Lead from a row that was merged to the one that it is part of."""
        key = int(object_id) if ROW_KEY.fullmatch(object_id) else 0
        now = FormerKey.objects.followed({self.model: [key]}).get((self.model, key))
        row = self.get_queryset(request).filter(pk=now).first()
        if not row:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        words = gettext("What you asked for was merged into “%(name)s”. Nothing was saved.")
        self.message_user(request, words % {"name": row}, messages.WARNING)
        return HttpResponseRedirect(self._change_address(row))

    def _change_address(self, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    @admin.action(description=_("Merge…"), permissions=["merge"])
    def merge_selected(self, request, queryset):
        """Show the selected rows beside each other."""
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            words = gettext("At most %(most)s can be merged at once.") % {"most": MOST}
            self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(self.merge_address(keys[:MOST]))

    def merge_view(self, request):
        """Show the chosen rows, and others to choose; or merge them into one of them."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        rows = self._chosen(request, sent.getlist("row"))
        if request.method != "POST":
            return self._merge_page(request, rows)
        kept = next((row for row in rows if str(row.pk) == sent.get("kept")), None)
        others = [row for row in rows if row != kept]
        if len(rows) < len(set(sent.getlist("row"))):
            error = gettext(
                "One of them is no longer there: a colleague has merged or deleted it. Nothing was "
                "merged now."
            )
        elif not kept:
            error = gettext("Choose the one that stays.")
        elif not others:
            error = gettext("Choose at least one other.")
        else:
            try:
                return self._merged(request, absorb(kept, others, by=request.user), others)
            except CannotMerge:
                error = gettext("Meanwhile a colleague has merged or deleted one of them.")
                rows = self._chosen(request, sent.getlist("row"))
        return self._merge_page(request, rows, error)

    def _chosen(self, request, keys):
        """Return the rows that the address or the form names, in its order."""
        keys = [int(key) for key in dict.fromkeys(keys) if ROW_KEY.fullmatch(key)]
        found = self.get_queryset(request).in_bulk(keys[:MOST])
        return [found[key] for key in keys if key in found]

    def _merged(self, request, kept, others):
        names = [gettext("“%(name)s”") % {"name": other} for other in others]
        words = ngettext(
            "%(names)s is now part of “%(kept)s”, and its address leads there.",
            "%(names)s are now part of “%(kept)s”, and their addresses lead there.",
            len(others),
        )
        self.message_user(
            request,
            words % {"names": get_text_list(names, gettext("and")), "kept": kept},
            messages.SUCCESS,
        )
        return SeeOther(self._change_address(kept))

    def _merge_page(self, request, rows, error=""):
        typed = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]
        others = self._others(request, rows, typed) if len(rows) < MOST else []
        keys = [row.pk for row in rows]
        counts = candidates(rows)
        filled = [self.opts.get_field(name).verbose_name for name in self.model.FILLED_BY_MERGE]
        kept = request.POST.get("kept")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Merge: %(what)s") % {"what": self.opts.verbose_name_plural},
            "chosen": [
                {
                    "counts": each,
                    "row": each.row,
                    "is_kept": str(each.row.pk) == kept,
                    "facts": _facts(each.row),
                    "without": self.merge_address([key for key in keys if key != each.row.pk]),
                }
                for each in counts
            ],
            "others": others,
            "typed": typed,
            "is_full": len(rows) >= MOST,
            "most": MOST,
            "filled": get_text_list(list(map(str, filled)), gettext("and")),
            "error": error,
            "list_address": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            ),
        }
        request.current_app = self.admin_site.name
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        return TemplateResponse(request, "admin/articles/merge.html", context, status=status)

    def _others(self, request, rows, typed):
        """Return rows to choose: those that are found; else those that are called nearly alike."""
        left = self.get_queryset(request).exclude(pk__in=[row.pk for row in rows])
        if typed:
            left, _may_repeat = self.get_search_results(request, left, typed)
            return list(left[:SHOWN])
        if left.count() <= SHOWN:
            return list(left)
        named = dict(left.order_by("-pk").values_list("pk", "name")[:COMPARED])
        folded = {}
        for key, name in named.items():
            folded.setdefault(fold(name), []).append(key)
        alike = (
            key
            for row in rows[:5]
            for name in get_close_matches(fold(row.name), folded, SHOWN, ALIKE)
            for key in folded[name]
        )
        found = left.in_bulk(list(islice(dict.fromkeys(alike), SHOWN)))
        return list(found.values())


def _facts(row):
    """Return (label, value) for what a row has besides its name and its address."""
    facts = []
    for field in row._meta.fields:
        value = getattr(row, field.name)
        if not field.editable or field.primary_key or field.name in ("name", "slug"):
            continue
        if field.choices:
            value = getattr(row, f"get_{field.name}_display")()
        elif isinstance(field, models.BooleanField):
            value = gettext("Yes") if value else gettext("No")
        if value not in (None, ""):
            facts.append((capfirst(str(field.verbose_name)), shorten(str(value), 120)))
    return facts
