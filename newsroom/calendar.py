"""The calendar in the admin: what begins, changes and ends by day, week and month; and its moves.

Only an edition that nobody has read yet can be moved. The ends of editions and embargoes are shown,
and are set where they were made: in the article, whose other dates they must fit.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Article, Edition, Section
from articles.publishing import who_may
from articles.publishing.calendar import Period, days_of
from articles.publishing.preflight.findings import PublishingError
from common.admin import ROW_KEY
from common.moment_field import MomentField
from common.moment_text import in_words
from common.responses import SeeOther

from .time_machine import VIEW_EDITION

#: The name in the session of the last move, which the next page offers to take back.
MOVED = "calendar_moved"


class MoveForm(forms.Form):
    """Where an edition goes: to a typed moment."""

    at = MomentField(label=gettext_lazy("Public from"))
    #: The beginning that the person saw.
    seen = forms.DateTimeField(widget=forms.HiddenInput)


@require_safe
def show(request):
    """Show the week, the day or the month of the address; without one, this week."""
    _require(request, VIEW_EDITION)
    period, section = _read_place(request.GET)
    chosen, form = request.GET.get("move", ""), None
    if chosen and ROW_KEY.fullmatch(chosen) and who_may.may_publish(request.user):
        edition = _movable(request).filter(pk=chosen).first()
        form = edition and _form_of(edition)
    return _page(request, period, section, form)


def move(request):
    """Move a scheduled edition, by `Article.reschedule`; the page shows a refusal in words."""
    _require(request, VIEW_EDITION)
    who_may.require(who_may.may_publish(request.user))
    period, section = _read_place(request.POST)
    key = request.POST.get("edition", "")
    if not ROW_KEY.fullmatch(key):
        raise BadRequest("No such edition.")
    edition = get_object_or_404(_movable(request), pk=key)
    form = _form_of(edition, request.POST)
    if form.is_valid():
        start, seen = form.cleaned_data["at"], form.cleaned_data["seen"]
        try:
            edition.article.reschedule(edition, start, by=request.user, seen=seen)
        except PublishingError as error:
            form.add_error(None, error)
        else:
            request.session[MOVED] = {
                "edition": edition.pk,
                "headline": edition.headline,
                "at": seen.isoformat(),
                "seen": start.isoformat(),
                "is_undo": "undo" in request.POST,
            }
            shown = Period.around(period.kind, timezone.localdate(start))
            return SeeOther(f"{_address(shown, section)}#edition-{edition.pk}")
    return _page(request, period, section, form, status=422)


def _require(request, permission):
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _read_place(data):
    """Return the period and the section of an address. Raises Http404 if there is no such one."""
    named = [(kind, data[kind]) for kind in ("day", "week", "month") if data.get(kind)]
    try:
        period = Period.parse(*named[0]) if named else Period.around("week", timezone.localdate())
    except ValueError as error:
        raise Http404("No such period.") from error
    slug = data.get("section")
    return period, get_object_or_404(Section, slug=slug) if slug else None


def _movable(request):
    """Return the editions that the person may move, or may have been able to until now."""
    editions = admin.site.get_model_admin(Edition).get_queryset(request)
    articles = who_may.for_publisher(Article.objects.all(), request.user)
    return editions.filter(suppressed_at=None, article__in=articles).select_related("article")


def _form_of(edition, data=None):
    begins = edition.visible_from
    if data and data.get("to"):
        # Dropped on another day: the same time of that day, as if it were typed, since the clock
        # may skip that time there, or show it twice.
        clock = timezone.localtime(begins).time().isoformat("auto")
        data = data.copy()
        data["at"] = f"{data['to']} {clock[:-3] if clock.endswith(':00') else clock}"
    initial = {"at": begins, "seen": begins.isoformat()}
    form = MoveForm(data, initial=initial, auto_id="calendar-%s")
    form.edition = edition
    return form


def _address(period, section):
    query = {period.kind: period.value, **({"section": section.slug} if section else {})}
    return f"{reverse('admin:calendar')}?{urlencode(query)}"


def _page(request, period, section, form, status=200):
    days = days_of(period, section=section)
    today = timezone.localdate()
    # The day for the way to another kind of period: today, if it is in view.
    middle = today if period.first <= today < period.end else period.first
    around = {kind: Period.around(kind, middle) for kind in ("day", "week", "month")}
    for day in days:
        day.address = _address(Period("day", day.date), section)
    shown = [e.edition.pk for day in days for e in day.entries if e.is_movable]
    is_shown = form and form.edition.pk in shown
    context = {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "heading": _heading(period),
        "period": period,
        "days": days,
        "is_empty": not any(day.entries for day in days),
        "section": section,
        "sections": Section.objects.all(),
        "previous": _address(period.previous, section),
        "next": _address(period.next, section),
        "this": _address(Period.around(period.kind, today), section),
        "kinds": [
            (label, _address(around[kind], section), kind == period.kind)
            for kind, label in _kinds()
        ],
        "may_move": who_may.may_publish(request.user),
        "movable": set(_movable(request).filter(pk__in=shown).values_list("pk", flat=True)),
        "form": form,
        # Where its edition is not in view, the form stands above the days.
        "form_above": form and not is_shown,
        "media": MoveForm().media,
        "moved": _moved(request.session.pop(MOVED, None)) if status == 200 else None,
    }
    return TemplateResponse(request, "admin/calendar.html", context, status=status)


def _kinds():
    return [("day", _("Day")), ("week", _("Week")), ("month", _("Month"))]


def _moved(move):
    if not move:
        return None
    begins = datetime.fromisoformat(move["seen"])
    params = {"headline": move["headline"], "moment": in_words(begins)}
    return {**move, "words": _("“%(headline)s” now begins on %(moment)s.") % params}


def _heading(period):
    if period.kind == "month":
        return date_format(period.first, "YEAR_MONTH_FORMAT")
    first = date_format(period.first, "DATE_FORMAT")
    if period.kind == "day":
        return f"{date_format(period.first, 'l')} {first}"
    params = {
        "number": period.first.isocalendar()[1],
        "first": first,
        "last": date_format(period.end - timedelta(days=1), "DATE_FORMAT"),
    }
    return _("Week %(number)s: %(first)s to %(last)s") % params
