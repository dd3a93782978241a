"""Where an issuer's keys are: a fact of its row, never of a token (INV-5)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a request to an issuer may go, and whom it believes."""

    private_network: bool = False
    ca_bundle: str = ""
    """PEM; empty for the system's authorities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLocation:
    """Where the keys of one issuer are found."""

    key: int
    issuer: str
    algorithms: frozenset[str]
    reach: Reach = Reach()
    jwks_url: str = ""
    """Empty where discovery tells it."""
    pasted: str = ""
    """A JWKS or PEM, where nothing is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrospectionLocation:
    """Where an issuer is asked about its opaque tokens."""

    url: str
    credentials: str
    """Their name in TOKEN_EXCHANGE["CREDENTIALS"]."""
    reach: Reach
