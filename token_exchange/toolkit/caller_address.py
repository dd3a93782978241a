"""Where a request comes from: as the database keeps it, and as failures are counted."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from rest_framework.settings import api_settings

SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that one subscriber is given; the rest it chooses as it likes."""


def address_of(meta: Mapping[str, Any]) -> str | None:
    """Return the IP address of the caller, None where there is none.

    Behind proxies it is the one that REST framework's `NUM_PROXIES` selects in X-Forwarded-For; without that setting it
    is REMOTE_ADDR, because any caller can write the header.
    """
    proxies: int | None = api_settings.NUM_PROXIES
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")]
    if not proxies or forwarded == [""]:
        return ip_address_of(str(meta.get("REMOTE_ADDR") or ""))
    return ip_address_of(forwarded[-min(proxies, len(forwarded))])


def network_of(address: str | None) -> str | None:
    """Return what failures of an address are counted for: an IPv4 address itself, of IPv6 the subscriber's network."""
    if address is None:
        return None
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, SUBSCRIBER), strict=False))


def ip_address_of(text: str) -> str | None:
    """Return an IP address as databases take it; a socket's name, a port or a zone is none."""
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None
