"""Limits on guesses of passwords and on requests for a new one, counted before anything is done.

A guess is counted by address and by network, and, in a place that the account does not know, by
account too. So guesses from anywhere reach the limit of an account sooner or later, and yet they
never keep its owner out of a known place (`known_places`). A browser that the account knows has one
limit of its own, so a stranger behind the same address cannot keep it out either.

Unknown accounts are counted like all others: no answer tells whether there is an account.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from comments.writing.provenance import client_address
from common.networks import network

from ..models import RecentCount
from .keys import account_key, keyed
from .known_places import is_known_network, known_browser
from .try_later import TryLater


@dataclass(frozen=True)
class Limit:
    """At most `number` of one kind for each subject (an address, an account) in a `period`."""

    kind: str
    number: int
    period: timedelta


QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
#: Wrong passwords: from an address, from its network, for an account in places that it does not
#: know, and for an account in one known browser.
GUESSES_OF_ADDRESS = Limit("guess.address", 10, QUARTER)
GUESSES_OF_NETWORK = Limit("guess.network", 30, QUARTER)
GUESSES_OF_ACCOUNT = Limit("guess.account", 30, HOUR)
GUESSES_OF_BROWSER = Limit("guess.browser", 10, QUARTER)
#: Wrong old passwords, typed by somebody who is logged in and wants to change the password.
CHANGES_OF_ACCOUNT = Limit("change.account", 10, QUARTER)
#: Requests for a new password: from an address, from its network, and for one mail address.
RESETS_OF_ADDRESS = Limit("reset.address", 10, HOUR)
RESETS_OF_NETWORK = Limit("reset.network", 30, HOUR)
RESETS_OF_MAILBOX = Limit("reset.mailbox", 3, HOUR)
#: Mails that warn the owner of an account of many wrong passwords.
WARNINGS_OF_ACCOUNT = Limit("warning.account", 1, timedelta(days=1))


class Attempt:
    """One attempt, and the counts to which it adds: pairs of a limit and its subject."""

    def __init__(self, *counts):
        self._counts = [(limit, keyed(limit.kind, subject)) for limit, subject in counts]

    def check(self):
        """Raise TryLater if a limit is reached. An attack beyond it costs reads, and no write."""
        for limit, key in self._counts:
            row = RecentCount.objects.current(key, limit.period)
            if row and row.count >= limit.number:
                raise _refusal(row)

    def reserve(self) -> list[Limit]:
        """Count this attempt under every limit, and return the limits that it has just reached.

        Raises TryLater, and counts nothing, if a limit was reached before. All is counted in one
        transaction, always in the order of the pairs, so parallel attempts neither pass a limit nor
        wait for each other in a circle.
        """
        self.check()
        with transaction.atomic():
            rows = {}
            for limit, key in self._counts:
                added = RecentCount.objects.add(key, limit=limit.number, period=limit.period)
                rows[limit] = RecentCount.objects.filter(pk=key).first()
                if not added:
                    raise _refusal(rows[limit])
        return [limit for limit, row in rows.items() if row.count == limit.number]

    def take_back(self):
        """Take this attempt out of all counts: it was right, or it was not made after all."""
        with transaction.atomic():
            for _limit, key in self._counts:
                RecentCount.objects.take_back(key)


def _refusal(row):
    # A row that has just been deleted is over.
    seconds = (row.ends_at - timezone.now()).total_seconds() if row else 1
    minutes = max(1, math.ceil(seconds / 60))
    message = ngettext(
        "Too many attempts. Please try again in %(minutes)s minute.",
        "Too many attempts. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return TryLater(message % {"minutes": minutes}, seconds=seconds)


def guess(request, username) -> Attempt:
    """Return the attempt to log in as `username` (as typed) that `request` is."""
    account = account_key(username)
    if browser := known_browser(request, username):
        return Attempt((GUESSES_OF_BROWSER, f"{account}:{browser}"))
    counts = _sender(request, GUESSES_OF_ADDRESS, GUESSES_OF_NETWORK)
    if not is_known_network(request, username):
        counts.append((GUESSES_OF_ACCOUNT, account))
    return Attempt(*counts)


def guess_in_session(user) -> Attempt:
    """Return an attempt of somebody who is logged in as `user` to give the old password."""
    return Attempt((CHANGES_OF_ACCOUNT, user.pk))


def reset_request(request) -> Attempt:
    return Attempt(*_sender(request, RESETS_OF_ADDRESS, RESETS_OF_NETWORK))


def reset_mail(email) -> Attempt:
    return Attempt((RESETS_OF_MAILBOX, email.casefold()))


def warning_mail(user) -> Attempt:
    return Attempt((WARNINGS_OF_ACCOUNT, user.pk))


def _sender(request, by_address, by_network):
    address = client_address(request)
    return [(by_address, address), (by_network, network(address))]
