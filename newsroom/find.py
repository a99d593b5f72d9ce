"""Find anything: one search of the admin for what a person may see there, and for its commands.

Every kind of row is found as in its own list, by its ModelAdmin: the same words, the same rows by
permission. So nothing is found here that its finder could not open.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles.models import Article, Attachment, Author, Image, Page, Section, Series, Topic
from articles.publishing import who_may
from comments.models import Comment
from comments.moderation import states
from common.addresses import with_own_paths
from common.admin import ROW_KEY
from common.folding import fold
from common.search.admin import FoldedSearch

from .time_machine import VIEW_EDITION

#: The kinds of rows, in the order in which they are shown.
KINDS = (
    *(Article, Comment, Topic, Series, Section, Author, Image, Attachment, Page),
    get_user_model(),
)
#: As many rows of a kind are shown; a link leads to the others.
SHOWN = 5
#: As many rows as one was at last are offered before anything is typed, of so many steps.
LATELY, STEPS = 8, 60
#: The rest of what is typed is left out.
MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Found:
    """A row or a page of the admin that was found, and where it is."""

    name: str
    address: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    title: str
    found: list[Found] = field(default_factory=list)
    #: The list with all that was found, if that is more.
    more: str = ""


@dataclass(frozen=True)
class Command:
    """A page of the admin that is no row of a list, for the users about whom `is_for` says so."""

    name: str
    route: str
    is_for: Callable = lambda user: True
    query: str = ""

    @property
    def address(self) -> str:
        return reverse(self.route) + self.query


def _with(*permissions):
    return lambda user: user.has_perms(permissions)


COMMANDS = (
    Command(gettext_lazy("Desk"), "admin:index"),
    Command(
        gettext_lazy("Write an article"),
        "admin:articles_article_add",
        _with("articles.add_article"),
    ),
    Command(
        gettext_lazy("Articles that wait for me"),
        "admin:articles_article_changelist",
        who_may.may_change,
        "?state=mine",
    ),
    Command(
        gettext_lazy("Arrange the front page"),
        "admin:articles_frontslot_arrange",
        _with("articles.add_frontslot", "articles.change_frontslot", "articles.delete_frontslot"),
    ),
    Command(gettext_lazy("Calendar"), "admin:calendar", _with(VIEW_EDITION)),
    Command(gettext_lazy("Time machine"), "admin:time_machine", _with(VIEW_EDITION)),
    Command(
        gettext_lazy("Moderate comments"),
        "admin:comments_comment_queue",
        _with("comments.view_comment"),
    ),
    Command(gettext_lazy("Health of comments"), "admin:health", _with(states.MODERATE)),
    Command(gettext_lazy("Handbook"), "admin:handbook"),
    Command(gettext_lazy("Change password"), "admin:password_change"),
)


@require_safe
def find(request):
    """Show what the parameter `q` finds; with `part`, the results alone, for the dialog."""
    typed = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS]
    groups = found_by(request, typed) if typed else _lately(request)
    number = sum(len(group.found) for group in groups)
    has_more = any(group.more for group in groups)
    part = "part" in request.GET
    context = {"typed": typed, "groups": groups, "is_part": part}
    if typed:
        told = ngettext("%(number)s found", "%(number)s found", number)
        if has_more:
            told = _("The first %(number)s of those found")
        context["told"] = told % {"number": number}
    if part:
        return TemplateResponse(request, "admin/find_results.html", context)
    context |= {**admin.site.each_context(request), "title": _("Find")}
    return TemplateResponse(request, "admin/find.html", context)


def found_by(request, typed) -> list[Group]:
    """Return what `typed` finds for the user, by kind: first what it names, then what has it."""
    named = [*_at_address(request, typed), *_with_number(request, typed)]
    groups = [Group(_("Go to"), named)] if named else []
    groups += filter(None, (_rows(request, model, typed) for model in KINDS))
    commands = [each for each in _commands(request) if _has_words(each.name, typed)]
    if commands:
        groups.append(Group(_("Commands"), commands))
    return groups


def _admins(request):
    """Return the ModelAdmin of each kind that the user may see."""
    registered = (admin.site.get_model_admin(model) for model in KINDS)
    return [each for each in registered if each.has_view_permission(request)]


def _rows(request, model, typed):
    """Return the rows of `model`, the newest first: those that are named so, then the others."""
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        return None
    newest = _newest(request, model_admin)
    found = []
    if isinstance(model_admin, FoldedSearch):
        found = list(model_admin.word_index.named(newest, typed)[: SHOWN + 1])
    if len(found) <= SHOWN:
        rows, _double = model_admin.get_search_results(request, newest, typed)
        found += rows.exclude(pk__in=[row.pk for row in found])[: SHOWN + 1 - len(found)]
    if not found:
        return None
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    query = urlencode({"q": typed, **getattr(model_admin, "whole_list", {})})
    more = f"{address}?{query}" if len(found) > SHOWN else ""
    return Group(_title(model), [_found(model_admin, row) for row in found[:SHOWN]], more)


def _newest(request, model_admin):
    """Return what the user may see, the newest first, without the texts, which no name has."""
    bodies = [each.name for each in model_admin.opts.fields if each.name == "body"]
    return model_admin.get_queryset(request).order_by("-pk").defer(*bodies)


def _title(model):
    return capfirst(str(model._meta.verbose_name_plural))


def _found(model_admin, row):
    label = model_admin.choice_label if isinstance(model_admin, FoldedSearch) else str
    opts = row._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return Found(label(row), address)


def _has_words(name, typed) -> bool:
    """Return whether each word of `typed` begins a word of `name`, whatever its accents."""
    words, parts = (re.sub("['’]", " ", fold(text)).split() for text in (name, typed))
    return all(any(word.startswith(part) for word in words) for part in parts)


def _commands(request):
    """Return the commands for the user, and the lists that they may open or add to."""
    found = [
        Found(str(command.name), command.address)
        for command in COMMANDS
        if command.is_for(request.user)
    ]
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            if model["admin_url"]:
                found.append(Found(capfirst(str(model["name"])), model["admin_url"]))
            if model["add_url"]:
                name = _("Add: %s") % capfirst(str(model["model"]._meta.verbose_name))
                found.append(Found(name, model["add_url"]))
    return found


def _at_address(request, typed):
    """Return the row or the page whose address somebody has pasted."""
    try:
        path = urlsplit(with_own_paths(typed)).path
        match = resolve(path)
    except (Resolver404, ValueError):
        return []
    for model_admin in _admins(request):
        opts = model_admin.opts
        if match.url_name == f"{opts.app_label}_{opts.model_name}_change":
            return _by_key(request, model_admin, match.kwargs["object_id"])
        if opts.model is Article:
            named = _newest(request, model_admin).filter(path=path)
            if article := named.first():
                return [_found(model_admin, article)]
        if opts.model is Comment and match.view_name == "comments:comment":
            return _by_key(request, model_admin, str(match.kwargs["comment_id"]))
    return [each for each in _commands(request) if each.address == path]


def _with_number(request, typed):
    """Return the rows whose number somebody has typed, with or without “#”."""
    key = typed.removeprefix("#")
    return [
        Found(f"{capfirst(str(each.opts.verbose_name))} · {found.name}", found.address)
        for each in _admins(request)
        for found in _by_key(request, each, key)
    ]


def _by_key(request, model_admin, key):
    if not ROW_KEY.fullmatch(key):
        return []
    return [_found(model_admin, row) for row in _newest(request, model_admin).filter(pk=key)]


def _lately(request):
    """Return the rows of the user's last steps that are still there, the last first."""
    steps = (
        LogEntry.objects.filter(user=request.user)
        .exclude(action_flag=DELETION)
        .order_by("-action_time")
        .values_list("content_type", "object_id")[:STEPS]
    )
    places = list(dict.fromkeys(steps))
    keys = defaultdict(set)
    for kind, key in places:
        if ROW_KEY.fullmatch(key or ""):
            keys[kind].add(key)
    found = {}
    for model_admin in _admins(request):
        kind = ContentType.objects.get_for_model(model_admin.model).pk
        if kind in keys:
            for row in _newest(request, model_admin).filter(pk__in=keys[kind]):
                found[kind, str(row.pk)] = _found(model_admin, row)
    lately = [found[place] for place in places if place in found][:LATELY]
    return [Group(_("Lately"), lately)] if lately else []
