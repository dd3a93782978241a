"""The closed list of facts that a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass

from token_exchange.sts.impersonation import Permission
from token_exchange.sts.parties import Actor, Client, Subject
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.verification import VerifiedToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Everything known when the decision falls: no rule does I/O, no rule asks the clock."""

    now: float
    """Seconds since the epoch."""
    client: Client
    client_scopes: frozenset[str]
    """The scopes that the server knows for this client."""
    owned_targets: frozenset[str]
    """Names of the targets whose resource server the client is."""
    subject_token: VerifiedToken
    subject: Subject
    actor_token: VerifiedToken | None = None
    actor: Actor | None = None
    mandated: Actor | None = None
    """The actor of the subject token's mandate, with the rights of now; None on the first hop, where it is `actor`."""
    permissions: tuple[Permission, ...] = ()
    """The impersonation permissions; they are asked where there is a mandate."""
    requested_targets: tuple[RequestedTarget, ...] = ()
    unknown_targets: tuple[str, ...] = ()
    """Names and URIs that were asked for and that no target has."""
    requested_scopes: frozenset[str] | None = None
    requested_token_type: str | None = None
