"""Check the addresses of a host at every connection, so that a changed DNS answer cannot lead into the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from token_exchange.fetching.outcomes import Unreachable

SocketAddress = tuple[str, int]

_UNICAST: Final = IPv6Network("2000::/3")
"""The range for the public Internet (RFC 4291 §2.4); all other ranges are reserved, local or contain IPv4."""
# Networks with an IPv4 address in the last 32 bits: mapped and compatible (RFC 4291 §2.5.5), translated (RFC 2765),
# and NAT64 (RFC 6052).
_TRANSLATED: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
# NAT64 within a site (RFC 8215). Its prefixes may have several lengths; addresses with another length than 96 bits are
# refused.
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
# The interface identifiers 0:5efe:IPV4 and 200:5efe:IPV4 (RFC 5214 §6.1).
_ISATAP: Final = 0x00005EFE
_ISATAP_MASK: Final = 0xFDFFFFFF
_32_BITS: Final = 2**32 - 1


def allowed_addresses(host: str, port: int, *, private_network: bool) -> list[SocketAddress]:
    """Return the current addresses of a host; raise `Unreachable` if it has none, or if one of them is not public.

    A single private address is enough: a name with public and private addresses is a sign of DNS rebinding.
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
    """Return True if an address and every IPv4 address that it contains are public."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return _is_global(address)
    contained = list(embedded(address))
    # A tunnelled address is as public as the IPv4 addresses inside it. Python itself calls 6to4 (RFC 3056) and Teredo
    # (RFC 4380) global in some versions and private in others.
    tunnelled = _translated(address) or address.sixtofour is not None or address.teredo is not None
    return (tunnelled or (address in _UNICAST and _is_global(address))) and all(map(_is_global, contained))


def embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses to which a gateway may forward packets for an IPv6 address."""
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
