"""Names of hosts in settings: which are well formed, which are this machine, which are too wide."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)

#: Under most domains of countries, names of these kinds are given to anyone: co.uk, gouv.fr, or.at.
_SECOND_LEVELS = {
    *("ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "ltd", "mil", "ne", "net"),
    *("nhs", "nom", "or", "org", "plc", "sch"),
}
#: Domains whose providers give names below them to anyone (the private part of publicsuffix.org has
#: all). These are the ones on which a small site is likely to run.
_SHARED = {
    *("alwaysdata.net", "amazonaws.com", "appspot.com", "azurewebsites.net", "blogspot.com"),
    *("cleverapps.io", "cloudapp.net", "cloudfront.net", "duckdns.org", "elasticbeanstalk.com"),
    *("firebaseapp.com", "fly.dev", "github.io", "gitlab.io", "herokuapp.com", "netlify.app"),
    *("ngrok.app", "ngrok.io", "ngrok-free.app", "ondigitalocean.app", "onrender.com"),
    *("pages.dev", "pythonanywhere.com", "railway.app", "run.app", "trycloudflare.com"),
    *("vercel.app", "web.app", "workers.dev"),
}


def host_of(url: str) -> str:
    """Return the host that an address names, in small letters, or "" if it names none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return f"[{host}]" if ":" in host else host


def is_address(text: str) -> bool:
    """Return whether `text` is an IP address, where version 6 stands in brackets as in URLs."""
    bracketed = text.startswith("[") and text.endswith("]")
    try:
        return (ip_address(text.strip("[]")).version == 6) == bracketed
    except ValueError:
        return False


def is_host(text: str) -> bool:
    """Return whether `text` is an IP address or a name of ASCII labels, without a port."""
    if is_address(text):
        return True
    # Browsers take a name whose last label is a number for an IP address (WHATWG URL).
    return bool(
        len(text) <= 253 and _NAME.fullmatch(text) and not text.rpartition(".")[2].isdigit()
    )


def is_loopback(text: str) -> bool:
    """Return whether a host, or all hosts below a domain such as `.localhost`, are this machine."""
    name = text.lower().lstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_address(name) and ip_address(name.strip("[]")).is_loopback


def is_anyones(domain: str) -> bool:
    """Return whether strangers may own names below `domain`, as below com, co.uk or github.io."""
    labels = domain.lower().split(".")
    if len(labels) == 1:
        return True
    if len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVELS:
        return True
    return any(domain.lower() == name or name.endswith(f".{domain.lower()}") for name in _SHARED)


def is_origin(url: str) -> bool:
    """Return whether `url` is a scheme, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = host_of(url)
    suffix = "" if port is None else f":{port}"
    return is_host(host) and port != 0 and url.lower() == f"{parts.scheme}://{host}{suffix}"
