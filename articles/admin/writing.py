"""The writing screen: what the page of an article in the admin shows around its fields."""

import json
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.labels import labelled
from common.scripts import WITHOUT_SPACES

from ..models import Article, Correction
from ..pages.article_page import ArticlePage
from ..publishing import who_may
from ..publishing.preflight import editions as preflight
from ..publishing.preflight import levels, saving
from ..publishing.preflight.findings import PublishingError
from ..publishing.repeating import would_repeat
from ..publishing.stages import Stage
from ..publishing.standing import standing_of
from ..text import markup, reading
from .breach_words import MOST, in_words, place_of

#: The buttons that move the article to the stage named here. Each of them saves it first.
BUTTONS = {
    "_submit_for_review": (Stage.IN_REVIEW, _("Submit for review")),
    "_send_back": (Stage.DRAFT, _("Send back to draft")),
    "_approve": (Stage.APPROVED, _("Approve")),
    "_publish": (Stage.PUBLISHED, _("Publish")),
}
#: Of the buttons that a person may press, the first of these is the primary one.
PRIMARY = ["_publish", "_submit_for_review", "_save"]

#: The words of the button that publishes: at once, and at a moment that was typed.
_FIRST = (_("Publish"), _("Schedule for %s"))
_NOW = (_("Publish now"), _("Schedule for %s"))
_AGAIN = (_("Publish again"), _("Schedule for %s"))
_CHANGES = (_("Publish the changes"), _("Schedule the changes for %s"))
_TOLD = {
    Correction.Kind.CORRECTION: (_("Publish the correction"), _("Schedule the correction for %s")),
    Correction.Kind.CLARIFICATION: (
        *(_("Publish the clarification"), _("Schedule the clarification for %s")),
    ),
    Correction.Kind.UPDATE: (_("Publish the update"), _("Schedule the update for %s")),
    Correction.Kind.NOTE: (_("Publish the editor’s note"), _("Schedule the editor’s note for %s")),
    Correction.Kind.RETRACTION: (_("Publish the retraction"), _("Schedule the retraction for %s")),
}

#: The fields on the page itself, which say there what they are for as long as they are empty.
ON_THE_PAGE = ("kicker", "headline", "standfirst", "dateline")


#: The fields of words in the language of the article: browsers check their spelling in it.
IN_ITS_LANGUAGE = (*ON_THE_PAGE, "body", "lead_alt", "lead_caption", "correction_text")


@dataclass(frozen=True)
class Button:
    name: str
    words: str
    #: The words at once and at a moment, by the kind of the correction that goes with it.
    words_when: str = ""


class HeadlineArea(forms.Textarea):
    """The headline breaks into lines as it does for readers; the script lets nobody add a line."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 1, "cols": False, "data-one-line": "", **(attrs or {})})


class WritingScreen:
    """Mixin for the ModelAdmin of articles: a page to write on, with a rail beside it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "headline":
            kwargs["widget"] = HeadlineArea
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ON_THE_PAGE:
            field.widget.attrs["placeholder"] = capfirst(db_field.verbose_name)
        if db_field.name == "elsewhere":
            # Of addresses, all would be marked as misspelt.
            field.widget.attrs |= {"rows": 3, "spellcheck": "false"}
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "section":
            kwargs["empty_label"] = capfirst(db_field.verbose_name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        order = self._fields_in_order(request, obj)
        _focus_first(form, order)
        _say_language(form)
        context |= {
            "is_nav_sidebar_enabled": False,
            "article": obj,
            "media": self._own_media(context),
            "may_write": may_write,
            "may_publish": bool(obj) and who_may.may_publish(request.user, obj),
            "may_take_back": bool(obj) and not may_write and _may_take_back(request.user, obj),
            "fields": _by_name(context["adminform"]),
            "folds": [
                _fold(fieldset, obj) for fieldset in context["adminform"] if fieldset.classes
            ],
            "faults": _faults(form, order, context["inline_admin_formsets"]),
            "counts": counts_of(form["body"].value() if "body" in form.fields else obj.body),
            **_buttons(
                request.user,
                obj if may_write else None,
                may_write=may_write,
                is_changed=form.is_bound,
            ),
        }
        if obj:
            context |= {
                "live_edition": obj.live_edition(),
                "scheduled_editions": list(obj.scheduled_editions()),
                "standing": standing_of(obj),
                "checks": _checks(form) if may_write else [],
                "warnings": _warnings(form) if may_write else [],
                "has_editions": obj.editions.exists(),
                "editions": _editions(obj),
                "events": obj.events.select_related("by", "recipient")[:50],
                "paths": obj.paths.all(),
            }
        if not may_write:
            context["page"] = ArticlePage(obj, obj, corrections=[], updated_at=None)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _fields_in_order(self, request, article):
        """Return the names of the fields in the order of the screen: the page, then the rail."""
        fieldsets = self.get_fieldsets(request, article)
        return flatten_fieldsets(sorted(fieldsets, key=lambda each: "classes" in each[1]))

    def _own_media(self, context):
        """Return the media of this page without the scripts of Django's forms, and jQuery."""
        # The list of articles has the admin's media too, but not this script.
        script = forms.Media(js=[Script("js/writing/screen.js", type="module")])
        media = forms.Media(self.Media) + script + context["adminform"].form.media
        for inline in context["inline_admin_formsets"]:
            media += inline.opts.media + inline.formset.media
        return media

    # --- What would stop a press, while somebody types -------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        checks, take_back = wrap(require_POST(self.checks)), wrap(require_POST(self.take_back))
        return [
            path("<int:pk>/checks/", checks, name="articles_article_checks"),
            path("<int:pk>/take-back/", take_back, name="articles_article_take_back"),
            *super().get_urls(),
        ]

    def checks(self, request, pk):
        """Answer with the fold of checks for the form that was sent. Nothing is stored."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        fields = self._fields_in_order(request, article)
        form = self.get_form(request, article, change=True, fields=fields)(
            request.POST, instance=article
        )
        wrong = [
            {"words": labelled(fault["label"], error), "place": fault["place"]}
            for fault in _faults(form, fields, [])
            for error in fault["errors"]
        ]
        context = {
            **{"article": article, "may_write": True, "checks": wrong or _checks(form)},
            "warnings": _warnings(form),
        }
        return TemplateResponse(request, "admin/articles/article/_checks.html", context)

    # --- What its writer may only read while it waits for review ---------------------------------

    def take_back(self, request, pk):
        """Let the writer take an article back from review, to write on it."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        who_may.require(_may_take_back(request.user, article))
        try:
            article.move_to(Stage.DRAFT, by=request.user)
        except PublishingError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    # --- After a press: the same page, which says in its rail what happened ---------------------

    def response_add(self, request, obj, **kwargs):
        return self._stay(request, obj) or super().response_add(request, obj, **kwargs)

    def response_change(self, request, obj):
        return self._stay(request, obj) or super().response_change(request, obj)

    def _stay(self, request, article):
        """Return the way back to the form, or None where Django's own answer is wanted."""
        if IS_POPUP_VAR in request.POST or not self.has_view_or_change_permission(request, article):
            return None
        if not len(messages.get_messages(request)):
            self.message_user(request, _("Saved."), messages.SUCCESS)
        form = reverse("admin:articles_article_change", args=[article.pk])
        kept = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(kept, form))


# --- The parts of the page -----------------------------------------------------------------------


def _may_take_back(user, article):
    return article.stage == Stage.IN_REVIEW and who_may.may_move(user, article, Stage.DRAFT)


def _by_name(adminform):
    """Return the fields of the form by name. Django keeps the name of a read-only one elsewhere."""
    fields = [field for fieldset in adminform for line in fieldset for field in line]
    return {f.field["name"] if f.is_readonly else f.field.name: f for f in fields}


def _fold(fieldset, article):
    """Return the fieldset as a fold of the rail.

    It is open if something in it is wrong, typed or likely wanted: in a new article, the topics.
    """
    fields = [field for line in fieldset for field in line]
    bound = [field.field for field in fields if not field.is_readonly]
    is_wanted = article or "filing" in fieldset.classes
    is_open = is_wanted or any(field.errors or field.value() for field in bound)
    return {"id": fieldset.classes, "title": fieldset.name, "fields": fields, "is_open": is_open}


def _focus_first(form, order):
    """Let the cursor stand in the first field that has an error; on a new page, in the headline."""
    wrong = next((name for name in order if name in form.errors), None)
    name = wrong or ("headline" if form.instance._state.adding and not form.is_bound else None)
    if name in form.fields:
        form.fields[name].widget.attrs["autofocus"] = True


def _say_language(form):
    """Give the fields of the article's words its language; the script of the page keeps it true."""
    if "language" in form.fields:
        for name in set(IN_ITS_LANGUAGE) & set(form.fields):
            form.fields[name].widget.attrs["lang"] = form["language"].value()


def _faults(form, order, inlines):
    """Return the errors of all fields, each with the place that its link leads to.

    They are in the order of the screen, on which the byline stands before the lead picture.
    """
    place = order.index("lead_image")
    on_top, below = (_faults_of(form, names) for names in (order[:place], order[place:]))
    rows = [row for inline in inlines for row in inline.formset.forms]
    return [*on_top, *(fault for row in rows for fault in _faults_of(row, row.fields)), *below]


def _faults_of(form, names):
    return [
        {
            "label": form[name].label,
            "place": form[name].id_for_label,
            "errors": form.errors[name],
        }
        for name in names
        if name in form.errors
    ]


def counts_of(body):
    """Return the length of the text, and the rule by which the page's script counts on."""
    body = body or ""
    words = markup.count_words(body)
    return {
        "words": words,
        "characters": markup.count_characters(body),
        "minutes": reading.minutes(words),
        "per_minute": reading.WORDS_PER_MINUTE,
        "unspaced": "".join(map(_escaped, WITHOUT_SPACES)),
    }


def _escaped(character):
    """Return a character of a range as JavaScript writes it.

    HTML wants its attributes in a normal form, in which some characters of a range are others.
    """
    return character if character == "-" else f"\\u{{{ord(character):x}}}"


def _buttons(user, article, *, may_write, is_changed):
    """Return the primary button and the other moves that `user` may make.

    The primary one is to save while there is nothing to publish (`has_news`): readers have all that
    is stored, and the form holds no change (`is_changed`).
    """
    if not may_write:
        return {"primary": None, "moves": []}
    # A new article is its writer's own, and a draft.
    asked = article or Article(started_by=user)
    offered = {
        name: label
        for name, (target, label) in BUTTONS.items()
        if target != asked.stage or target == Stage.PUBLISHED
        if who_may.may_move(user, asked, target)
    }
    name = next(name for name in PRIMARY if name in {**offered, "_save": ""})
    moves = [Button(other, label) for other, label in offered.items() if other != name]
    if name == "_publish":
        first = _words_to_publish(article)
        words = {"": first, **_TOLD}
        whens = {kind: [str(at_once), str(at)] for kind, (at_once, at) in words.items()}
        primary = Button(name, first[0], json.dumps(whens, ensure_ascii=False))
    else:
        primary = Button(name, offered.get(name, _("Save")))
    has_news = is_changed or name != "_publish" or not article or not would_repeat(article)
    return {"primary": primary, "moves": moves, "has_news": has_news}


def _words_to_publish(article):
    if not article:
        return _FIRST
    place = standing_of(article).partition("_")[0]
    return {"live": _CHANGES, "scheduled": _NOW, "withdrawn": _AGAIN}.get(place, _FIRST)


def _checks(form):
    """Return what would stop a press now, in words, each with the place where it can be mended."""
    article, asked = form.instance, {}
    # The form of a draft that is taken up was never cleaned.
    if hasattr(form, "cleaned_data") and not form.errors:
        at, until = (form.cleaned_data.get(f"publish_{name}") for name in ("at", "until"))
        asked = {"at": at, "until": until, "correction": form.correction(), "by_hand": True}
    found = [
        *saving.of_article(article),
        *preflight.to_press(article, **asked),
        *levels.blocking(article, form.by, has_byline=form.has_byline)[:MOST],
    ]
    return [
        {
            "words": each.error.messages[0],
            "place": place_of(form, each),
        }
        for each in found
    ]


def _warnings(form):
    """Return what is worth a look, each with its place and with what mends it."""
    found = levels.worth_a_look(form.instance, form.by, has_byline=form.has_byline)
    return [
        {
            "place": place_of(form, each),
            "words": each.words,
            "quoted": each.quoted,
            "mend": each.mend,
            "occurrences": ",".join(map(str, each.occurrences)),
        }
        for each in in_words(found)
    ]


def _editions(article):
    editions = article.editions.order_by("-visible_from").select_related("pressed_by", "correction")
    return editions.defer("body", "standfirst")
