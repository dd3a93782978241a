"""Find the address of the caller, and the network for which failed attempts are counted."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from rest_framework.settings import api_settings

SUBSCRIBER: Final = 64
"""The number of bits of an IPv6 address that are assigned to one subscriber, who chooses the rest freely."""


def address_of(meta: Mapping[str, Any]) -> str | None:
    """Return the IP address of the caller, None if the server does not know it.

    Behind proxies, `NUM_PROXIES` of Django REST framework selects the address in X-Forwarded-For. Without that setting
    the address is REMOTE_ADDR, because any caller can send the header.
    """
    proxies: int | None = api_settings.NUM_PROXIES
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")]
    if not proxies or forwarded == [""]:
        return ip_address_of(str(meta.get("REMOTE_ADDR") or ""))
    return ip_address_of(forwarded[-min(proxies, len(forwarded))])


def network_of(address: str | None) -> str | None:
    """Return the network for which failures are counted: the IPv4 address itself, or the subscriber's IPv6 network."""
    if address is None:
        return None
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, SUBSCRIBER), strict=False))


def ip_address_of(text: str) -> str | None:
    """Return an IP address as databases store it, without its zone; None for other text, such as a socket's name."""
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None
