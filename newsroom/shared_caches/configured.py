"""The shared caches that the settings name."""

from django.conf import settings

from .cache import SharedCache
from .cloudflare import Cloudflare
from .fastly import Fastly
from .nginx import Nginx
from .varnish import Varnish


def configured() -> list[SharedCache]:
    """Return the caches to be told what changed; `newsroom.setting_problems` checks the values."""
    caches = [
        *(Nginx(url) for url in _addresses(settings.PURGE_NGINX_URLS)),
        *(Varnish(url) for url in _addresses(settings.PURGE_VARNISH_URLS)),
    ]
    if settings.FASTLY_SERVICE_ID:
        caches.append(
            Fastly(settings.FASTLY_SERVICE_ID, settings.FASTLY_API_TOKEN, settings.FASTLY_API_URL)
        )
    if settings.CLOUDFLARE_ZONE_ID:
        caches.append(
            Cloudflare(
                settings.CLOUDFLARE_ZONE_ID,
                settings.CLOUDFLARE_API_TOKEN,
                settings.CLOUDFLARE_API_URL,
            )
        )
    return caches


def _addresses(urls):
    """Return each address once: a cache is known by it."""
    return list(dict.fromkeys(url.rstrip("/") for url in urls))
