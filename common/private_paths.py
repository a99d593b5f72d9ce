"""Addresses of private pages. Each is the key to its page, so no log, report or other site has it.

`settings.PRIVATE_PATHS` names the paths. UUIDs and tokens for a new password are masked wherever
they stand, so a private address that is mistyped, shortened or written into another one is masked
too.
"""

import re
from functools import cache
from urllib.parse import unquote

from django.conf import settings

MASK = "[private]"
#: A hyphen, also where it is percent-encoded, once or again.
_HYPHEN = r"(?:-|%(?:25)*2d)"
#: A receipt (RFC 9562).
_UUID = _HYPHEN.join(rf"[0-9a-f]{{{length}}}" for length in (8, 4, 4, 4, 12))
#: The token of a link to a new password, as `django.contrib.auth.tokens` makes it.
_RESET_TOKEN = rf"[0-9a-z]{{1,13}}{_HYPHEN}[0-9a-f]{{32,64}}"
_END = r"[^\s\"'<>\\]*"


def mask(text: str) -> str:
    """Return `text` with a mask in place of each private address in it."""
    return _pattern().sub(lambda found: f"{found['path'] or ''}{MASK}", text)


def is_private(url: str) -> bool:
    """Return whether `url` is, or holds, a private address, percent-encoded or not."""
    return bool(_pattern().search(url) or _pattern().search(unquote(unquote(url))))


def _pattern():
    return _compiled(tuple(settings.PRIVATE_PATHS))


@cache
def _compiled(paths):
    path = "|".join(rf"{path}(?=[^\s\"'<>])" for path in paths)
    return re.compile(rf"(?P<path>{path}){_END}|{_UUID}|{_RESET_TOKEN}", re.IGNORECASE)
