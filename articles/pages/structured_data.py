"""The data of pages for machines in JSON-LD, in the vocabulary of schema.org.

It has the properties that Google's pages on articles, profile pages, breadcrumbs and the sitelinks
search box ask for. The dates are those that the page shows, with their time zone. The data holds
nothing that a reader would not find on the page.
"""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from common.addresses import absolute
from common.machine_time import moment

from ..attachments.display import iso_duration
from ..pictures import renditions
from ..pictures.renditions import MACHINE_RATIOS, MACHINE_WIDTH


def newsroom() -> dict:
    """Return the organisation that publishes the site."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{settings.SITE_URL}/#newsroom",
        "name": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/",
        "logo": {"@type": "ImageObject", "url": absolute(static("touch-icon.png"))},
        "correctionsPolicy": absolute(reverse("articles:corrections")),
    }


def website() -> dict:
    return {
        "@type": "WebSite",
        "@id": f"{settings.SITE_URL}/#site",
        "name": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/",
        "inLanguage": settings.LANGUAGE_CODE,
    }


def front() -> list:
    """Return the data of the front page: the site, its search and its publisher."""
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": absolute(f"{reverse('articles:search')}?q={{search_term_string}}"),
        },
        "query-input": "required name=search_term_string",
    }
    return [{**website(), "publisher": newsroom(), "potentialAction": search}]


def article(page) -> list:
    """Return an article as its `page` (an ArticlePage) shows it, and its breadcrumbs."""
    data = {
        "@type": "NewsArticle",
        "@id": f"{settings.SITE_URL}/#article-{page.article.pk}",
        "url": page.address,
        "mainEntityOfPage": page.address,
        "headline": page.title,
        "description": page.description,
        "dateline": page.content.dateline,
        "datePublished": moment(page.published_at),
        "dateModified": moment(page.changed_at),
        "inLanguage": page.language,
        "articleSection": page.section.name,
        "keywords": [topic.name for topic in page.topics],
        "author": [person(author) for author in page.authors] or [newsroom()],
        "image": images(page.lead.image) if page.lead else [],
        "audio": [audio(attachment) for attachment in page.sounds],
        "wordCount": page.reading.words,
        "commentCount": page.article.public_comment_count,
        "isAccessibleForFree": True,
        "isPartOf": [website(), series(page.series.series)] if page.series else website(),
        "position": page.series.part if page.series else None,
        "publisher": newsroom(),
        "correction": [correction(c) for c in page.corrections],
        "creativeWorkStatus": "Retracted" if page.retraction else "Published",
    }
    # Leave out empty values. A count of 0 stays, since it is a fact.
    data = {name: value for name, value in data.items() if value not in ("", [], None)}
    return [data, breadcrumbs(page.section, (page.title, page.path))]


def series(series) -> dict:
    """Return a series (schema.org: an article with a `position` is part of it)."""
    return {
        "@type": "CreativeWorkSeries",
        "name": series.name,
        "url": absolute(series.get_absolute_url()),
    }


def correction(correction) -> dict:
    return {
        "@type": "CorrectionComment",
        "name": str(correction.get_kind_display()),
        "text": correction.text,
        "datePublished": moment(correction.published_at),
    }


def images(image) -> list:
    """Return one picture in each ratio; if crops do not exist, the stored file once."""
    crops = {renditions.best_file(image, ratio, MACHINE_WIDTH) for ratio in MACHINE_RATIOS}
    return [
        {"@type": "ImageObject", "url": absolute(c.url), "width": c.width, "height": c.height}
        for c in sorted(crops, key=lambda crop: crop.height)
    ]


def audio(attachment) -> dict:
    return {
        "@type": "AudioObject",
        "name": attachment.title,
        "contentUrl": absolute(attachment.file.url),
        "encodingFormat": attachment.kind.media_type,
        "contentSize": str(attachment.bytes),
        "duration": iso_duration(attachment.seconds),
    }


def person(author) -> dict:
    return {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())}


def profile(author) -> list:
    """Return the data of the page of an author."""
    data = {**person(author), "jobTitle": author.role, "description": author.bio}
    if author.photo:
        data["image"] = absolute(renditions.best_file(author.photo, "1:1", MACHINE_WIDTH).url)
    data = {name: value for name, value in data.items() if value} | {"worksFor": newsroom()}
    page = {"@type": "ProfilePage", "url": data["url"], "mainEntity": data}
    return [page, breadcrumbs((author.name, author.get_absolute_url()))]


def collection(subject) -> list:
    """Return the data of the page of a section or a topic."""
    url = subject.get_absolute_url()
    page = {
        "@type": "CollectionPage",
        "name": subject.name,
        "url": absolute(url),
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": website(),
        "publisher": newsroom(),
    }
    return [page, breadcrumbs((subject.name, url))]


def breadcrumbs(*steps) -> dict:
    """Return the way from the front page; each step is a section, or a pair of name and path."""
    steps = [s if isinstance(s, tuple) else (s.name, s.get_absolute_url()) for s in steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate([(settings.SITE_NAME, "/"), *steps], start=1)
        ],
    }
