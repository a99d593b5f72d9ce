"""Places where an account has logged in lately. Guesses from elsewhere never lock it out there.

A place is a browser (it keeps a signed cookie) or a network (its keyed hash is stored). The cookie
is the idea of https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from comments.writing.provenance import client_address
from common.networks import network

from ..models import LONGEST_PERIOD, RecentCount
from .keys import account_key, keyed

COOKIE = "known_browser"
#: How long a place stays known after the last login there.
PERIOD = LONGEST_PERIOD


def remember(request, response, username):
    """Remember the browser and the network of `request`: `username` has just logged in there."""
    RecentCount.objects.update_or_create(
        key=_network_key(request, username),
        defaults={"count": 1, "ends_at": timezone.now() + PERIOD},
    )
    response.set_signed_cookie(
        COOKIE,
        f"{account_key(username)}:{get_random_string(22)}",
        salt=COOKIE,
        max_age=PERIOD,
        path=settings.ADMIN_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser(request, username) -> str | None:
    """Return the name of this browser if `username` has logged in with it lately, or None."""
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=PERIOD)
    account, _colon, browser = value.partition(":")
    return browser if constant_time_compare(account, account_key(username)) else None


def is_known_network(request, username) -> bool:
    """Return whether `username` has logged in from the network of `request` lately."""
    return RecentCount.objects.current(_network_key(request, username), PERIOD) is not None


def is_staff_network(address) -> bool:
    """Return whether anybody of the newsroom has logged in lately from the network of `address`."""
    staff = get_user_model().objects.filter(is_staff=True, is_active=True)
    keys = [_key(name, address) for name in staff.values_list("username", flat=True)]
    return RecentCount.objects.filter(key__in=keys, ends_at__gt=timezone.now()).exists()


def _network_key(request, username):
    return _key(username, client_address(request))


def _key(username, address):
    return keyed("known", account_key(username), network(address))
