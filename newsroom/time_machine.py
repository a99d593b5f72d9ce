"""The time machine: the whole reader site as at any instant, past or future, for the staff only.

The views and the templates of readers make each page, by the clock of `common.reader_clock`. Its
links stay in the instant, and a bar above it says so. Nothing here is kept: no cache may store a
page, and none that readers get is asked for.
"""

import re
from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.csp import CSP, build_policy
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Edition
from articles.pages import archive
from common import reader_clock
from common.moment_field import MomentField
from common.moment_text import in_words, text_of

from .kept_links import keep_links, kept_address

#: The pages of readers that follow the clock. Feeds, sitemaps and all that is sent do not.
PAGES = {
    *("articles:front", "articles:article", "articles:versions", "articles:section"),
    *(
        "articles:topic",
        "articles:series",
        "articles:author",
        "articles:search",
        "articles:archive",
    ),
    *("articles:year", "articles:month", "articles:day", "articles:corrections"),
    *("articles:page", "comments:thread", "comments:comment"),
}
VIEW_EDITION = "articles.view_edition"
#: An instant in an address: in UTC, exact, and in one form only.
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?Z")
#: The beginning of a page, to which the bar is added: the link that skips it stays the first.
_TOP = re.compile(r"<body[^>]*>(?:\s*<a class=\"skip\"[^>]*>[^<]*</a>)?")


class ChoiceForm(forms.Form):
    """The moment to go to, typed, and the page to see there."""

    moment = MomentField(label=gettext_lazy("The site as at"))
    path = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean_moment(self):
        moment = self.cleaned_data["moment"]
        if not archive.EARLIEST < localdate(moment) < archive.LATEST:
            raise forms.ValidationError(_("The paper has no such year."), code="range")
        return moment


@require_safe
def choose(request):
    """Ask for a moment; lead to the site as at that moment, to the page of readers in `path`."""
    _require_permission(request)
    form = ChoiceForm(request.GET if "moment" in request.GET else None)
    if form.is_valid():
        base = base_at(form.cleaned_data["moment"])
        path = form.cleaned_data["path"]
        is_own = path.startswith("/") and not path.startswith("//")
        return HttpResponseRedirect(kept_address(path if is_own else "/", base))
    context = {**admin.site.each_context(request), "title": _("Time machine"), "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/time_machine.html", context, status=status)


@require_safe
def show(request, instant, path=""):
    """Show the page of readers at `path` as at `instant`."""
    _require_permission(request)
    at, path = _read_instant(instant), f"/{path}"
    with translation.override(settings.LANGUAGE_CODE), reader_clock.as_at(at):
        response = _reader_response(request, path)
    if response.has_header("Location"):
        # Not for ever, although it may be for readers: the page may not have moved at this instant.
        address = kept_address(response.headers["Location"], base_at(at))
        response = HttpResponseRedirect(address)
    else:
        # The bar is in the language of the person, and by the clock of today.
        query = request.META.get("QUERY_STRING")
        response = _framed(response, at, f"{path}?{query}" if query else path)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(settings.SECURE_CSP)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    return response


def base_at(instant) -> str:
    """Return the address under which the site as at `instant` is."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    spec = "auto" if utc.second or utc.microsecond else "minutes"
    return reverse("admin:as_at_front", args=[utc.isoformat(timespec=spec) + "Z"])


def _require_permission(request):
    if not request.user.has_perm(VIEW_EDITION):
        raise PermissionDenied


def _read_instant(text):
    """Return the instant of an address. Raises Http404 if it is none, or out of our range."""
    if not _INSTANT.fullmatch(text):
        raise Http404("No such instant.")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Http404("No such instant.") from error
    # Some instants at the ends of Python's calendar have no local time.
    if not archive.EARLIEST < instant.date() < archive.LATEST:
        raise Http404("No such instant.")
    return instant


def _reader_response(request, path):
    """Return the answer that a reader would get at `path`, by the clock that is set."""
    asked = _as_of_reader(request, path)
    try:
        match = resolve(path)
    except Resolver404:
        return _not_found(asked)
    if match.view_name not in PAGES:
        return render(asked, "admin/not_in_time_machine.html", {"path": path}, status=404)
    asked.resolver_match = match
    try:
        return match.func(asked, *match.args, **match.kwargs)
    except Http404:
        return _not_found(asked)


def _as_of_reader(request, path):
    """Return a request for `path` without cookies, session or user, with the same query."""
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", path, path
    named = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme")
    asked.META = {name: request.META[name] for name in named if name in request.META}
    asked.GET, asked.user = request.GET, AnonymousUser()
    return asked


def _not_found(asked):
    return render(asked, "404.html", status=404)


def _framed(response, at, path) -> HttpResponse:
    """Return the page of `response` with links that stay in the instant, below the bar."""
    page = keep_links(response.content.decode(), base_at(at))
    context = {
        "at": at,
        "words": in_words(at),
        "text": text_of(at),
        "is_past": at <= reader_clock.now(),
        "path": path,
        "status": response.status_code,
        "language": translation.get_language(),
        **_neighbours(at, path),
    }
    bar = render_to_string("admin/time_machine_bar.html", context)
    styles = render_to_string("admin/time_machine_styles.html")
    page = page.replace("</head>", f"{styles}</head>", 1)
    page = _TOP.sub(lambda top: top[0] + bar, page, count=1)
    return HttpResponse(page, status=response.status_code)


def _neighbours(at, path):
    """Return the addresses of this page at the change of an edition before `at`, and after it."""
    editions = Edition.objects.filter(suppressed_at=None)
    before, after = [], []
    for column in ("visible_from", "visible_until"):
        # The first row of an index: an aggregate would read all rows on that side.
        earlier = editions.filter(**{f"{column}__lt": at}).order_by(f"-{column}")
        later = editions.filter(**{f"{column}__gt": at}).order_by(column)
        before.append(earlier.values_list(column, flat=True).first())
        after.append(later.values_list(column, flat=True).first())
    earlier, later = max(filter(None, before), default=None), min(filter(None, after), default=None)
    return {
        name: moment and {"words": in_words(moment), "address": kept_address(path, base_at(moment))}
        for name, moment in (("earlier", earlier), ("later", later))
    }
