"""Hold a token exchange request as values that were parsed once (RFC 8693 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedToken:
    """Hold a token as the client presented it; nothing about it has been verified."""

    value: str = field(repr=False)
    token_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchangeRequest:
    """Hold the parameters of RFC 8693 §2.1; `scopes` is None if the client requested no scope."""

    subject_token: PresentedToken
    actor_token: PresentedToken | None = None
    audiences: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    requested_token_type: str | None = None
    reason: str = ""
    """The reason of the actor, if the subject is a user reference (an extension of this server)."""
    reference: str = ""
    """The case that the actor works on, if the subject is a user reference."""
