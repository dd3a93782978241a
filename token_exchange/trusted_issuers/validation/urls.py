"""Judge the form of an issuer identifier, and of the URL of an endpoint, without looking up any host."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from token_exchange.fetching.addresses import is_public

_HOST: Final = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*")
# RFC 3986 §2 without `?` and `#`: printable ASCII, and escapes of two hexadecimal digits for no control character.
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/\[\]-]|%(?!0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff])[0-9A-Fa-f]{2})+"
)
_RESOLVED: Final = re.compile(r"(?:^|/)\.{1,2}(?:/|;|$)|%(?:2[eEfF]|5[cC]|25|3[fF]|23|40)")
# Many resolvers read a host whose last label is a number as an IPv4 address: 2130706433, 0x7f.1, 127.1.
_ADDRESS_LIKE: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")


def is_sound_issuer(issuer: str) -> bool:
    """Return True for an absolute URI without white space, control characters, query, fragment or user.

    Issuers are compared as text, so every spelling is accepted that the issuer itself uses.
    """
    if not _URI.fullmatch(issuer):
        return False
    try:
        parts = urlsplit(issuer)
        has_host = bool(parts.hostname) or parts.scheme not in ("https", "http")
        return has_host and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_discoverable(issuer: str, *, private_network: bool) -> bool:
    """Return True if the issuer gives an address at which only its own metadata can be found."""
    origin = f"https://{issuer[8:].partition('/')[0].lower()}"
    path = issuer[len(origin) :]
    if not issuer.startswith("https://") or not is_sound_endpoint(origin + path, private_network=private_network):
        return False
    # A server may decode the path and then resolve `..` in it, which leads to other documents (CVE-2026-22772).
    return "//" not in path and not _RESOLVED.search(path)


def is_sound_endpoint(url: str, *, private_network: bool) -> bool:
    """Return True for an https URL whose host is not a private address, or any host with `private_network`."""
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
