"""Reader pages. Each reads editions through `Edition.objects.live()`, and nothing else."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .front import front_page
from .models import Article, Author, Edition, EditionByline, Page, Section, Topic
from .onward import onward

#: Teasers on a list page.
PAGE_SIZE = 20


@require_safe
def front(request):
    return render(request, "articles/front.html", {"front": front_page()})


@require_safe
def article(request, path):
    """The live edition at `path`; or where it went, or that it is gone."""
    path = f"/{path}/"
    edition = Edition.objects.live().for_page().filter(article__path=path).first()
    if edition is None:
        return _elsewhere(request, path)
    return render(request, "articles/article_detail.html", article_context(edition))


def article_context(edition) -> dict:
    """Return what the article page shows; `comments` shows it too, around a form with errors."""
    return {"content": edition, "article": edition.article, "onward": onward(edition)}


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
def section(request, slug):
    section = get_object_or_404(Section, slug=slug)
    editions = Edition.objects.live().filter(section=section)
    return _listing(request, "articles/section.html", editions, may_be_empty=True, section=section)


@require_safe
def topic(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    editions = Edition.objects.live().filter(topics=topic)
    return _listing(request, "articles/topic.html", editions, topic=topic)


@require_safe
def author(request, slug):
    author = get_object_or_404(Author.objects.select_related("photo"), slug=slug)
    # One row for each article, also where its byline names an author twice.
    editions = Edition.objects.live().filter(
        pk__in=EditionByline.objects.filter(author=author).values("edition")
    )
    return _listing(request, "articles/author.html", editions, author=author)


@require_safe
def page(request, slug):
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})
