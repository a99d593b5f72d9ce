"""The addresses of the pages that show what changed, for a cache that finds pages by address only.

They are the pages of the object itself, and those that name it most: the front page, the feeds, and
the lists that an article is on. Its headline may also be on later pages of a list and under related
articles. So a cache that is told these addresses may keep a page only for as long as readers may
get an old one anyway: a second.
"""

from collections import defaultdict
from itertools import islice

from django.urls import reverse

from articles.models import (
    ArticlePath,
    AttachmentUse,
    Author,
    Change,
    Edition,
    EditionByline,
    EditionTopic,
    FormerSlug,
    ImageUse,
    Page,
    Section,
    Series,
    Topic,
)
from comments.threads.pages import FEATURED, NEWEST

Kind = Change.Kind

#: The most addresses that are returned, and the most objects of a kind that are looked up.
MOST = 500
_FEEDS = ("atom", "rss")
#: The models of the pages that have a slug in their address.
_WITH_SLUG = (Section, Topic, Series, Author, Page)


def addresses_of(changes) -> list[str]:
    """Return the paths of pages that show what changed, some with a query; MOST at most.

    `changes` are pairs of a kind and a key, as in `Change`. None means everything, and so does a
    change of the site's settings; for these it is the pages to which most readers come.
    """
    changed = defaultdict(set)
    for kind, key in [(Kind.SITE, 0)] if changes is None else changes:
        changed[kind].add(key)
    _add_uses_of_files(changed)
    numbers = _add_lists(changed)
    return list(islice(dict.fromkeys(_addresses(changed, numbers)), MOST))


def _add_uses_of_files(changed):
    """Add the articles, pages and authors that show a picture or an attachment that changed."""
    images, files = _some(changed[Kind.IMAGE]), _some(changed[Kind.FILE])
    if images:
        leads = Edition.objects.live().filter(lead_image__in=images).order_by("-article_id")
        changed[Kind.ARTICLE].update(leads.values_list("article", flat=True)[:MOST])
        photos = Author.objects.filter(photo__in=images)
        changed[Kind.AUTHOR].update(photos.values_list("pk", flat=True)[:MOST])
    for uses in (
        ImageUse.objects.filter(image__in=images),
        AttachmentUse.objects.filter(attachment__in=files),
    ):
        public = uses.filter(article=None).order_by("-pk")
        for article, page in public.values_list("edition__article", "page")[:MOST]:
            changed[Kind.ARTICLE if article else Kind.PAGE].add(article or page)


def _add_lists(changed) -> dict[int, set[int]]:
    """Add what the articles that changed are filed under, in any edition.

    Return the numbers of the editions of each article.
    """
    numbers, articles = defaultdict(set), _some(changed[Kind.ARTICLE])
    for article, number, section, series in (
        Edition.objects.filter(article__in=articles)
        .order_by("-pk")
        .values_list("article", "number", "section", "series")[:MOST]
    ):
        numbers[article].add(number)
        changed[Kind.SECTION].add(section)
        changed[Kind.SERIES].add(series)
    for kind, model, column in (
        (Kind.TOPIC, EditionTopic, "topic"),
        (Kind.AUTHOR, EditionByline, "author"),
    ):
        rows = model.objects.filter(edition__article__in=articles).order_by()
        changed[kind].update(rows.values_list(column, flat=True).distinct()[:MOST])
    changed[Kind.SERIES].discard(None)
    if changed[Kind.SITE]:
        changed[Kind.SECTION].update(Section.objects.values_list("pk", flat=True))
    return numbers


def _addresses(changed, numbers):
    """Yield the addresses, those of the objects themselves first, and some of them twice."""
    articles = changed[Kind.ARTICLE] | changed[Kind.THREAD]
    rows = ArticlePath.objects.filter(article__in=_some(articles)).order_by("-article_id", "-since")
    paths = rows.values_list("article", "path")[:MOST]
    yield from (path for _article, path in paths)
    shows_headlines = changed[Kind.ARTICLE] or changed[Kind.SITE]
    if shows_headlines or changed[Kind.FRONT] or changed[Kind.SECTION]:
        yield reverse("articles:front")
    if shows_headlines:
        yield from (reverse("articles:feed", args=[form]) for form in _FEEDS)
    for model in _WITH_SLUG:
        yield from _with_feeds(model, changed[model.CHANGE])
    for article in articles:
        thread = reverse("comments:thread", args=[article])
        yield from (f"{thread}?order={order}" for order in (NEWEST, FEATURED))
    for article, path in paths:
        if article in changed[Kind.ARTICLE]:
            yield f"{path}versions/"
            yield from (f"{path}versions/?edition={number}" for number in numbers[article])
            # The day, the month and the year in the archive.
            yield from (f"{'/'.join(path.split('/')[:parts])}/" for parts in (4, 3, 2))
    if shows_headlines:
        for name in ("archive", "corrections", "sitemap", "sitemap_listings", "sitemap_news"):
            yield reverse(f"articles:{name}")
    if changed[Kind.SITE]:
        yield from (reverse("comments:privacy"), reverse("robots"))


def _with_feeds(model, keys):
    """Yield the addresses of objects of `model`, present and former, and those of their feeds."""
    if not (keys := _some(keys)):
        return
    kind = model._meta.model_name
    present = model.objects.filter(pk__in=keys).values_list("slug", flat=True)
    former = FormerSlug.objects.filter(model=kind, object_id__in=keys)
    for slug in [*present, *former.values_list("slug", flat=True)]:
        yield reverse(f"articles:{kind}", args=[slug])
        if model is not Page:
            for form in _FEEDS:
                yield reverse(f"articles:{kind}_feed", kwargs={"slug": slug, "feed_format": form})


def _some(keys) -> list:
    """Return the newest MOST of these keys: databases allow only so many in a statement."""
    return sorted(keys, reverse=True)[:MOST]
