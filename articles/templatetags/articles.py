"""Template tags and filters that show articles, and that describe them to machines."""

import json
from html import unescape

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeData, mark_safe
from django.utils.translation import to_locale

from common.addresses import absolute
from common.feeds import xml_text
from common.kept_html import fields_of, html_of
from common.shortening import shorten

from ..models import Author
from ..pages import structured_data
from ..pages.article_page import ArticlePage
from ..pages.teasers import Picture, Teaser
from ..pictures import display, renditions
from ..text import headlines
from ..text.markup import plain_text

register = template.Library()

#: As in Django's `json_script`: no text in the data can end the element or open another.
_ESCAPES = {">": "\\u003E", "<": "\\u003C", "&": "\\u0026"}

#: The most characters that search engines show of a description, or nearly.
DESCRIPTION_LENGTH = 160
#: The most characters of a description that was written as one, such as a biography.
LONGEST_DESCRIPTION = 600

#: Open Graph requires a language with its territory.
LOCALES = {"en": "en_GB", "fr": "fr_FR"}

register.simple_tag(fields_of)
register.simple_tag(display.picture, name="picture")
register.simple_tag(Teaser.html, name="teaser")
register.filter("absolute", absolute)
register.filter("xml_text", xml_text)
register.filter("headline_size", headlines.size_class)


@register.filter
def og_locale(language):
    return LOCALES.get(language) or to_locale(language)


@register.filter
def news_language(language):
    """Return a language as a news sitemap names it: by ISO 639, but for the two of Chinese."""
    chinese = {"zh-hans": "zh-cn", "zh-hant": "zh-tw"}
    return chinese.get(language) or language.partition("-")[0]


@register.filter
def machine_crop(image, ratio):
    """Return the crop of a picture for machines: its `url`, `width` and `height`."""
    return renditions.best_file(image, ratio, renditions.MACHINE_WIDTH)


@register.simple_tag
def json_ld(subject=None):
    """Return the JSON-LD of the page of `subject`; without a subject, of the front page.

    The element is a data block, which no browser runs, so the Content Security Policy for scripts
    does not apply to it (HTML Standard, “prepare the script element”).
    """
    if subject is None:
        graph = structured_data.front()
    elif isinstance(subject, ArticlePage):
        graph = structured_data.article(subject)
    elif isinstance(subject, Author):
        graph = structured_data.profile(subject)
    else:
        graph = structured_data.collection(subject)
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Twenty times as fast as `str.translate`.
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.simple_tag
def social(
    *, title, path, description="", type="website", language="", lead=None, teasers=(), photo=None
):
    """Return the elements in a page's head that search engines and social networks read.

    The picture is that of `lead`, the `photo` of an author, or the first lead image of `teasers`;
    without any, the site's own.
    """
    picture, alt = None, ""
    if photo:
        picture, alt = Picture.of(photo), title
    elif lead:
        picture, alt = Picture.of(lead.image), lead.alt
    elif teaser := next((teaser for teaser in teasers if teaser.lead_image), None):
        picture, alt = teaser.lead_image, teaser.lead_alt
    return html_of(
        "articles/_social.html",
        site_name=settings.SITE_NAME,
        title=title,
        path=path,
        description=_description(description, LONGEST_DESCRIPTION),
        type=type,
        language=language or settings.LANGUAGE_CODE,
        picture=picture,
        alt=alt,
        ratio="1:1" if photo else "16:9",
    )


@register.simple_tag
def feeds(title, base):
    """Return the links to the feeds of a section, a topic, an author or a series."""
    return html_of("articles/_feeds.html", title=title, base=base, site_name=settings.SITE_NAME)


@register.filter
def beginning(body):
    """Return the first words of a cleaned body, as a description of its page."""
    return _description(plain_text(body), DESCRIPTION_LENGTH)


def _description(text, length):
    """Return the beginning of `text`, which a tag of the template may have escaped already."""
    if isinstance(text, SafeData):
        text = unescape(text)
    return shorten(" ".join(text.split()), length)
