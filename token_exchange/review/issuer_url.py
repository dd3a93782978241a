"""What an issuer's identifier, and a URL of its endpoints, may look like (D36, D38)."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from token_exchange.keys.addresses import is_public

_HOST: Final = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*")
# No top-level domain is a number: such a host is an address to some resolver, whole or in parts, decimal, octal or
# hexadecimal (inet_aton takes 0x7f.1 and 017700000001).
_ADDRESS_LIKE: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


def is_sound_issuer(issuer: str) -> bool:
    """Whether this is an https URL in the one spelling that cannot be mistaken for another."""
    path = _sound_path(issuer)
    return path is not None and "?" not in issuer and not any(odd in path for odd in ("..", "//", "~", "%"))


def is_sound_endpoint(url: str, *, private_network: bool) -> bool:
    """Whether this is an https URL that does not already spell out a private address."""
    if _sound_path(url) is None:
        return False
    return private_network or not _names_private_address(urlsplit(url).hostname or "")


def _sound_path(url: str) -> str | None:
    if not url.isascii() or not url.isprintable() or " " in url or "#" in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    if parts.scheme != "https" or not url.startswith("https://") or not _is_host(host):
        return None
    return parts.path


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        return True
    return _HOST.fullmatch(host) is not None


def _names_private_address(host: str) -> bool:
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost") or _ADDRESS_LIKE.fullmatch(host) is not None
