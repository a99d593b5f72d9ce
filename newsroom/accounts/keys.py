"""Keyed hashes that stand for addresses, networks and accounts in the table of recent counts."""

from common.folding import fold
from common.keyed_hashes import keyed_hash


def keyed(*parts) -> str:
    return keyed_hash("newsroom.accounts", *parts)


def account_key(username) -> str:
    """Return the hash of a user name as typed. Whether there is such an account plays no part."""
    return keyed("account", fold(username))
