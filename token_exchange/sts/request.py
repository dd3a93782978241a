"""A token exchange request as values: parsed once at the door, read everywhere (RFC 8693 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedToken:
    """A token somebody presented: nothing about it has been proved."""

    value: str = field(repr=False)
    token_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchangeRequest:
    """The parameters of RFC 8693 §2.1; `scopes` is None where the client asked for none in particular."""

    subject_token: PresentedToken
    actor_token: PresentedToken | None = None
    audiences: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    requested_token_type: str | None = None
    reason: str = ""
    """Why the actor acts, where the subject is named by a user reference (an extension of this server)."""
    reference: str = ""
    """The case that the actor works on, as above."""
