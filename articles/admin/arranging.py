"""The page on which editors arrange the front page, and the front page as it will be, in a frame.

Each press is a form, and changes the draft of the person who pressed (`FrontDraft`); one press
publishes the draft. A script sends the same forms without leaving the page, and adds the pointer.
"""

from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import transaction
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.admin import ROW_KEY
from common.labels import labelled
from common.moment_field import MomentInput, read_now
from common.moment_text import in_words, text_of
from common.moments import MAX_LENGTH
from common.responses import SeeOther

from ..models import Article, FrontDraft, FrontPublication, FrontSlot
from ..models.front_draft import Outdated
from ..pages.front import front_page
from ..publishing.arrangement import Arrangement, Clash, TooMany, differences, merge
from .arranged_rows import candidates, groups, headlines_of, words_of
from .previews import allow_frame, for_frame

#: The publications that the page lists.
RECENT = 10
#: The most characters of a search.
LONGEST_SEARCH = 200


class Refused(Exception):
    """What was pressed cannot be done; the words say why."""


class ArrangesFrontPage:
    """Mixin for the ModelAdmin of the places."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        arrange = require_http_methods(["GET", "HEAD", "POST"])(self.arrange)
        return [
            path("arrange/", wrap(arrange), name="articles_frontslot_arrange"),
            path(
                "arrange/page/", wrap(require_safe(self.arranged)), name="articles_frontslot_page"
            ),
            path(
                "arrange/presence/",
                wrap(require_POST(self.presence)),
                name="articles_frontslot_presence",
            ),
            *super().get_urls(),
        ]

    def may_arrange(self, request) -> bool:
        """Say whether the user may add, change and take away places, and may see the articles."""
        return (
            self.has_add_permission(request)
            and self.has_change_permission(request)
            and self.has_delete_permission(request)
            and request.user.has_perm("articles.view_article")
        )

    def _require_permission(self, request):
        if not self.may_arrange(request):
            raise PermissionDenied

    # --- The list ----------------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        context = {"may_arrange": self.may_arrange(request), **(extra_context or {})}
        return self._told(request, super().changelist_view, extra_context=context)

    def changeform_view(self, request, *args, **kwargs):
        return self._told(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return self._told(request, super().delete_view, *args, **kwargs)

    def _told(self, request, view, *args, **kwargs):
        """Call a view of Django's list or forms; the history tells what it changes."""
        may = self.has_change_permission(request) or self.has_add_permission(request)
        if request.method != "POST" or not may:
            return view(request, *args, **kwargs)
        with FrontPublication.objects.one_at_a_time(request.user):
            return view(request, *args, **kwargs)

    # --- The page ----------------------------------------------------------------------------

    def arrange(self, request):
        """Show the draft of the user; or take a press, and show what it made."""
        self._require_permission(request)
        if request.method != "POST":
            return self._page(request, request.GET)
        verb, *names = request.POST.get("act", "").split(":")
        act, counts = ACTS.get(verb, (None, ()))
        if len(names) not in counts or not all(map(ROW_KEY.fullmatch, names)):
            raise BadRequest("No such act.")
        try:
            words = self._act(request, act, [int(name) for name in names])
        except TooMany:
            self.message_user(request, _("No more articles can be placed by hand."), messages.ERROR)
        except Outdated:
            self.message_user(
                request,
                _("Nothing was published: a colleague has changed the front page meanwhile."),
                messages.ERROR,
            )
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except ValidationError as error:
            # The field keeps what was typed.
            return self._page(request, request.POST, {int(names[0]): (_typed(request), error)})
        else:
            self.message_user(request, words, messages.SUCCESS)
        view = {name: request.POST[name] for name in ("at", "q") if request.POST.get(name)}
        here = reverse("admin:articles_frontslot_arrange")
        return SeeOther(f"{here}?{urlencode(view)}" if view else here)

    @transaction.atomic
    def _act(self, request, act, keys):
        draft, live = FrontDraft.objects.locked(request.user), FrontSlot.objects.arrangement()
        if request.POST.get("seen") != str(draft.version):
            raise Refused(_("You have changed the arrangement in another window. Here it is."))
        return act(request, draft, live, *keys)

    def _page(self, request, sent, typed=None):
        live = FrontSlot.objects.arrangement()
        draft = FrontDraft.objects.filter(by=request.user).first() or FrontDraft(by=request.user)
        arrangement = draft.arrangement(live)
        headlines = headlines_of(arrangement.articles)
        arrangement = arrangement.only(headlines)
        typed_at = (MomentInput().value_from_datadict(sent, {}, "at") or "")[: MAX_LENGTH + 1]
        at, _error = _instant(typed_at)
        search = sent.get("q", "").strip()[:LONGEST_SEARCH]
        page = front_page(at, arrangement)
        history = list(FrontPublication.objects.select_related("by")[:RECENT])
        conflict = _conflict(draft, live) if draft.is_outdated(live) else None
        changes = differences(live if conflict is None else _base(draft), arrangement)
        told = [changes, *(one.differences for one in history)]
        told += [conflict["theirs"]] if conflict else []
        headlines = headlines_of({one.article for found in told for one in found if one.article})
        if conflict:
            last = history[0] if history else None
            conflict["theirs"] = words_of(conflict["theirs"], headlines)
            conflict["by"] = last and _name(last.by)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Front page"),
            "is_nav_sidebar_enabled": False,
            "opts": self.opts,
            "draft": draft,
            "has_changes": draft.has_changes,
            "changes": words_of(changes, headlines),
            "conflict": conflict,
            "stamp": _stamp(draft, live),
            "live": _fingerprint(live),
            "groups": groups(arrangement, page, at or timezone.now(), _in_words(typed)),
            "candidates": candidates(arrangement, page, self._found(request, search)),
            "places": FrontSlot.Place,
            "typed_at": typed_at,
            # A moment that is refused says so itself.
            "at_field": MomentInput({"id": "id_at"}).render("at", typed_at),
            "at_words": in_words(at) if at else "",
            "frame": _frame_address(at),
            "search": search,
            "people": _people(request.user),
            "history": [
                (one, _name(one.by), words_of(one.differences, headlines)) for one in history
            ],
            "media": self.media + MomentInput().media,
        }
        response = TemplateResponse(request, "admin/articles/frontslot/arrange.html", context)
        response.add_post_render_callback(lambda response: allow_frame(request, response))
        return response

    def _found(self, request, search):
        """Return the articles that a search finds; None without one."""
        if not search:
            return None
        articles = self.admin_site.get_model_admin(Article)
        rows = articles.get_queryset(request)
        return articles.get_search_results(request, rows, search)[0]

    def arranged(self, request):
        """Show the front page with the draft of the user, at the instant that is asked for."""
        self._require_permission(request)
        at, error = _instant(request.GET.get("at", ""))
        if error:
            raise BadRequest("No such moment.")
        live = FrontSlot.objects.arrangement()
        draft = FrontDraft.objects.filter(by=request.user).first()
        arrangement = draft.arrangement(live) if draft else live
        context = {"front": front_page(at, arrangement)}
        return for_frame(request, "admin/articles/frontslot/arranged.html", context)

    def presence(self, request):
        """Note that the user has the page open; tell who else has, and whether it has changed."""
        self._require_permission(request)
        FrontDraft.objects.get_or_create(by=request.user)
        FrontDraft.objects.filter(by=request.user).update(beat_at=timezone.now())
        draft, live = FrontDraft.objects.get(by=request.user), FrontSlot.objects.arrangement()
        return JsonResponse({"people": _people(request.user), "stamp": _stamp(draft, live)})


# --- What can be pressed: each act returns the words that tell what it did ------------------------


def _step(make):
    """Make an act of a function from an arrangement and keys to another arrangement."""

    def act(request, draft, live, article, *keys):
        headlines = headlines_of([article])
        if article not in headlines:
            raise Refused(_("This article is deleted."))
        old = draft.arrangement(live)
        new = make(old, article, *keys)
        draft.do(new, live)
        return _where(new, article, headlines[article])

    return act


def _where(arrangement, article, headline) -> str:
    spot = arrangement.spot(article)
    if spot is None:
        return labelled(headline, _("taken away"))
    order = [other.article for other in arrangement.at(spot.place)]
    return labelled(
        headline,
        _("%(place)s, %(number)d of %(count)d placed by hand")
        % {
            "place": FrontSlot.Place(spot.place).label,
            "number": order.index(article) + 1,
            "count": len(order),
        },
    )


def _put(arrangement, article, place, before=None):
    if place not in FrontSlot.Place.values:
        raise BadRequest("No such place.")
    return arrangement.put(article, place, before=before)


def _end(request, draft, live, article):
    text = _typed(request)
    until = read_now(text) if text.strip() else None
    return _step(lambda old, one: old.ending(one, until))(request, draft, live, article)


def _undo(request, draft, live):
    draft.undo()
    return _("Undone.")


def _redo(request, draft, live):
    draft.redo()
    return _("Done again.")


def _drop(request, draft, live):
    draft.settle(live, live)
    return _("The arrangement is again what readers see. This can be undone.")


def _publish(request, draft, live):
    if not draft.has_changes:
        raise Refused(_("There is nothing to publish."))
    if request.POST.get("live") != _fingerprint(live):
        raise Outdated
    deleted = draft.publish()
    if deleted:
        return ngettext(
            "The front page is published, without %d article that is deleted.",
            "The front page is published, without %d articles that are deleted.",
            len(deleted),
        ) % len(deleted)
    return _("The front page is published.")


def _back(request, draft, live, number):
    publication = FrontPublication.objects.filter(number=number).first()
    if publication is None:
        raise Refused(_("This publication is no longer known."))
    earlier = publication.earlier
    draft.do(earlier.only(headlines_of(earlier.articles)), live)
    return _("This is how it was before that publication. Publish it, or undo this step.")


def _settles(make, words):
    """Make an act that answers the question after a colleague has published."""

    def act(request, draft, live):
        if request.POST.get("live") != _fingerprint(live):
            raise Refused(_("The front page has changed once more. Please look again."))
        try:
            draft.settle(make(draft, live), live)
        except Clash as error:
            raise Refused(_("Both of you have changed the same places.")) from error
        return words

    return act


def _merged(draft, live):
    return merge(_base(draft), live, draft.arrangement(live))


#: Each act by its name, with the numbers of keys that it takes.
ACTS = {
    "put": (_step(_put), (2, 3)),
    "lead": (_step(lambda old, article: old.to_the_lead(article)), (1,)),
    "up": (_step(lambda old, article: old.shift(article, -1)), (1,)),
    "down": (_step(lambda old, article: old.shift(article, 1)), (1,)),
    "away": (_step(lambda old, article: old.without(article)), (1,)),
    "until": (_end, (1,)),
    "undo": (_undo, (0,)),
    "redo": (_redo, (0,)),
    "drop": (_drop, (0,)),
    "publish": (_publish, (0,)),
    "back": (_back, (1,)),
    "theirs": (
        _settles(lambda draft, live: live, gettext_lazy("You have taken what readers see.")),
        (0,),
    ),
    "mine": (
        _settles(
            lambda draft, live: draft.arrangement(live),
            gettext_lazy("Your arrangement stays. Publish it to put it in place of the other."),
        ),
        (0,),
    ),
    "merge": (
        _settles(_merged, gettext_lazy("Both are put together. Look at it, then publish it.")),
        (0,),
    ),
}


# --- What the page tells --------------------------------------------------------------------------


def _base(draft):
    return Arrangement.from_json(draft.base)


def _conflict(draft, live) -> dict:
    """Return what a colleague changed since, and whether both can be put together."""
    base = _base(draft)
    try:
        merge(base, live, draft.arrangement(live))
    except (Clash, TooMany):
        may_merge = False
    else:
        may_merge = True
    return {"theirs": differences(base, live), "may_merge": may_merge}


def _typed(request) -> str:
    name = "until_" + request.POST.get("act", "").rpartition(":")[2]
    return (MomentInput().value_from_datadict(request.POST, {}, name) or "")[: MAX_LENGTH + 1]


def _in_words(typed) -> dict:
    return {article: (text, error.messages[0]) for article, (text, error) in (typed or {}).items()}


def _instant(text):
    """Return the instant that was typed, and the words of an error; None: now."""
    text = text.strip()[: MAX_LENGTH + 1]
    if not text:
        return None, ""
    try:
        return read_now(text), ""
    except ValidationError as error:
        return None, error.messages[0]


def _frame_address(at) -> str:
    address = reverse("admin:articles_frontslot_page")
    return f"{address}?{urlencode({'at': text_of(at)})}" if at else address


def _fingerprint(live) -> str:
    return sha256(repr(live.to_json()).encode()).hexdigest()[:16]


def _stamp(draft, live) -> str:
    return f"{draft.version}-{_fingerprint(live)}"


def _people(user) -> str:
    drafts = list(FrontDraft.objects.at_work(besides=user))
    if not drafts:
        return ""
    names = get_text_list([_name(draft.by) for draft in drafts], _("and"))
    return ngettext("%s is at it too.", "%s are at it too.", len(drafts)) % names


def _name(person) -> str:
    return (person and (person.get_full_name() or person.get_username())) or "–"
