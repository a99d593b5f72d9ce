"""Atom (RFC 4287) and RSS 2.0 feeds for a newspaper, built on Django's feed classes.

They add to Django's: the full text, several authors, pictures, and the language of each entry. All
addresses have the host of `SITE_URL`, not the host of the request.
"""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.syndication import views
from django.utils import feedgenerator
from django.views.decorators.http import require_safe

from .addresses import absolute
from .machine_time import in_whole_minutes
from .responses import with_last_modified

# Characters that XML 1.0 forbids (section 2.2). Text pasted from a word processor may have them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MEDIA = "http://search.yahoo.com/mrss/"


def xml_text(text: str) -> str:
    """Return `text` without the characters that XML 1.0 forbids."""
    return _NOT_XML.sub("", text)


class _FormatMixin:
    """Mixin for both formats. An entry has `content`, `authors` (or none) and maybe a `picture`.

    It may have `redrawn`, the instants at which its pictures got other addresses. They move the
    date of the feed, not that of the entry, whose words are the same.
    """

    def add_item(self, title, link, description, **item):
        title, link = (xml_text(str(text or "")) for text in (title, link))
        # Without words, there is no element: an empty one says that the entry says nothing.
        description = xml_text(str(description or "")).strip() or None
        for date in ("pubdate", "updateddate"):
            item[date] = in_whole_minutes(item[date].replace(microsecond=0))
        item["content"] = xml_text(item["content"])
        redrawn = item.get("redrawn", ())
        item["redrawn"] = [in_whole_minutes(at.replace(microsecond=0)) for at in redrawn]
        item["authors"] = [(xml_text(name), link) for name, link in item["authors"]]
        super().add_item(title, link, description, **item)

    def latest_post_date(self):
        if not self.items:
            # It always has the same date, so that its bytes stay the same too.
            return datetime(1970, 1, 1, tzinfo=UTC)
        redrawn = (at for item in self.items for at in item["redrawn"])
        return max([super().latest_post_date(), *redrawn])

    def add_picture(self, handler, item):
        if picture := item.get("picture"):
            size = {"width": str(picture.width), "height": str(picture.height)}
            shown = {"url": absolute(picture.url), "medium": "image", **size}
            handler.addQuickElement("media:content", "", shown)


class Atom(_FormatMixin, feedgenerator.Atom1Feed):
    def root_attributes(self):
        return {**super().root_attributes(), "xmlns:media": _MEDIA}

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name, link in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if link:
                handler.addQuickElement("uri", link)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})
        self.add_picture(handler, item)


class Rss(_FormatMixin, feedgenerator.Rss201rev2Feed):
    def rss_attributes(self):
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:dcterms": "http://purl.org/dc/terms/",
            "xmlns:media": _MEDIA,
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name, _link in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:language", item["language"])
        # RSS itself has no element for the date of the last change.
        modified = feedgenerator.rfc3339_date(item["updateddate"])
        handler.addQuickElement("dcterms:modified", modified)
        handler.addQuickElement("content:encoded", item["content"])
        self.add_picture(handler, item)


FORMATS = {"atom": Atom, "rss": Rss}


class Feed(views.Feed):
    """A feed of the site. Each request makes one, in the format that its address names."""

    item_guid_is_permalink = False
    #: The authority of permanent names: its `site_url` stays when the site moves.
    authority = None

    def __init__(self, feed_format, path):
        self.feed_type = FORMATS[feed_format]
        self.feed_url = absolute(path)

    @classmethod
    def as_view(cls):
        @require_safe
        def view(request, feed_format, **kwargs):
            feed = cls(feed_format, request.path)
            response = feed(request, **kwargs)
            # In one piece: a thousand small ones take a server as long as making them.
            response.content = response.content
            return with_last_modified(response, *feed.change_times())

        return view

    def change_times(self):
        """Return instants; the latest of them is the time of the feed's last change."""
        raise NotImplementedError

    def author_name(self):
        return settings.SITE_NAME

    def author_link(self):
        return absolute("/")

    def link(self, subject):
        return absolute(subject.get_absolute_url())

    def feed_guid(self, subject):
        """Return an identifier that stays the same when the feed's address changes."""
        own = f"/#{subject._meta.model_name}-{subject.pk}" if subject else "/"
        return f"{self.authority.site_url}{own}"
