"""Unsaved text in the form of an article: kept, taken up again, and who else is at work there.

The browser sends what was typed, as JSON; see `static/js/writing/drafts.js`. Without JavaScript the
pages here still show, take up and give up the text that is kept.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.keyed_hashes import keyed_hash
from common.short_waits import Busy

from ..models import Draft
from ..publishing import drafts
from ..publishing.drafts import Typed
from ..text.cleaner import clean
from ..text.differences import blocks, text_differences

#: Where a colleague is, by the field that has their focus.
PLACES = {
    "kicker": _("in the kicker"),
    "headline": _("in the headline"),
    "standfirst": _("in the standfirst"),
    "body": _("in the text"),
    "lead_image": _("in the lead picture"),
    "lead_alt": _("in the lead picture"),
    "lead_caption": _("in the lead picture"),
    "lead_credit": _("in the lead picture"),
}
#: Seconds after which a browser may send again what found the database busy.
RETRY_AFTER = 5


@dataclass(frozen=True)
class Changed:
    """A field that a text would change: its name, its label, and both values in words."""

    name: str
    label: str
    old: str
    new: str

    @property
    def marked(self) -> SafeString:
        """The new words, with marks where they differ; of a body, the paragraphs that differ."""
        if self.name != "body":
            return text_differences(self.old, self.new)
        try:
            pairs = blocks(self.old, self.new)
        except ValidationError as error:
            return escape(" ".join(error.messages))
        return mark_safe("".join(pair.marked for pair in pairs if not pair.is_same))  # noqa: S308


@dataclass(frozen=True)
class Offer:
    """A text that its writer may take up: when it was typed, and what it would change."""

    moment: str
    changes: list[Changed]


class WithoutErrors:
    """Mixin for a form that only shows what was typed. Saving it asks whether that is valid."""

    @property
    def errors(self):
        return ErrorDict()


class ShowsTyped(WithoutErrors):
    """Mixin for a form that shows `typed`, values that were sent before, and stores nothing."""

    typed = None

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(self.typed, files, **kwargs)


class RowsWithoutErrors:
    """Mixin for a formset of such forms."""

    errors = ()

    def non_form_errors(self):
        return ErrorList()


class AsksBeforePress:
    """Mixin for the form: its press is answered with a question while colleagues have unsaved text.

    Each colleague is named once. Whoever presses again publishes all the same.
    """

    colleagues_at_work = None
    #: The keys of the colleagues that the page names, for its hidden field.
    colleagues_seen = ""

    def clean(self):
        cleaned = super().clean()
        if "_publish" in self.data and self.instance.pk:
            seen = self.data.get("colleagues_seen", "").split(",")
            at_work = self.colleagues_at_work(self.instance)
            self.colleagues_seen = ",".join(str(draft.by_id) for draft in at_work)
            if unknown := [draft for draft in at_work if str(draft.by_id) not in seen]:
                raise ValidationError(_question(unknown), code="colleagues_at_work")
        return cleaned


def _question(unsaved):
    lines = format_html_join(
        " ",
        gettext("{} has unsaved text in this article, of {} (<a href='{}'>see what differs</a>)."),
        (
            (
                name_of(draft.by),
                moment_of(draft.saved_at),
                reverse(
                    "admin:articles_article_others_draft", args=[draft.article_id, draft.by_id]
                ),
            )
            for draft in unsaved
        ),
    )
    last = gettext("Nothing is published yet. Press the button again to publish all the same.")
    return format_html("{} {}", lines, last)


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
            return _with(ShowsTyped, form, typed=_query(typed))

        def colleagues_at_work(self, article):
            return at_work(request, article)

        at_work = self._colleagues_at_work
        return _with(AsksBeforePress, form, colleagues_at_work=colleagues_at_work)

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if getattr(request, "typed", None):
                form = _with(WithoutErrors, formset.form)
                yield _with(RowsWithoutErrors, formset, form=form), inline
            else:
                yield formset, inline

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        typed = getattr(request, "typed", None)
        if typed and inline.has_change_permission(request, obj):
            kwargs["data"] = _query(typed)
        return kwargs

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        article = (extra_context or {}).get("article")
        may_write = (
            self.has_change_permission(request, article)
            if article
            else not object_id and self.has_add_permission(request)
        )
        if not may_write:
            return super().changeform_view(request, object_id, form_url, extra_context)
        draft = Draft.objects.of(request.user, article).first()
        text = Typed.in_draft(draft) if draft and draft.saved_at and draft.content else None
        if text and request.method == "GET" and "draft" in request.GET:
            request.typed = self._seen_takedowns(text, article)
        typed = getattr(request, "typed", None)
        if typed:
            # Not the address of this page, at which the text would be taken up again.
            form_url = _form_address(article)
        offer = None
        if text and not typed and request.method == "GET":
            offer = self._offer(request, article, text, draft.saved_at)
        context = {
            "drafts_address": _draft_address(article),
            "draft_owner": keyed_hash("articles.drafts", request.user.pk)[:16],
            "draft": draft,
            "draft_offer": offer,
            "is_unsaved": bool(typed) or request.method == "POST",
            "taken_sitting": typed.sitting if typed else drafts.name_in(request.POST, "sitting"),
            "colleagues_here": self._colleagues_here(request, article),
        }
        return super().changeform_view(
            request, object_id, form_url, extra_context={**(extra_context or {}), **context}
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        article = form.instance if change else None
        Draft.objects.erase(request.user, article, sitting=drafts.name_in(request.POST, "sitting"))

    # --- The pages of drafts --------------------------------------------------------------------

    def draft_view(self, request, pk=None):
        """Keep what the browser sends; show the person's own draft, take it up, or give it up."""
        article = self._article_to_write(request, pk)
        if request.method == "GET":
            return self._draft_page(request, article, request.user)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        if request.content_type == "application/json":
            return self._answer(request, article)
        if "_take_up" in request.POST:
            values = {name: each for name, each in request.POST.lists() if name != "_take_up"}
            request.typed = Typed.of(values, drafts.name_in(request.POST, "sitting"))
            # The form is shown as for a GET, so nothing can be stored.
            request.method = "GET"
            return self.changeform_view(request, str(pk) if pk else None)
        if "_discard" not in request.POST:
            raise BadRequest("No such thing is done with a draft.")
        drafts.give_up(article, by=request.user)
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
        article = get_object_or_404(self.get_queryset(request).defer("body"), pk=pk)
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
            "is_own": is_own,
            "form_address": _form_address(article),
            "offer": self._offer(request, article, Typed.in_draft(draft), draft.saved_at),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/articles/article/draft.html", context)

    # --- What the browser sends -----------------------------------------------------------------

    def _answer(self, request, article):
        if int(request.META.get("CONTENT_LENGTH") or 0) > drafts.LARGEST:
            words = gettext("This text is too long to be kept here before it is saved: save it.")
            return JsonResponse({"error": words}, status=413)
        try:
            sent = json.loads(request.body)
            place = drafts.name_in(sent, "place")
            values = sent.get("values")
            typed = None if values is None else Typed.of(values, drafts.name_in(sent, "sitting"))
            age = timedelta(seconds=min(float(sent.get("age", 0)), 1e6))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise BadRequest("No such thing is kept.") from error
        if sent.get("compare") and typed:
            return self._compare(request, article, typed, timezone.now() - age)
        try:
            if sent.get("give_up"):
                drafts.give_up(article, by=request.user)
            else:
                drafts.keep(typed, article, by=request.user, place=place)
        except Busy:
            # The text stays in the browser meanwhile.
            return JsonResponse({}, status=503, headers={"Retry-After": str(RETRY_AFTER)})
        except drafts.TakenDown:
            return _taken_down()
        here = self._colleagues_here(request, article)
        return JsonResponse({"moment": moment_of(timezone.now()), "here": here})

    def _compare(self, request, article, typed, at):
        """Answer with the words that offer a text of the browser, unless it is stored already."""
        if article and typed.number("takedowns_seen") != article.takedowns.count():
            return _taken_down()
        offer = self._offer(request, article, typed, at)
        template = "admin/articles/article/_offer.html"
        html = render_to_string(template, {"offer": offer}, request) if offer else ""
        return JsonResponse({"html": html})

    # --- What differs ---------------------------------------------------------------------------

    def _colleagues_here(self, request, article):
        if not article or not self.has_change_permission(request, article):
            return []
        here = Draft.objects.of_colleagues(request.user, article).here().defer("content")
        return [_where(draft) for draft in here.order_by("by__first_name", "pk")]

    def _colleagues_at_work(self, request, article):
        """Return the drafts of colleagues which hold text that the article does not have."""
        found = Draft.objects.of_colleagues(request.user, article).at_work().order_by("saved_at")
        stored = self.model.objects.get(pk=article.pk)
        return [draft for draft in found if self._changes(request, stored, Typed.in_draft(draft))]

    def _offer(self, request, article, typed, at):
        """Return the offer of a text that was typed `at` a time, or None if it changes nothing."""
        changes = self._changes(request, article, typed)
        return Offer(moment_of(at), changes) if changes else None

    def _changes(self, request, article, typed) -> list[Changed]:
        """Return what would change if `typed` were saved as it is."""
        data = _query(typed)
        fields = flatten_fieldsets(self.get_fieldsets(request, article))
        form_class = self.get_form(request, article, change=bool(article), fields=fields)
        form = form_class(data, instance=article)
        found = []
        for name in form.changed_data:
            bound = form[name]
            widget = bound.field.widget
            if bound.is_hidden or widget.value_omitted_from_data(data, {}, bound.html_name):
                continue
            if name == "body":
                old, new = bound.initial or "", _cleaned(bound.data)
            else:
                old, new = (_in_words(bound.field, each) for each in (bound.initial, bound.data))
            if old != new:
                found.append(Changed(name, capfirst(bound.label), old, new))
        for formset_class, inline in self.get_formsets_with_inlines(request, article):
            if not inline.has_change_permission(request, article):
                continue
            prefix = formset_class.get_default_prefix()
            if f"{prefix}-TOTAL_FORMS" not in data:
                continue
            rows = inline.get_queryset(request)
            formset = formset_class(data, instance=article, prefix=prefix, queryset=rows)
            if formset.has_changed():
                label = capfirst(formset.model._meta.verbose_name_plural)
                found.append(Changed(prefix, label, *_rows_in_words(formset)))
        return found

    def _seen_takedowns(self, typed, article):
        """Return the text of a draft, from which later takedowns have removed what they had to."""
        if not article:
            return typed
        seen = {"takedowns_seen": [str(article.takedowns.count())]}
        return Typed({**typed.values, **seen}, typed.sitting)


def _with(mixin, form_class, **attributes):
    return type(form_class)(form_class.__name__, (mixin, form_class), attributes)


def _taken_down():
    words = gettext(
        "Something in this article was taken down for legal reasons after you had opened the form, "
        "so your text is not kept. Open the article in another window, and make your changes there."
    )
    return JsonResponse({"error": words}, status=409)


def name_of(person) -> str:
    return person.get_full_name() or person.get_username()


def moment_of(moment) -> str:
    """Return the time of `moment`, with its date unless that is today."""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "DATETIME_FORMAT")


def _where(draft) -> str:
    name, place = name_of(draft.by), PLACES.get(draft.place)
    if place:
        return gettext("%(name)s is in this article, %(place)s.") % {"name": name, "place": place}
    return gettext("%(name)s is in this article.") % {"name": name}


def _form_address(article):
    if article:
        return reverse("admin:articles_article_change", args=[article.pk])
    return reverse("admin:articles_article_add")


def _draft_address(article):
    if article:
        return reverse("admin:articles_article_draft", args=[article.pk])
    return reverse("admin:articles_article_add_draft")


def _query(typed):
    """Return the values as a form takes them."""
    query = QueryDict(mutable=True)
    for name, values in typed.values.items():
        query.setlist(name, values)
    return query


def _cleaned(body):
    """Return the body as it would be stored; one that can’t be stored (too long), as it is."""
    try:
        return clean(body or "")
    except ValidationError:
        return body


def _in_words(field, value) -> str:
    """Return a value of a form's field, stored or typed, as a person would read it."""
    value = field.prepare_value(value)
    # What is typed may be no such thing: then it is shown as it was typed.
    with suppress(ValidationError, TypeError, ValueError):
        value = field.to_python(value)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (list, tuple, QuerySet)):
        return ", ".join(str(each) for each in value if each)
    # The choices of a field of objects are all its objects: they name themselves.
    choices = () if isinstance(field, ModelChoiceField) else getattr(field, "choices", ())
    value = "" if value is None else value
    return str(dict(flatten_choices(choices)).get(value, value))


def _rows_in_words(formset):
    """Return the rows of a formset in words: as they are stored, and as they are in the form."""
    stored = ", ".join(str(row) for row in formset.get_queryset())
    typed = []
    for form in formset.forms:
        fields = [form[name] for name in form.fields if name not in ("id", "position", "DELETE")]
        shown = [bound for bound in fields if not bound.is_hidden]
        if form["DELETE"].data if "DELETE" in form.fields else False:
            continue
        typed.append(" · ".join(filter(None, (_in_words(b.field, b.data) for b in shown))))
    return stored, ", ".join(filter(None, typed))
