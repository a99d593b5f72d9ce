"""Problems of the settings that say where the site is, and how safely it is reached."""

from django.utils.http import is_same_domain

from .hosts import host_of, is_anyones, is_host, is_loopback, is_origin
from .secret_keys import weakness
from .wording import first, shown


def secret_key(settings):
    return weakness(settings.SECRET_KEY) if settings.SECRET_KEY else "is not set"


def hosts(settings):
    if not settings.ALLOWED_HOSTS:
        return "is not set"
    return first(settings.ALLOWED_HOSTS, too_wide_host)


def too_wide_host(host):
    if host == "*":
        return "with which anyone may name this site"
    if not is_host(host.removeprefix(".")):
        return "which is not the name of a host, without https:// and without a port"
    if host.startswith(".") and not is_loopback(host) and is_anyones(host[1:]):
        return "below which strangers own names"
    return ""


def site_url(settings):
    url = settings.SITE_URL
    if not url:
        return "is not set"
    if not settings.LOCAL and not url.startswith("https://"):
        return f"is {shown(url)}, but a production site is served over https://"
    if not is_origin(url) or not url.startswith(("http://", "https://")):
        return f"is {shown(url)}, which is more or less than https:// and a host"
    return ""


def site_url_outside(settings):
    # Where one of the two is wrong by itself, that is the one thing to say.
    if site_url(settings) or hosts(settings):
        return ""
    host = host_of(settings.SITE_URL)
    if any(is_same_domain(host, allowed) for allowed in settings.ALLOWED_HOSTS):
        return ""
    return f"names {host}, a host that ALLOWED_HOSTS does not name"


def beyond_this_machine(name):
    """Return the problem of LOCAL or DEBUG where others may reach the site.

    DEBUG implies LOCAL, so where both are true the words are about DEBUG.
    """

    def problem(settings):
        if not getattr(settings, name) or (name == "LOCAL" and settings.DEBUG):
            return ""
        for host in settings.ALLOWED_HOSTS:
            if not is_loopback(host):
                return f"is true, but ALLOWED_HOSTS names {host}, which is not this machine"
        if not is_loopback(host_of(settings.SITE_URL)):
            return f"is true, but SITE_URL is {shown(settings.SITE_URL)}, which is not this machine"
        return ""

    return problem


def local(settings):
    if settings.LOCAL:
        return "is true, which is for one machine only: cookies go over plain HTTP"
    return ""


def origins(settings):
    return first(settings.CSRF_TRUSTED_ORIGINS, too_wide_origin)


def too_wide_origin(origin):
    if not origin.startswith("https://"):
        return "which is not an origin of https://"
    host = origin.removeprefix("https://").removeprefix("*.")
    if not is_origin(f"https://{host}"):
        return "which is not a scheme and a host"
    if "*" in origin and is_anyones(host_of(f"https://{host}")):
        return "below which strangers own names"
    return ""


def no_https(settings):
    if settings.TRUSTED_PROXY_COUNT == 0 and not settings.SECURE_SSL_REDIRECT:
        return "is false and TRUSTED_PROXY_COUNT is 0, so pages and logins would go over plain HTTP"
    return ""


def no_proxy(settings):
    if settings.TRUSTED_PROXY_COUNT:
        return ""
    return (
        "is 0: behind a server that ends TLS, each page redirects for ever, and all readers have "
        "that server's address"
    )
