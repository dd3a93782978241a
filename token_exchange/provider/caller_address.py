"""Where a request comes from, as the database keeps it."""

from __future__ import annotations

from ipaddress import ip_address


def ip_address_of(text: str) -> str | None:
    """Return an IP address as databases take it; a socket's name, a port or a zone is none."""
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None
