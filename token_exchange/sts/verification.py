"""What a verifier is given and what it returns: the way from a presented token to a verified one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Account, Client, Party
from token_exchange.sts.permission import PermittedActor


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """The database rows of one access token of this server, as they were when the request began."""

    token: Any
    """A row of django-oauth-toolkit's access token model."""
    user: Any | None
    """The user of the token; None for a token of a client alone."""
    application: Any
    """The client that the token was issued to; None for a cached introspection of another server."""
    exchanged: Any | None
    """The `ExchangedToken` beside the token; None if another grant issued the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationContext:
    """Everything that a verifier may use beside the token itself; a verifier is constructed with it for one request."""

    configuration: Configuration
    """The policies, targets, external issuers and permissions that decide this request."""
    client: Client
    """The client that calls, authenticated."""
    host: str = ""
    """The host at which the client called this server, with an unusual port; empty for a dry run."""
    stored_tokens: Mapping[str, StoredToken] = field(default_factory=dict)
    """The presented access tokens of this server, by the SHA-256 of the token in hexadecimal; nothing is checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedToken:
    """A token that its verifier has found genuine, current and unrevoked; times are seconds since the epoch."""

    token_type: str
    fingerprint: str
    """SHA-256 in hexadecimal, of an external JWT without its signature: what lineage and records know it by."""
    party: Party
    account: Account | None
    """The user that its issuer's record names, where it names one."""
    client_id: str | None
    """The client that it was issued to."""
    scopes: frozenset[str]
    audiences: frozenset[str]
    """Names of the targets that it is meant for; empty where it is not restricted to any."""
    only_for: frozenset[str] | None = None
    """Names of the only targets that it, and every token made from it, may be traded for; None leaves it open."""
    narrowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the name of a target: the only resource URIs of it that this token, and every token made from it, may open."""
    origin: Origin = Origin.LOGIN
    permitted_actor: PermittedActor | None = None
    """What it owes to an impersonation permission, if the actor holds no token of the subject's."""
    expires: float
    """Infinite where it has no end of its own."""
    chain: Chain = ()
    may_act: Party | None = None
    root: str = ""
    """Fingerprint of the first token of its lineage; its own where nothing came before."""
    generation: int = 0
    """How many exchanges lie between its root and itself."""
    is_impersonated: bool = False
    """Whether somebody obtained it as its subject, leaving no actor, here or earlier in its lineage."""
    holder: Account | None = None
    """To whom a ticket was made out, and who alone acts with it."""
    justification: Mapping[str, object] = field(default_factory=dict)
    """What was said for making it out: reason, reference, context, who approved."""
    issuer: TrustedIssuer | None = None
    """The external issuer that signed it; None for a token of this server."""
    token_id: str | None = None
    """Its `jti`, where it has one."""
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What an external issuer, or an ID token of this server, says beyond all this; conditions may look at it."""
