"""The network of an IP address, which is counted beside the address itself."""

import ipaddress


def network(address: str | None) -> str | None:
    """Return the /24 (IPv4) or /64 (IPv6) network of `address`, or None if `address` is None.

    A provider gives a household a whole /64 of IPv6, and an attacker rents a /24 of IPv4.
    """
    if address is None:
        return None
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))
