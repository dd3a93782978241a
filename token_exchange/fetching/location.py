"""Locate the keys and the introspection endpoint of an issuer, from its row alone: a token cannot name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Limit the network that a request to an issuer may reach, and the certificate authorities that it trusts."""

    private_network: bool = False
    """True if the addresses of the issuer need not be public."""
    ca_bundle: str = ""
    """Certificates as PEM; empty for the authorities of the operating system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLocation:
    """Say how to get the keys of one issuer: by discovery, from a URL, or from pasted text."""

    key: int
    """The primary key of the issuer's row."""
    issuer: str
    algorithms: frozenset[str]
    reach: Reach = Reach()
    jwks_url: str = ""
    """Empty if the issuer's metadata name the URL."""
    pasted: str = ""
    """A JWK set or PEM blocks; if given, nothing is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrospectionLocation:
    """Say how to call the introspection endpoint of an issuer with opaque tokens (RFC 7662)."""

    url: str
    credentials: str
    """The name of the credentials in TOKEN_EXCHANGE["CREDENTIALS"]."""
    reach: Reach
