"""Keyed hashes that stand for addresses, networks and accounts in the table of recent counts."""

from common.folding import fold
from common.keyed_hashes import keyed_hash


def keyed(*parts) -> str:
    """Return the keyed hash of `parts`, made for the table of recent counts."""
    return keyed_hash("newsroom.accounts", *parts)


def account_key(username) -> str:
    """Return the hash of a user name as typed, whether or not there is such an account."""
    return keyed("account", fold(username))
