"""The pages for readers. Each reads editions through `Edition.objects.live()` only."""

import logging
import re
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import keyset, page_notes
from common.database_failures import took_too_long

from .forms import SearchForm
from .models import (
    Article,
    Author,
    Change,
    Correction,
    Edition,
    Page,
    PreviewLink,
    Section,
    Series,
    Topic,
)
from .pages import archive, lists
from .pages.article_page import ArticlePage
from .pages.front import front_page
from .pages.preview_page import PreviewPage
from .pages.redirects import redirects_former_slugs
from .pages.series import parts_of
from .pages.teasers import rows_of, teasers_of
from .pages.versions import VersionsPage
from .search import highlights, turns

logger = logging.getLogger(__name__)

#: The number of teasers on a list page.
PAGE_SIZE = 20
#: The number of an edition, in an address.
EDITION_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@require_safe
def front(request):
    return render(request, "articles/front.html", {"front": front_page()})


@require_safe
def article(request, path):
    """Show the live edition at `path`, redirect to its present address, or say that it is gone."""
    path = f"/{path}/"
    page = ArticlePage.at_path(path)
    if page is None or request.path_info != path:
        return _redirect_or_gone(request, path)
    # The template of the site, which adds the comments to the article.
    context = {"page": page, "current_section": page.section}
    return render(request, "article_with_comments.html", context)


@require_safe
def versions(request, path):
    """Show the public versions of the article at `path`, where the site shows them at all."""
    if not settings.PUBLIC_VERSIONS:
        raise Http404
    path = f"/{path}/"
    live = Edition.objects.live().select_related("article", "section")
    edition = live.filter(article__path=path).first()
    if edition is None or request.path_info != f"{path}versions/":
        return _redirect_or_gone(request, path, page="versions/")
    number = request.GET.get("edition")
    if number is not None and not EDITION_NUMBER.fullmatch(number):
        raise Http404
    # It compares snapshots, which name what they show by its key alone.
    for kind in Change.Kind:
        page_notes.made_of(kind)
    page = VersionsPage.of(edition, number and int(number))
    if page is None:
        raise Http404
    context = {"page": page, "current_section": page.section}
    response = render(request, "articles/versions.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _redirect_or_gone(request, path, page=""):
    try:
        known = Article.objects.ever_live().at_path(path)
    except Article.DoesNotExist as error:
        raise Http404 from error
    if known.live_edition():
        return HttpResponsePermanentRedirect(known.path + page)
    return gone(request, known)


def gone(request, article):
    """Show the notice of a withdrawn article, with status 410 (RFC 9110, section 15.5.11)."""
    return render(request, "articles/gone.html", {"article": article}, status=410)


def _listing(request, template, page, *, may_be_empty=False, **context):
    if not page and not may_be_empty:
        # The page of a topic or an author that only drafts name would reveal the newsroom's work.
        raise Http404
    return render(request, template, {**context, "page": page})


def _place(request):
    return {"before": request.GET.get("before", ""), "size": PAGE_SIZE}


@require_safe
@redirects_former_slugs(Section)
def section(request, slug):
    section = lists.subject_at(slug, Section)
    page = lists.page_of(section, **_place(request))
    return _listing(request, "articles/section.html", page, may_be_empty=True, section=section)


@require_safe
@redirects_former_slugs(Topic)
def topic(request, slug):
    topic = lists.subject_at(slug, Topic)
    page = lists.page_of(topic, **_place(request))
    return _listing(request, "articles/topic.html", page, topic=topic)


@require_safe
@redirects_former_slugs(Series)
def series(request, slug):
    """Show all parts of a series in their order, on one page: it has a beginning and an end."""
    series = lists.subject_at(slug, Series)
    if not (parts := parts_of(series)):
        raise Http404
    return render(request, "articles/series.html", {"series": series, "parts": parts})


@require_safe
@redirects_former_slugs(Author)
def author(request, slug):
    author = lists.subject_at(slug, Author)
    page = lists.page_of(author, **_place(request))
    return _listing(request, "articles/author.html", page, author=author)


@require_safe
def archive_index(request):
    """List every month in which something was published, with a link to each."""
    return render(request, "articles/archive.html", {"years": archive.years()})


@require_safe
def period(request, year, month=None, day=None):
    """List the articles first published in a year, in a month or on a day."""
    try:
        period = archive.Period(*(int(n) for n in (year, month, day) if n))
    except ValueError as error:
        raise Http404 from error
    page = lists.page_of_period(period, **_place(request))
    return _listing(request, "articles/period.html", page, period=period)


@require_safe
def search(request):
    """List the articles that contain all words of the query; matches in a headline come first."""
    form = SearchForm(request.GET or None)
    context = {"form": form, "page": None, "problem": ""}
    try:
        if form.is_valid() and form.query:
            with turns.turn():
                page = form.results(**_place(request))
            context |= {"page": page, "results": highlights.results(page, form.query)}
        status = 422 if form.errors else 200
    except turns.TooMany:
        context["problem"] = _("Many people are searching just now. Please try again in a moment.")
        status = 503
    except OperationalError as error:
        if not took_too_long(error):
            raise
        context["problem"] = _("This search takes too long. Rarer words, a section or days help.")
        status = 503
    response = render(request, "articles/search.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    if status == 503:
        response.headers["Retry-After"] = "5"
        response.headers["Cache-Control"] = "no-store"
        # At the level of an error, Django would report and mail each of them. The words of a reader
        # are not logged.
        log_response(
            "A search was not answered.",
            response=response,
            request=None,
            logger=logger,
            level="warning",
        )
    return response


@require_safe
def preview(request, token):
    """Show the text that a link for people without an account leads to, as readers would get it.

    An unknown link, one that has expired and one that was ended are not found, in the same words.
    No cache keeps the page, no search engine lists it, and no other page is told its address.
    """
    links = PreviewLink.objects.select_related("revision__article")
    try:
        link = links.of_token(token)
    except PreviewLink.DoesNotExist as error:
        raise Http404 from error
    if link.revision:
        page = PreviewPage.of_revision(link.revision, at=link.made_at)
    else:
        edition = Edition.objects.for_page().get(pk=link.edition_id)
        page = ArticlePage.of_edition(edition, is_preview=True)
    context = {
        "page": page,
        "current_section": page.section,
        "notice": _("This is a preview, for you alone: please do not publish it."),
        "notice_language": settings.LANGUAGE_CODE,
        "problems": [],
    }
    response = render(request, "articles/preview.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@redirects_former_slugs(Page)
def page(request, slug):
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})


@require_safe
def corrections(request):
    """List the corrections of the paper, newest first."""
    page = keyset.KeysetPage(
        Correction.objects.public(),
        {"published_at": datetime, "id": int},
        **_place(request),
    )
    live = Edition.objects.live().filter(article__in=[c.article_id for c in page])
    teasers = {teaser.article_id: teaser for teaser in teasers_of(rows_of(live))}
    # Leave out articles that were withdrawn since the first query.
    rows = [(c, teasers[c.article_id]) for c in page if c.article_id in teasers]
    return render(request, "articles/corrections.html", {"rows": rows, "page": page})
