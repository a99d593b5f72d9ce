"""Reader pages. Each reads editions through `Edition.objects.live()`, and nothing else."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .models import (
    Article,
    Author,
    Correction,
    Edition,
    EditionByline,
    Page,
    Section,
    Topic,
)
from .redirects import follows

#: Teasers on a list page.
PAGE_SIZE = 20
#: Articles on the front page: the lead, two seconds, then the strips.
FRONT_SIZE = 24


@require_safe
def front(request):
    """The newest articles: one leads, two second it, the rest stand in strips by section."""
    newest = list(Edition.objects.live().for_lists()[:FRONT_SIZE])
    lead, seconds, rest = newest[:1], newest[1:3], newest[3:]
    strips = {}
    for edition in rest:
        strips.setdefault(edition.section, []).append(edition)
    strips = sorted(strips.items(), key=lambda strip: (strip[0].position, strip[0].name))
    return render(
        request,
        "articles/front.html",
        {"lead": lead[0] if lead else None, "seconds": seconds, "strips": strips},
    )


@require_safe
def article(request, path):
    """The live edition at `path`; or where it went, or that it is gone."""
    path = f"/{path}/"
    edition = Edition.objects.live().for_page().filter(article__path=path).first()
    if edition is None or request.path_info != path:
        return _elsewhere(request, path)
    return render(request, "articles/article_detail.html", article_context(edition))


def article_context(edition) -> dict:
    """Return what the article page shows; `comments` shows it too, around a form with errors."""
    return {"content": edition, "article": edition.article}


def _elsewhere(request, path):
    try:
        known = Article.objects.ever_live().at_path(path)
    except Article.DoesNotExist as error:
        raise Http404 from error
    if known.live_edition():
        return HttpResponsePermanentRedirect(known.path)
    return gone(request, known)


def gone(request, article):
    """Say that an article was withdrawn, and why (RFC 9110, section 15.5.11)."""
    return render(request, "articles/gone.html", {"article": article}, status=410)


def _listing(request, template, editions, *, may_be_empty=False, **context):
    page = Paginator(editions.for_lists(), PAGE_SIZE).get_page(request.GET.get("page"))
    if not page and not may_be_empty:
        # A topic or an author that only drafts have would tell what the newsroom works on.
        raise Http404
    return render(request, template, {**context, "page": page})


@require_safe
@follows(Section)
def section(request, slug):
    section = get_object_or_404(Section, slug=slug)
    editions = Edition.objects.live().filter(section=section)
    return _listing(request, "articles/section.html", editions, may_be_empty=True, section=section)


@require_safe
@follows(Topic)
def topic(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    editions = Edition.objects.live().filter(topics=topic)
    return _listing(request, "articles/topic.html", editions, topic=topic)


@require_safe
@follows(Author)
def author(request, slug):
    author = get_object_or_404(Author.objects.select_related("photo"), slug=slug)
    # One row for each article, also where its byline names an author twice.
    editions = Edition.objects.live().filter(
        pk__in=EditionByline.objects.filter(author=author).values("edition")
    )
    return _listing(request, "articles/author.html", editions, author=author)


@require_safe
@follows(Page)
def page(request, slug):
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})


@require_safe
def corrections(request):
    """What the paper has corrected, newest first; `before` names the last one already read."""
    found = Correction.objects.public()
    if before := request.GET.get("before"):
        if not (before.isascii() and before.isdecimal() and len(before) < 19):
            raise Http404
        found = found.before(get_object_or_404(Correction, pk=before))
    found = list(found[: PAGE_SIZE + 1])
    shown, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    live = Edition.objects.live().filter(article__in=[c.article_id for c in shown])
    editions = {edition.article_id: edition for edition in live.for_lists()}
    # What a withdrawal has taken away since is simply not there.
    rows = [(c, editions[c.article_id]) for c in shown if c.article_id in editions]
    context = {"rows": rows, "next": shown[-1].pk if more else None}
    return render(request, "articles/corrections.html", context)
