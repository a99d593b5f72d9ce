"""The links of a page of readers that is shown at another address: they stay under that address.

Only elements that lead somewhere are changed. What a page loads, such as pictures and styles, and
what it says of itself to machines stay as they are.
"""

import re
from html import escape, unescape

from django.conf import settings

#: A tag of an element that leads somewhere. In the pages' own HTML, "<" in text is escaped.
_TAG = re.compile(r"""<(?:a|area|form)\s(?:[^>"']|"[^"]*"|'[^']*')*>""")
#: An attribute with its whole value, so that none is found inside the value of another.
_ATTRIBUTE = re.compile(r"""(?<=\s)([\w:-]+)=(?:"([^"]*)"|'([^']*)')""")


def keep_links(html: str, base: str) -> str:
    """Return `html` with its links to pages of this site under the path `base`."""

    def of_attribute(match):
        name, value = match[1], unescape(match[2] if match[2] is not None else match[3])
        kept = kept_address(value, base) if name in ("href", "action") else value
        return match[0] if kept == value else f'{name}="{escape(kept)}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(of_attribute, tag[0]), html)


def kept_address(address: str, base: str) -> str:
    """Return `address` under the path `base` if it is that of a reader's page of this site."""
    own = address
    if address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/"):
        own = address.removeprefix(settings.SITE_URL) or "/"
    elsewhere = ("//", settings.STATIC_URL, settings.MEDIA_URL, settings.ADMIN_PATH)
    if not own.startswith("/") or own.startswith(elsewhere):
        return address
    return base + own.removeprefix("/")
