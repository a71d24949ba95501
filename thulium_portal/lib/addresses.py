"""Addresses of computers as connections and headers write them."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

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


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this very computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_protected(address: str) -> bool:
    """Tell whether nobody on the way can read what is sent to *address*: HTTPS, or this computer.

    One with a user, a password or a broken port in it is refused as well.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "\\" in address or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
