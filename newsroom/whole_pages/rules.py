"""What may be kept whole, and why: the addresses, the requests and the answers.

A page may be kept if it is the same for everybody, if all it shows is noted while it is made
(`common.page_notes`), and if whatever changes it records a `Change` or is a moment known before.
So these are left to Django: all that belongs to a person or holds a secret (receipts, previews,
forms that are shown again, the admin, the time machine), the search, whose addresses have no end,
and whatever is no page: errors, redirects, files. The feed of an article's comments is left out
since its date moves with events that no reader sees, such as a report.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from articles.models import Change
from common.page_notes import ANY

Kind = Change.Kind

#: How long a page is kept at most. Its form has the stamp of its day, which is valid for
#: STAMP_DAYS, and the rows of `Change` are kept for a day longer than this.
KEPT_FOR = timedelta(days=7)
#: How long after a change lists may go on with the number of comments of before. An article's own
#: page never lags.
LAG = timedelta(seconds=60)
#: Every page shows the menu, the footer and settings of the site, and most show live editions.
ALWAYS = frozenset((kind, ANY) for kind in (Kind.ARTICLE, Kind.SECTION, Kind.PAGE, Kind.SITE))

#: The answers at the address of a page that is not there now: it is elsewhere, unknown, withdrawn.
INSTEAD_OF_A_PAGE = ("301 ", "302 ", "404 ", "410 ")

_NOTHING = re.compile("")
_NUMBER = "(?:0|[1-9][0-9]{0,17})"
#: An instant, which may be before 1970.
_MOMENT = "(?:0|-?[1-9][0-9]{0,17})"
_CURSOR = re.compile(f"(?:before={_MOMENT}-{_NUMBER})?")
_PLACE = f"(?:after|before)={_NUMBER}-{_NUMBER}"
#: The pages that are kept, by the names of their addresses, with the queries that they read, each
#: in the one form in which our own links have it.
QUERIES = {
    **dict.fromkeys(
        [
            *("articles:front", "articles:article", "articles:series", "articles:archive"),
            *("articles:page", "comments:privacy", "robots"),
            *("articles:feed", "articles:section_feed", "articles:topic_feed"),
            *("articles:series_feed", "articles:author_feed"),
            *("articles:sitemap", "articles:sitemap_listings", "articles:sitemap_month"),
            "articles:sitemap_news",
        ],
        _NOTHING,
    ),
    **dict.fromkeys(
        [
            *("articles:section", "articles:topic", "articles:author", "articles:corrections"),
            *("articles:year", "articles:month", "articles:day"),
        ],
        _CURSOR,
    ),
    "articles:versions": re.compile(r"(?:edition=[1-9][0-9]{0,8})?"),
    "comments:thread": re.compile(rf"{_PLACE}|order=(?:newest|featured)(?:&{_PLACE})?"),
}


def is_kept(path, query) -> bool:
    """Say whether the page at this path, with this query, is one of those that are kept."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return False
    return name in QUERIES and QUERIES[name].fullmatch(query) is not None


class Requests:
    """The requests that a kept page can answer: those for the site's own address.

    It is built once, so that it costs next to nothing to ask.
    """

    def __init__(self):
        site = urlsplit(settings.SITE_URL)
        self.host, self.scheme = site.netloc.lower(), site.scheme
        # As Django does: a proxy that ends TLS names the scheme in this header.
        self.header, _secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")

    def key(self, environ):
        """Return the key of the page that is asked for, or None if Django must answer.

        A request with a body, or under a condition that only a change of something states, is
        Django's. So is a header of the scheme in any other form than our proxies write.
        """
        get = environ.get
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or get("HTTP_HOST") != self.host
            or get(self.header, environ["wsgi.url_scheme"]) != self.scheme
            or get("CONTENT_LENGTH", "") not in ("", "0")
            or get("SCRIPT_NAME")
            or "HTTP_TRANSFER_ENCODING" in environ
            or "HTTP_IF_MATCH" in environ
            or "HTTP_IF_UNMODIFIED_SINCE" in environ
        ):
            return None
        return environ["PATH_INFO"], get("QUERY_STRING", "")

    def bare(self, environ, body):
        """Return the same request with nothing in it but the address.

        The page that is made for it can depend on nothing else, whatever the reader has sent.
        """
        return {
            **{
                name: value
                for name, value in environ.items()
                if name.startswith(("wsgi.", "SERVER_")) or name in ("PATH_INFO", "QUERY_STRING")
            },
            **({self.header: self.scheme} if self.header in environ else {}),
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "HTTP_HOST": self.host,
            "wsgi.input": body,
        }


def may_be_kept(status, headers) -> bool:
    """Say whether an answer of Django is a page for everybody: 200, with an ETag."""
    has_etag = any(name.lower() == "etag" for name, _value in headers)
    return status.startswith("200 ") and has_etag and is_for_everybody(headers)


def is_for_everybody(headers) -> bool:
    """Say whether an answer is the same for all readers, and the same bytes."""
    found = {name.lower(): value for name, value in headers}
    return found.get("cache-control") == "no-cache" and not (
        found.keys() & {"set-cookie", "vary", "content-encoding"}
    )
