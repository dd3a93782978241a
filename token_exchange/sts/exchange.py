"""Hold all facts about a request that a rule may use."""

from __future__ import annotations

from dataclasses import dataclass

from token_exchange.sts.parties import Actor, Client, Subject
from token_exchange.sts.permission import Permission
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.verification import VerifiedToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Hold everything that is known before the decision: no rule does I/O or reads the clock."""

    now: float
    """Seconds since the epoch."""
    client: Client
    client_scopes: frozenset[str]
    """The scopes that the server knows for this client."""
    owned_targets: frozenset[str]
    """Names of the targets that the client owns as their resource server."""
    subject_token: VerifiedToken
    subject: Subject
    actor_token: VerifiedToken | None = None
    actor: Actor | None = None
    actor_by_permission: Actor | None = None
    """The permitted actor of the subject token, with current rights; None in a first exchange, where it is `actor`."""
    permissions: tuple[Permission, ...] = ()
    """The impersonation permissions; only an actor by permission needs one."""
    requested_targets: tuple[RequestedTarget, ...] = ()
    unknown_targets: tuple[str, ...] = ()
    """Requested names and URIs that belong to no target."""
    requested_scopes: frozenset[str] | None = None
    requested_token_type: str | None = None
