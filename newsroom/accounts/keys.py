"""Keyed hashes that stand for addresses, networks and accounts in the table of recent counts."""

from django.utils.crypto import salted_hmac

from common.folding import fold


def keyed(*parts) -> str:
    """Return a hash of `parts` with SECRET_KEY as key: nobody else can look for an address."""
    text = "\0".join("" if part is None else str(part) for part in parts)
    return salted_hmac("newsroom.accounts", text, algorithm="sha256").hexdigest()


def account_key(username) -> str:
    """Return the hash of a user name as typed. Whether there is such an account plays no part."""
    return keyed("account", fold(username))
