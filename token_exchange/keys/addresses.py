"""Which addresses a host may be reached at, decided anew at every connection (rebinding, INV-18)."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address

from token_exchange.keys.unreachable import Unreachable

SocketAddress = tuple[str, int]


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
    """Whether an address is one of the public Internet, seen through IPv4-mapped and translated IPv6 forms."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast
