"""Keyed hashes, which stand for data that must not be stored, such as the address of a reader."""

from django.utils.crypto import salted_hmac


def keyed_hash(purpose: str, *parts) -> str:
    """Return the hash of `parts` for one `purpose`, in 64 hexadecimal digits.

    The key is SECRET_KEY: without it nobody can find an address by hashing all of them. None is
    hashed like an empty string.
    """
    text = "\0".join("" if part is None else str(part) for part in parts)
    return salted_hmac(purpose, text, algorithm="sha256").hexdigest()
