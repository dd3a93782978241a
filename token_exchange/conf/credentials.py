"""Bind the credentials of this site at another server to the host of that server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold the client id and secret of this site at another server, and the only host that may receive them."""

    client_id: str
    client_secret: str = field(repr=False)
    host: str
    """With the port unless that is 443; empty if the settings name no host."""

    def are_for(self, url: str) -> bool:
        """Return True if a request to this URL may carry the credentials.

        Credentials without a host may only be sent to this machine itself, which a secret never leaves. A loopback host
        without a port stands for all its ports.
        """
        host = https_host(url)
        if host and is_loopback(host) and (not self.host or is_loopback(self.host)):
            return self.host in ("", host, urlsplit(f"//{host}").hostname)
        return bool(host) and host == self.host


def credentials_of(value: Any) -> Credentials:
    """Return the credentials of one entry in CREDENTIALS: a dictionary, or the older pair of id and secret."""
    if isinstance(value, Mapping):
        host = https_host(value["url"]) if "url" in value else https_host(f"https://{value.get('host', '')}")
        return Credentials(str(value["client_id"]), str(value["client_secret"]), host or "none")
    client_id, client_secret = value
    return Credentials(client_id, client_secret, "")


def are_credentials(value: Any) -> bool:
    """Return True if a value is valid for CREDENTIALS: a dictionary from names to entries with a usable host."""
    if not isinstance(value, dict):
        return False
    return all(isinstance(name, str) and _is_entry(entry) for name, entry in value.items())


def _is_entry(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return len(value) == 2 and all(isinstance(text, str) for text in value)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return False
    named = value.keys() - {"client_id", "client_secret"}
    return len(value) == 3 and named in ({"url"}, {"host"}) and credentials_of(value).host != "none"


def https_host(url: Any) -> str:
    """Return the host of an https URL in lower case, with its port unless that is 443; "" for any other URL."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or "\\" in url:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if port in (None, 443) else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Return True if a host, with or without a port, is this machine itself."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
