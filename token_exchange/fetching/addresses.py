"""Which addresses a host may be reached at, decided anew at every connection (rebinding, INV-18)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from token_exchange.fetching.unreachable import Unreachable

SocketAddress = tuple[str, int]

_UNICAST: Final = IPv6Network("2000::/3")
"""What is allocated for the public Internet (RFC 4291 §2.4); the rest is reserved, local or contains IPv4."""
# Networks with an IPv4 address in their last 32 bits: mapped and compatible (RFC 4291 §2.5.5), translated (RFC 2765),
# and that of NAT64 (RFC 6052).
_TRANSLATED: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
# NAT64 within a site (RFC 8215). It may have prefixes of several lengths; only those of 96 bits are read here, and an
# address of any other is refused.
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
# The interface identifiers 0:5efe:IPV4 and 200:5efe:IPV4 (RFC 5214 §6.1).
_ISATAP: Final = 0x00005EFE
_ISATAP_MASK: Final = 0xFDFFFFFF
_32_BITS: Final = 2**32 - 1


def allowed_addresses(host: str, port: int, *, private_network: bool) -> list[SocketAddress]:
    """Return the addresses that the name stands for now; raise `Unreachable` if any of them is not public.

    One private address among public ones refuses them all: somebody is playing with the name.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("name_unknown") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private_network and not all(map(is_public, addresses)):
        raise Unreachable("address_not_public")
    return [(address, port) for address in addresses]


def is_public(text: str) -> bool:
    """True if an address is one of the public Internet, and so is every IPv4 address that it contains."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return _is_global(address)
    contained = list(embedded(address))
    # What is tunnelled is as public as the IPv4 addresses that carry it: Python calls 6to4 (RFC 3056) and Teredo
    # (RFC 4380) global in some versions and private in others.
    tunnelled = _translated(address) or address.sixtofour is not None or address.teredo is not None
    return (tunnelled or (address in _UNICAST and _is_global(address))) and all(map(_is_global, contained))


def embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that packets to an IPv6 address may be sent on to."""
    if _translated(address) or int(address) >> 32 & _ISATAP_MASK == _ISATAP:
        yield IPv4Address(int(address) & _32_BITS)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def _translated(address: IPv6Address) -> bool:
    locally = address in _LOCAL_NAT64 and not int(address) >> 32 & _32_BITS
    return locally or any(address in network for network in _TRANSLATED)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast
