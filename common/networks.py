"""Networks of IP addresses: the one that is counted beside an address, and those that hold it."""

import ipaddress

#: The lengths of the network prefixes, from one address to a large part of a provider, by version.
#: A provider gives a household a whole /64 of IPv6, and an attacker rents a /24 of IPv4.
PREFIXES = {4: (32, 24, 16), 6: (128, 64, 48)}


def canonical(address: str) -> str | None:
    """Return `address` in its shortest form, or None if it is not valid.

    The name of a network card (fe80::1%eth0) is left out, and an IPv4 address that is mapped into
    IPv6 (RFC 4291, section 2.5.5.2) is the same as that address alone.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def typed_address(text: str) -> str | None:
    """Return the IP address that somebody has typed or copied, or None if it is none.

    It may be in brackets, or a network, of which the first address is returned.
    """
    return canonical(text.strip(" []").partition("/")[0].rstrip("]"))


def network(address: str | None) -> str | None:
    """Return the /24 (IPv4) or /64 (IPv6) network of `address`, or None if `address` is None."""
    return None if address is None else networks_of(address)[1]


def networks_of(address: str) -> list[str]:
    """Return the networks that hold `address`, the narrowest (the address alone) first.

    There is one for each of PREFIXES, in CIDR notation (RFC 4632, RFC 4291 section 2.3).
    """
    parsed = ipaddress.ip_address(address)
    return [
        str(ipaddress.ip_network((parsed, length), strict=False))
        for length in PREFIXES[parsed.version]
    ]


def holds(network: str, address: str | None) -> bool:
    """Say whether `address` is in `network`; False if it is no valid address."""
    plain = canonical(address or "")
    return plain is not None and ipaddress.ip_address(plain) in ipaddress.ip_network(network)
