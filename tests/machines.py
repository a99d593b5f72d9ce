"""Read the site as machines do, with parsers that are not ours.

The parsers are lxml and json for pages, feedparser for feeds, email.utils for headers, and
ultimate-sitemap-parser for sitemaps. Like a search engine, the last one finds the sitemaps by
robots.txt.
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
    """Return the page as a tree that XPath can query."""
    return html.fromstring(response.content)


def structured(response) -> dict:
    """Return the objects in the page's JSON-LD, by type; fail unless there is exactly one block."""
    [block] = page(response).xpath('//script[@type="application/ld+json"]/text()')
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def properties(response) -> dict:
    """Return the page's Open Graph properties; the values of a repeated property are a list."""
    found = {}
    for tag in page(response).xpath("//meta[@property]"):
        found.setdefault(tag.get("property"), []).append(tag.get("content"))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def feed(client, address):
    """Return the feed at `address`; fail if it is not well-formed."""
    response = client.get(address)
    assert response.status_code == 200, address
    headers = {name.lower(): value for name, value in response.items()}
    found = feedparser.parse(response.content, response_headers=headers)
    assert not found.bozo, (address, found.get("bozo_exception"))
    return found


def instant(struct) -> datetime:
    """Return a date of feedparser, which converts all dates to UTC, as a datetime."""
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
    """Lets the parser of sitemaps fetch pages through Django's test client."""

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
    """Return the tree of the sitemaps that robots.txt names; an invalid one is in it as such."""
    return sitemap_tree_for_homepage(
        settings.SITE_URL, web_client=_Site(client), use_known_paths=False
    )
