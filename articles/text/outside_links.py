"""Links to pages of other sites, as an editor types them: one a line, the address before its words.

    https://example.org/bridge The bridge in figures | Example Institute

What follows the last “ | ” is the source; without one, readers see the host of the address. A
parameter that only tells where a reader came from is dropped. `problems` names each line that is
no link; readers never see such a line.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.confusables import skeleton
from common.invisible import visible
from common.link_addresses import valid_address
from common.outbound import is_public
from common.text_fields import VisibleTextField

MAX_LINKS = 12
#: In characters. Longer addresses are cut by mail programs and some servers.
MAX_ADDRESS = 2000
MAX_TITLE = 200
MAX_SOURCE = 80
#: A text that is longer is not read at all.
MAX_CHARACTERS = MAX_LINKS * (MAX_ADDRESS + MAX_TITLE + MAX_SOURCE + 10)

#: Parameters that name the campaign or the click, and no page: by their beginning, and as a whole.
_CAMPAIGN = "utm_"
_CLICK = {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid"}
#: Accented letters of Latin that nobody takes for others: without dotless i, long s, kra and ŉ.
_PLAIN_LATIN = re.compile(
    r"[a-z0-9\u00df-\u00f6\u00f8-\u0130\u0132-\u0137\u0139-\u0148\u014a-\u017e-]+"
)

WORDS = {
    "too_much": _("These are more than %(limit)s links. Please leave some out."),
    "scheme": _("Link %(number)s: begin with an address such as https://example.org/page."),
    "address": _("Link %(number)s: no browser can follow this address."),
    "password": _("Link %(number)s: the address must not hold a name or a password."),
    "private": _("Link %(number)s: readers cannot reach this address."),
    "own": _("Link %(number)s leads to this site: choose it under “related articles”."),
    "long_address": _("Link %(number)s: the address has more than %(limit)s characters."),
    "title": _("Link %(number)s: write its title after the address, with a space between them."),
    "long_title": _("Link %(number)s: the title has more than %(limit)s characters."),
    "long_source": _("Link %(number)s: the source has more than %(limit)s characters."),
    "twice": _("Link %(number)s: this address stands there already."),
}


@dataclass(frozen=True)
class OutsideLink:
    address: str
    title: str
    #: The name of who published it, or an empty string.
    source: str

    @property
    def host(self) -> str:
        """The host as readers see it: without `www.`, with letters that show whose it is."""
        return urlsplit(self.address).netloc.removeprefix("www.")


def links_of(text: str) -> list[OutsideLink]:
    """Return the links of `text`, without the lines that are none."""
    return [link for link, code in _read(text) if not code][:MAX_LINKS]


def problems(text: str) -> list[ValidationError]:
    """Return an error for each line of `text` that is no link, with its number."""
    rows = _read(text)
    errors = [_error(code, number) for number, (_link, code) in enumerate(rows, 1) if code]
    if len(rows) > MAX_LINKS or len(text) > MAX_CHARACTERS:
        errors.append(ValidationError(WORDS["too_much"], "too_much", {"limit": MAX_LINKS}))
    return errors


def validate(text: str):
    """Raise ValidationError with all `problems` of `text`."""
    if errors := problems(text):
        raise ValidationError(errors)


def tidied(text: str) -> str:
    """Return `text` without empty lines, each address as `valid_address` has it and untracked.

    A line that is no link stays as it was typed, so that its author can correct it.
    """
    text = visible(text)
    if len(text) > MAX_CHARACTERS:
        return text
    return "\n".join(
        line if code else _line(link)
        for line, (link, code) in zip(_lines(text), _read(text), strict=True)
    )


def without_passage(text: str, passage, replacement: str) -> tuple[str, int]:
    """Return `text` with `replacement` for the `passage` (a Passage), and the number of places.

    A link whose address has the passage is left out. A passage may go on in the next line.
    """
    kept, count = [], 0
    for line in _lines(text):
        address, _space, words = line.partition(" ")
        if passage.is_in(address) or passage.is_in_address(address):
            count += 1
            continue
        words, found = passage.replace(words, replacement)
        kept.append(f"{address} {words}" if words else address)
        count += found
    rest, found = passage.replace("\n".join(kept), replacement)
    count += found
    return (rest, count) if count else (text, 0)


class OutsideLinksField(VisibleTextField):
    """A column of links to other sites, which is tidied at every way into the database."""

    cleaned = staticmethod(tidied)


# --- Reading ----------------------------------------------------------------------------------


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(link):
    return f"{link.address} {link.title}" + (f" | {link.source}" if link.source else "")


def _read(text):
    """Return (link, code of the error) for each line: one of the two is None."""
    found, seen = [], set()
    for line in _lines(text) if len(text) <= MAX_CHARACTERS else ():
        link, code = _read_line(line)
        if link and link.address in seen:
            link, code = None, "twice"
        seen.add(link and link.address)
        found.append((link, code))
    return found


def _read_line(line):
    typed, *rest = line.split(maxsplit=1)
    title, _bar, source = "".join(rest).rpartition(" | ")
    title, source = (title.strip(), source.strip()) if _bar else (source.strip(), "")
    address, code = _address(typed)
    code = code or _problem_of_words(title, source)
    return (None, code) if code else (OutsideLink(address, title, source), None)


def _problem_of_words(title, source):
    if not title:
        return "title"
    if len(title) > MAX_TITLE:
        return "long_title"
    return "long_source" if len(source) > MAX_SOURCE else None


def _address(typed):
    """Return (address, code of the error): one of the two is None."""
    if not re.match("https?://", typed, re.IGNORECASE):
        return None, "scheme"
    if len(typed) > MAX_ADDRESS:
        return None, "long_address"
    address = valid_address(typed)
    if address is None:
        return None, "address"
    if "@" in urlsplit(typed).netloc:
        return None, "password"
    parts = urlsplit(address)
    host = _safe_host(parts.hostname)
    if _is_private(host):
        return None, "private"
    own = urlsplit(settings.SITE_URL).hostname or ""
    if host.removeprefix("www.") == own.removeprefix("www."):
        return None, "own"
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{parts.port}" if parts.port else ""
    query = _untracked(parts.query)
    address = urlunsplit((parts.scheme, netloc, parts.path, query, parts.fragment))
    return (address, None) if len(address) <= MAX_ADDRESS else (None, "long_address")


def _is_private(host):
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host.strip(".")


def _untracked(query):
    return "&".join(part for part in query.split("&") if not _is_tracking(part))


def _is_tracking(part):
    name = unquote(part.partition("=")[0]).casefold()
    return name.startswith(_CAMPAIGN) or name in _CLICK


def _safe_host(host):
    """Return `host` in its own letters, or in those of ASCII (`xn--…`) if these may deceive.

    A label of another script than Latin stays as it is if it looks like no word of ASCII (UTS 39).
    """
    if all(_PLAIN_LATIN.fullmatch(label) or _is_foreign(label) for label in host.split(".")):
        return host
    return host.encode("idna").decode("ascii").lower()


def _is_foreign(label):
    # One Latin letter among others is how most deceptions are made.
    letters = re.sub("[0-9-]", "", label)
    return (
        all(unicodedata.category(letter)[0] in "LM" for letter in letters)
        and not re.search("[a-z]", letters)
        and unicodedata.is_normalized("NFKC", letters)
        and not skeleton(letters).isascii()
    )


def _error(code, number):
    limit = {"long_address": MAX_ADDRESS, "long_title": MAX_TITLE, "long_source": MAX_SOURCE}
    return ValidationError(WORDS[code], code, {"number": number, "limit": limit.get(code)})
