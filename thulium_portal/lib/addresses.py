"""Addresses of computers as connections and headers write them."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that name the line; its owner chooses the others at will."""


def parse_address(text: str) -> Address | None:
    """Return the address that *text* names, with or without brackets, zone and port, or None.

    An IPv4 address in IPv6's writing is the IPv4 address: so a listener for both kinds shows it.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_among(address: Address | None, networks: Sequence[Network]) -> bool:
    """Tell whether *address* lies in one of *networks*."""
    return address is not None and any(address in network for network in networks)


def line_of(text: str) -> str:
    """Return what limits count an address under: itself, of IPv6 the network of its line."""
    address = parse_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _ONE_HOUSEHOLD), strict=False))
    return str(address or text)
