"""Define what a verifier receives and what it returns: from a presented token to a verified one."""

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
    """Hold the database rows of one access token of this server, as they were when the request began."""

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
    """Hold everything that a verifier may use beside the token; a verifier is constructed with it for one request."""

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
    """Hold a token that a verifier found genuine, current and not revoked; times are seconds since the epoch."""

    token_type: str
    fingerprint: str
    """The SHA-256 of the token in hexadecimal, of an external JWT without its signature; lineage and records use it."""
    party: Party
    account: Account | None
    """The user of a local token; None for a client, and for an external token, whose user is looked up later."""
    client_id: str | None
    """The client that the token was issued to, if it is known."""
    scopes: frozenset[str]
    audiences: frozenset[str]
    """Names of the targets that the token is meant for; empty if it is not restricted to targets."""
    only_for: frozenset[str] | None = None
    """Names of the only targets that later tokens of the lineage may have; None for any."""
    narrowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For some targets, by name: the only resource URIs that this token and later ones of the lineage may have."""
    origin: Origin = Origin.LOGIN
    permitted_actor: PermittedActor | None = None
    """The actor who acts by an impersonation permission, without a token of the subject; None if there is none."""
    expires: float
    """Infinite if the token does not expire by itself."""
    chain: Chain = ()
    may_act: Party | None = None
    root: str = ""
    """Fingerprint of the first token of the lineage; the token's own if it is the first."""
    generation: int = 0
    """The number of exchanges since the first token of the lineage."""
    is_without_actor: bool = False
    """True if this token or an earlier one of the lineage was obtained without an actor (`Way.WITHOUT_ACTOR`)."""
    holder: Account | None = None
    """The user to whom a ticket was issued, and who alone may act with it; None for other tokens."""
    justification: Mapping[str, object] = field(default_factory=dict)
    """The justification of a ticket or user reference: reason, reference, context, approver."""
    issuer: TrustedIssuer | None = None
    """The external issuer of the token; None for a local token."""
    token_id: str | None = None
    """The `jti` of the token, if it has one."""
    authentication: Mapping[str, object] = field(default_factory=dict)
    """Claims about the original authentication, of a token that an exchange issued; see `sts.authentication`."""
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)
    """All claims of an external token or a local ID token, for the conditions of policies."""
