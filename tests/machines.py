"""What machines read of the site, with parsers that are not ours.

lxml and json for pages, feedparser for feeds, ultimate-sitemap-parser for sitemaps (which it finds
as a search engine does, from robots.txt on), email.utils for headers.
"""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
from django.conf import settings
from lxml import html
from usp.tree import sitemap_tree_for_homepage
from usp.web_client.abstract_client import (
    AbstractWebClient,
    AbstractWebClientSuccessResponse,
    WebClientErrorResponse,
)


def page(response):
    """Return the page as a tree, to be asked with XPath."""
    return html.fromstring(response.content)


def structured(response) -> dict:
    """Return what the page's JSON-LD says, by type; fail unless it is said in one block."""
    [block] = page(response).xpath('//script[@type="application/ld+json"]/text()')
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def properties(response) -> dict:
    """Return Open Graph's properties; one that is said several times as a list."""
    found = {}
    for tag in page(response).xpath("//meta[@property]"):
        found.setdefault(tag.get("property"), []).append(tag.get("content"))
    return {name: said[0] if len(said) == 1 else said for name, said in found.items()}


def feed(client, address):
    """Return the feed at `address`; fail where it is not well-formed."""
    response = client.get(address)
    assert response.status_code == 200, address
    headers = {name.lower(): value for name, value in response.items()}
    found = feedparser.parse(response.content, response_headers=headers)
    assert not found.bozo, (address, found.get("bozo_exception"))
    return found


def instant(struct) -> datetime:
    """Return feedparser's date, which it has brought to UTC."""
    return datetime(*struct[:6], tzinfo=UTC)


def last_modified(response):
    value = response.get("Last-Modified")
    return value and parsedate_to_datetime(value)


class _Response(AbstractWebClientSuccessResponse):
    def __init__(self, url, response):
        self._url, self._response = url, response

    def status_code(self):
        return self._response.status_code

    def status_message(self):
        return self._response.reason_phrase

    def header(self, case_insensitive_name):
        return self._response.get(case_insensitive_name)

    def raw_data(self):
        return self._response.content

    def url(self):
        return self._url


class _Site(AbstractWebClient):
    """Lets the parser of sitemaps fetch from Django's test client."""

    def __init__(self, client):
        self.client = client

    def set_max_response_data_length(self, max_response_data_length):
        pass

    def get(self, url):
        assert url.startswith(settings.SITE_URL), url
        response = self.client.get(urlsplit(url).path)
        if response.status_code != 200:
            return WebClientErrorResponse(response.reason_phrase, retryable=False)
        return _Response(url, response)


def sitemaps(client):
    """Return the tree of sitemaps that robots.txt names, all of them valid."""
    return sitemap_tree_for_homepage(
        settings.SITE_URL, web_client=_Site(client), use_known_paths=False
    )
