"""Unsaved text in the form of an article: kept, taken up again, and who else is at work there.

The browser sends what was typed, as JSON; see `static/js/writing/drafts.js`. Without JavaScript the
pages here still show, take up and give up the text that is kept.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.short_waits import Busy

from ..models import Draft
from ..publishing import drafts
from ..publishing.drafts import Typed
from .colleagues import AsksBeforePress, moment_of, name_of, where_is
from .typed_changes import Changed, changes_of
from .typed_forms import RowsWithoutErrors, ShowsTyped, WithoutErrors, as_sent, with_mixin

#: Seconds after which a browser may send again what found the database busy.
RETRY_AFTER = 5
#: The fields that say which article, in which state, a form is of, and its buttons.
_OF_THE_ROW = re.compile(
    "^(version|base|takedowns_seen|withdrawn_seen|warnings_seen|_.*)$|-article$"
)


@dataclass(frozen=True)
class Offer:
    """A text that its writer may take up: when it was typed, and what it would change."""

    moment: str
    changes: list[Changed]


class KeepsDrafts:
    """Mixin for the admin of articles: keeps what people type, and says who else is at work."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "articles_article"
        return [
            path("add/draft/", wrap(self.draft_view), name=f"{name}_add_draft"),
            path("<int:pk>/draft/", wrap(self.draft_view), name=f"{name}_draft"),
            path(
                "<int:pk>/draft/<int:person>/",
                wrap(self.others_draft_view),
                name=f"{name}_others_draft",
            ),
            *super().get_urls(),
        ]

    # --- The form -----------------------------------------------------------------------------

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if typed := getattr(request, "typed", None):
            return with_mixin(ShowsTyped, form, typed=as_sent(typed))

        def colleagues_at_work(self, article):
            return at_work(request, article)

        at_work = self._colleagues_at_work
        return with_mixin(AsksBeforePress, form, colleagues_at_work=colleagues_at_work)

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if getattr(request, "typed", None):
                form = with_mixin(WithoutErrors, formset.form)
                yield with_mixin(RowsWithoutErrors, formset, form=form), inline
            else:
                yield formset, inline

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        typed = getattr(request, "typed", None)
        if typed and inline.has_change_permission(request, obj):
            kwargs["data"] = as_sent(typed)
        return kwargs

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "GET" and "draft" in request.GET:
            article = self.get_object(request, unquote(object_id)) if object_id else None
            draft = Draft.objects.of(request.user, article).with_text().first()
            if draft and (article or not object_id):
                request.typed = self._seen_takedowns(Typed.in_draft(draft), article)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Show what was typed into the form of an article that is deleted since, as a new article.

        Django would lead to the desk, and the text would be lost.
        """
        if request.method != "POST" or "headline" not in request.POST:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = {name: each for name, each in request.POST.lists() if not _OF_THE_ROW.search(name)}
        request.typed = Typed.of(sent, taken_up=drafts.names_in(request.POST, "taken_up"))
        words = _("This article was deleted after you had opened it. Save your text as a new one.")
        self.message_user(request, words, messages.WARNING)
        # The form is shown as for a GET, so nothing can be stored.
        request.method = "GET"
        return self.changeform_view(request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if may_write:
            typed = getattr(request, "typed", None)
            # Not the address of this page, at which the text would be taken up again.
            form_url = _form_address(obj) if typed else form_url
            context |= self._draft_context(request, obj, typed)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _draft_context(self, request, article, typed):
        draft, offer = Draft.objects.of(request.user, article).first(), None
        is_new = request.method == "GET" and not typed
        if is_new and draft and draft.has_text:
            offer = self._offer(request, article, Typed.in_draft(draft), draft.saved_at)
        return {
            "drafts_address": _draft_address(article),
            "draft_owner": drafts.owner_key(request.user),
            "draft": draft,
            "draft_offer": offer,
            "is_unsaved": not is_new,
            "sitting": drafts.name_in(request.POST, "sitting"),
            "taken_up": typed.taken_up if typed else drafts.names_in(request.POST, "taken_up"),
            "colleagues_here": self._colleagues_here(request, article),
        }

    def log_addition(self, request, obj, message):
        self._erase_saved(request, None)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._erase_saved(request, obj)
        return super().log_change(request, obj, message)

    def _erase_saved(self, request, article):
        """Erase the draft of what was saved, in the transaction in which Django also logs that."""
        sitting, taken_up = _sittings_in(request.POST)
        Draft.objects.end(request.user, article, sitting, taken_up)

    # --- The pages of drafts --------------------------------------------------------------------

    def draft_view(self, request, pk=None):
        """Keep what the browser sends; show the person's own draft, take it up, or give it up."""
        try:
            article = self._article_to_write(request, pk)
        except PermissionDenied:
            if request.content_type != "application/json":
                raise
            # Not the page of 403, after which the browser asks for the password.
            words = gettext(
                "You may not change this any more. Your text is kept in this browser only."
            )
            return JsonResponse({"error": words}, status=403)
        if request.method in ("GET", "HEAD"):
            return self._draft_page(request, article, request.user)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.content_type == "application/json":
            return self._answer(request, article)
        if "_take_up" in request.POST:
            values = {name: each for name, each in request.POST.lists() if name != "_take_up"}
            request.typed = Typed.of(values, taken_up=drafts.names_in(request.POST, "taken_up"))
            # The form is shown as for a GET, so nothing can be stored.
            request.method = "GET"
            return self.changeform_view(request, str(pk) if pk else None)
        if "_discard" not in request.POST:
            raise BadRequest("No such thing is done with a draft.")
        sittings = drafts.names_in(request.POST, "sitting")
        drafts.give_up(article, by=request.user, sittings=sittings)
        return HttpResponseRedirect(_form_address(article))

    def others_draft_view(self, request, pk, person):
        """Show what a colleague has typed and not saved."""
        article = self._article_to_write(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._draft_page(request, article, person)

    def _article_to_write(self, request, pk):
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        # Not only those that the person sees: who lost the permission is told so.
        article = get_object_or_404(self.model.objects.defer("body"), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def _draft_page(self, request, article, person):
        draft = Draft.objects.of(person, article).with_text().select_related("by").first()
        if not draft:
            return HttpResponseRedirect(_form_address(article))
        is_own = draft.by == request.user
        title = _("Your unsaved text") if is_own else _("Unsaved text of %s") % name_of(draft.by)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": article,
            "draft": draft,
            "is_own": is_own,
            "form_address": _form_address(article),
            "offer": self._offer(request, article, Typed.in_draft(draft), draft.saved_at),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/articles/article/draft.html", context)

    # --- What the browser sends -----------------------------------------------------------------

    def _answer(self, request, article):
        if int(request.META.get("CONTENT_LENGTH") or 0) > drafts.LARGEST:
            words = gettext(
                "This text is too long for the server to keep it unsaved. It is kept in this "
                "browser only, until you save it."
            )
            return JsonResponse({"error": words}, status=413)
        try:
            sent = json.loads(request.body)
            place = drafts.name_in(sent, "place")
            values = sent.get("values")
            sitting, taken_up = _sittings_in(sent)
            typed = None if values is None else Typed.of(values, sitting, taken_up)
            now = timezone.now()
            # The clock of a browser may be wrong, but nobody has typed anything in the future.
            at = min(now, now - timedelta(seconds=min(float(sent.get("age", 0)), 1e6)))
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise BadRequest("No such thing is kept.") from error
        if sent.get("compare") and typed:
            return self._compare(request, article, typed, at)
        is_kept = True
        try:
            if sent.get("give_up"):
                sittings = [name for name in (sitting, *taken_up) if name]
                drafts.give_up(article, by=request.user, sittings=sittings)
            else:
                is_kept = drafts.keep(typed, article, by=request.user, place=place)
        except Busy:
            # The text stays in the browser meanwhile.
            return JsonResponse({}, status=503, headers={"Retry-After": str(RETRY_AFTER)})
        except drafts.TakenDown:
            return _taken_down()
        except IntegrityError as error:
            raise Http404("The article was deleted meanwhile.") from error
        here = self._colleagues_here(request, article)
        return JsonResponse({"moment": moment_of(timezone.now()), "here": here, "kept": is_kept})

    def _compare(self, request, article, typed, at):
        """Answer with the words that offer a text of the browser, unless it is stored already."""
        if article and typed.number("takedowns_seen") != article.takedowns.count():
            return _taken_down()
        offer = self._offer(request, article, typed, at)
        stored = Draft.objects.of(request.user, article).with_text().first()
        if offer and stored:
            # The page offers the text of the server already.
            same = changes_of(self, request, article, Typed.in_draft(stored)) == offer.changes
            offer = None if same else offer
        template = "admin/articles/article/_offer.html"
        html = render_to_string(template, {"offer": offer}, request) if offer else ""
        return JsonResponse({"html": html})

    # --- What differs ---------------------------------------------------------------------------

    def _colleagues_here(self, request, article):
        if not article or not self.has_change_permission(request, article):
            return []
        here = Draft.objects.of_colleagues(request.user, article).here().defer("content")
        return [where_is(draft) for draft in here.order_by("by__first_name", "pk")]

    def _colleagues_at_work(self, request, article):
        """Return the drafts of colleagues which hold text that the article does not have."""
        found = Draft.objects.of_colleagues(request.user, article).at_work().order_by("saved_at")
        stored = self.model.objects.get(pk=article.pk)
        return [
            draft for draft in found if changes_of(self, request, stored, Typed.in_draft(draft))
        ]

    def _offer(self, request, article, typed, at):
        """Return the offer of a text that was typed `at` a time, or None if it changes nothing."""
        changes = changes_of(self, request, article, typed)
        return Offer(moment_of(at), changes) if changes else None

    def _seen_takedowns(self, typed, article):
        """Return the text of a draft, from which later takedowns have removed what they had to."""
        if not article:
            return typed
        seen = {"takedowns_seen": [str(article.takedowns.count())]}
        return replace(typed, values=typed.values | seen)


def _sittings_in(sent):
    """Return the sitting that a browser names, and those whose text it goes on with."""
    return drafts.name_in(sent, "sitting"), drafts.names_in(sent, "taken_up")


def _taken_down():
    words = gettext(
        "Something in this article was taken down for legal reasons after you had opened the form, "
        "so your text is not kept. Open the article in another window, and make your changes there."
    )
    return JsonResponse({"error": words}, status=409)


def _form_address(article):
    if article:
        return reverse("admin:articles_article_change", args=[article.pk])
    return reverse("admin:articles_article_add")


def _draft_address(article):
    if article:
        return reverse("admin:articles_article_draft", args=[article.pk])
    return reverse("admin:articles_article_add_draft")
