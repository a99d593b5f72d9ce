"""The page on which editors arrange the front page, and the front page as it will be, in a frame.

Each press is a form, and changes the draft of the person who pressed (`FrontDraft`); one press
publishes the draft. A script sends the same forms without leaving the page, and adds the pointer.
"""

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
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.admin import ROW_KEY
from common.moment_field import MomentInput, read_now
from common.moment_text import in_words, text_of
from common.moments import MAX_LENGTH
from common.responses import SeeOther

from ..models import Article, FrontDraft, FrontPublication, FrontSlot
from ..models.front_draft import Outdated
from ..pages.front import front_page
from ..publishing.arrangement import Clash, TooMany, differences, merge
from .arranged_rows import candidates, groups, headlines_of, words_of
from .front_presses import ACTS, Refused, base_of, fingerprint, typed_end
from .previews import allow_frame, for_frame

#: The publications that the page lists.
RECENT = 10
#: The most characters of a search.
LONGEST_SEARCH = 200


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
        context = {
            "may_arrange": self.may_arrange(request),
            "front_seen": fingerprint(FrontSlot.objects.arrangement()),
            **(extra_context or {}),
        }
        return self._told(request, super().changelist_view, extra_context=context)

    def get_changelist_formset(self, request, **kwargs):
        """Refuse a list that was shown before a colleague changed it; what is typed stays."""
        listed = super().get_changelist_formset(request, **kwargs)
        for name in self.list_editable:
            # So that a row counts as changed only where this user has changed it.
            listed.form.base_fields[name].show_hidden_initial = True
            # A list shows no help texts, so no field of it is described by one.
            listed.form.base_fields[name].help_text = ""

        class Seen(_RefusesUnseen, listed):
            names = self.list_editable

        return Seen

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
            return self._page(request, request.POST, {int(names[0]): (typed_end(request), error)})
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
        changes = differences(live if conflict is None else base_of(draft), arrangement)
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
            "live": fingerprint(live),
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


class _RefusesUnseen:
    """Mixin for the formset of the list."""

    def clean(self):
        super().clean()
        live = fingerprint(FrontSlot.objects.arrangement())
        if self.data.get("front_seen", live) == live:
            return
        # What the user has typed stays, and all else is what the colleague made of it.
        data = self.data.copy()
        for form in self.forms:
            for name in set(self.names) - set(form.changed_data):
                field = form.fields[name]
                value = field.prepare_value(form.get_initial_for_field(field, name))
                data[form.add_prefix(name)] = "" if value is None else value
            form.data = data
        raise ValidationError(
            _(
                "A colleague has changed the front page since you opened this list. "
                "Nothing is saved yet: please look at it, then save it again."
            )
        )


# --- What the page tells --------------------------------------------------------------------------


def _conflict(draft, live) -> dict:
    """Return what a colleague changed since, and whether both can be put together."""
    base = base_of(draft)
    try:
        merge(base, live, draft.arrangement(live))
    except (Clash, TooMany):
        may_merge = False
    else:
        may_merge = True
    return {"theirs": differences(base, live), "may_merge": may_merge}


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


def _stamp(draft, live) -> str:
    return f"{draft.version}-{fingerprint(live)}"


def _people(user) -> str:
    drafts = list(FrontDraft.objects.at_work(besides=user))
    if not drafts:
        return ""
    names = get_text_list([_name(draft.by) for draft in drafts], _("and"))
    return ngettext("%s is at it too.", "%s are at it too.", len(drafts)) % names


def _name(person) -> str:
    return (person and (person.get_full_name() or person.get_username())) or "–"
