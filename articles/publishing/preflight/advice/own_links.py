"""Links to pages of this site that readers would not find, or only by a redirect."""

from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

from ....models.article_path import ArticlePath
from ....models.edition import Edition
from ....models.page import Page
from ....models.taxonomy import Author, Section, Series, Topic
from ..located import Located

_WITH_SLUG = {
    "articles:section": Section,
    "articles:topic": Topic,
    "articles:series": Series,
    "articles:author": Author,
    "articles:page": Page,
}


def findings(prepared):
    links = [(link, path) for link in prepared.links if (path := own_path(link.value))]
    if not links:
        return
    site = _Site({path for _link, path in links})
    for link, path in links:
        code, params = site.fault(path)
        if code:
            params |= {"words": link.words or path}
            yield Located(code, params, "body", link.words, link.occurrence)


def own_path(address) -> str | None:
    """Return the path of an address of this site, or None if it leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    own = urlsplit(settings.SITE_URL)
    if parts.netloc and (parts.scheme not in ("http", "https") or parts.netloc != own.netloc):
        return None
    is_path = parts.path.startswith("/") and not parts.path.startswith("//")
    return parts.path if is_path and (parts.netloc or not parts.scheme) else None


class _Site:
    """What readers find at some paths of this site, read at once for all of them."""

    def __init__(self, paths):
        slashed = {_slashed(path) for path in paths}
        known = ArticlePath.objects.filter(path__in=slashed).select_related("article")
        self.articles = {row.path: row.article for row in known.defer("article__body")}
        keys = [article.pk for article in self.articles.values()]
        live = Edition.objects.live().filter(article__in=keys)
        self.live = set(live.values_list("article", flat=True)) if keys else set()
        self.pages = {path: _page_at(path) for path in paths}
        slugs = defaultdict(set)
        for page in filter(None, self.pages.values()):
            if model := _WITH_SLUG.get(page.view_name):
                slugs[model].add(page.kwargs["slug"])
        self.slugs = {
            model: set(model.objects.filter(slug__in=wanted).values_list("slug", flat=True))
            for model, wanted in slugs.items()
        }

    def fault(self, path):
        """Return the code and the values of what is wrong with a path, or an empty code."""
        slashed, page = _slashed(path), self.pages[path]
        if article := self.articles.get(slashed):
            if article.pk not in self.live:
                return "link_not_public", {}
            return ("link_moved", {"path": article.path}) if article.path != slashed else ("", {})
        if page is None or page.view_name == "articles:article":
            return "link_dead", {}
        if model := _WITH_SLUG.get(page.view_name):
            return "" if page.kwargs["slug"] in self.slugs[model] else "link_dead", {}
        return "", {}


def _slashed(path):
    return path if path.endswith("/") else f"{path}/"


def _page_at(path) -> ResolverMatch | None:
    """Return what answers a path, with or without a slash at its end; None if nothing does.

    A file has its own server.
    """
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return ResolverMatch(None, (), {}, url_name="file")
    for each in (path, _slashed(path)):
        try:
            return resolve(each)
        except Resolver404:
            continue
    return None
