"""Describe an exchange that a client might request, with tokens that need not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from token_exchange.sts.delegation import Chain
from token_exchange.sts.parties import Party
from token_exchange.sts.vocabulary import ACCESS_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedToken:
    """Describe a token as this server might have issued it; without a user, its subject is its client."""

    user: Any | None
    application: Any
    """The client that it was issued to; for a personal access token or a ticket, the calling client."""
    scopes: frozenset[str]
    lifetime: int
    """Seconds until it expires."""
    audiences: frozenset[str] = frozenset()
    """The names of its targets; a personal access token or a ticket is valid for these only."""
    chain: Chain = ()
    may_act: Party | None = None
    token_type: str = ACCESS_TOKEN
    holder: Any | None = None
    """The user who acts with a ticket."""
    justification: Mapping[str, object] = field(default_factory=dict)
    """The reason and the reference that a ticket was requested with, and its approver."""
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Further claims of an ID token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedExternalToken:
    """Hold the claims that an external issuer might sign, or answer when it is asked about an opaque token."""

    issuer: str
    token_type: str
    claims: Mapping[str, object] = field(repr=False)
    is_introspected: bool = False
    """True if the claims are the answer of the introspection endpoint (RFC 7662)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Describe a request of a client: the tokens that it presents, and what it requests."""

    application: Any
    """The calling client."""
    subject_token: SupposedToken | SupposedExternalToken
    actor_token: SupposedToken | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    """The other parameters: audience, resource, scope, requested_token_type, reason, reference."""
