import pytest

from newsroom.shared_caches.configured import configured
from tests.purge_server import SERVICE, TOKEN, ZONE

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def none(settings):
    settings.PURGE_NGINX_URLS, settings.PURGE_VARNISH_URLS = [], []
    settings.FASTLY_SERVICE_ID = settings.CLOUDFLARE_ZONE_ID = ""


def test_a_site_without_such_settings_tells_no_cache():
    assert configured() == []


def test_each_cache_of_the_settings_is_told(settings, purge_server):
    settings.PURGE_NGINX_URLS = ["http://127.0.0.1:8081"]
    settings.PURGE_VARNISH_URLS = ["http://127.0.0.1:6081", "http://10.0.0.7:6081"]
    settings.FASTLY_SERVICE_ID, settings.FASTLY_API_TOKEN = SERVICE, TOKEN
    settings.FASTLY_API_URL = purge_server.url
    settings.CLOUDFLARE_ZONE_ID, settings.CLOUDFLARE_API_TOKEN = ZONE, TOKEN
    settings.CLOUDFLARE_API_URL = f"{purge_server.url}/client/v4/"
    nginx, *keyed = configured()
    assert [cache.finds_by_key for cache in keyed] == [True] * 4
    assert [cache.label for cache in keyed] == [
        *("Varnish http://127.0.0.1:6081", "Varnish http://10.0.0.7:6081", "Fastly", "Cloudflare"),
    ]
    assert len({nginx.label, *(cache.label for cache in keyed)}) == 5
    for service in keyed[2:]:
        service.forget(None)
    assert purge_server.calls == [["site"], ["site"]]


def test_an_address_that_is_there_twice_is_one_cache(settings):
    settings.PURGE_VARNISH_URLS = ["http://127.0.0.1:6081", "http://127.0.0.1:6081/"]
    assert len(configured()) == 1
