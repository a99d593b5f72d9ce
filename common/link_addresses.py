"""The addresses of links that somebody typed, as the URL Standard lets them be written.

A browser mends a space, a bracket or a stray “%” in an address; other readers of a page may not. So
they are mended once. An address that no browser could follow is none.
See url.spec.whatwg.org.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

#: Spaces around an address, and tabs and line ends inside it: a browser ignores them.
_AROUND = "".join(map(chr, range(0x21)))
_IGNORED = re.compile(r"[\t\n\r]")
#: A “%” that begins no byte in hexadecimal digits.
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: What stays as it is: the URL code points of ASCII, and “%”. All other ASCII is escaped.
_KEPT = "!$&'()*+,-./:;=?@_~%"
_ESCAPED = re.compile(rf"[^{re.escape(_KEPT)}A-Za-z0-9\u00a0-\U0010fffd]+")
#: A host may hold none of these (“forbidden domain code points”); an IPv6 address has brackets.
_NO_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^`{|}\x7f]")
# A host whose last part is a number is an address of IPv4, or none ("ends in a number checker").
_NUMBER_LAST = re.compile(r"(?:\A|\.)(?:[0-9]+|0x[0-9a-f]*)\.?\Z")
_WEB = ("http", "https")


def valid_address(href: str) -> str | None:
    """Return the address `href` with all characters escaped that may not stand in it.

    Return None if it is no address at all: `http://`, a port that is no number, or a host of
    numbers that is not written as an address of IPv4 (`0x7f.1`).
    """
    href = _IGNORED.sub("", href.strip(_AROUND))
    try:
        parts = urlsplit(href)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme, authority = parts.scheme, parts.netloc
    if scheme in _WEB or authority:
        if not host or port == 0 or not _is_host(host, authority):
            return None
        # A name and a password before the host are an error there.
        authority = authority.rpartition("@")[2]
    begin = f"{href[: len(scheme)]}:" if scheme else ""
    begin += f"//{authority}" if authority else ""
    path = parts.path if not authority else parts.path.replace("\\", "/")
    query = f"?{_escaped(parts.query)}" if "?" in href.partition("#")[0] else ""
    fragment = f"#{_escaped(parts.fragment)}" if "#" in href else ""
    return f"{begin}{_escaped(path)}{query}{fragment}"


def _is_host(host, authority):
    try:
        if "[" in authority:
            # An address of one machine's own network (`fe80::1%eth0`) leads a reader nowhere.
            return IPv6Address(host).scope_id is None
        ascii_host = host.encode("idna").decode("ascii").lower()
        if _NUMBER_LAST.search(ascii_host):
            IPv4Address(ascii_host.removesuffix("."))
    except (UnicodeError, AddressValueError):
        return False
    return len(ascii_host) < 254 and not _NO_HOST.search(host)


def _escaped(text):
    text = _STRAY_PERCENT.sub("%25", text)
    return _ESCAPED.sub(lambda found: quote(found[0], safe=""), text)
