"""Describe impersonation permissions, by which an actor acts as a user without a token of that user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from token_exchange.sts.parties import Actor, Party, Subject
from token_exchange.sts.period import ALWAYS, Period
from token_exchange.sts.policy import Effect, People


class ActAsMethod(StrEnum):
    """Name the ways to act as another user; a permission allows each of them separately."""

    TICKET = "ticket"
    """With a ticket, which was requested beforehand with a reason, and which can be used once."""
    ACTOR_TOKEN = "actor_token"
    """With the actor's own access token, and the name of the user as subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Describe one impersonation permission; an empty list allows nothing, and does not limit a deny permission."""

    key: int
    name: str
    effect: Effect = Effect.PERMIT
    period: Period = ALWAYS
    methods: frozenset[ActAsMethod] = frozenset()
    actors: People
    subjects: People
    privileged_subjects: bool = False
    clients: frozenset[str] = frozenset()
    """Client ids."""
    targets: frozenset[str] = frozenset()
    """Names of targets."""
    scopes: frozenset[str] = frozenset()
    approval_required: bool = False
    reason_required: bool = False
    reference_required: bool = False
    copied_claims: frozenset[str] = frozenset()
    """The parts of a ticket's justification that are copied into claims of the new token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Justification:
    """Record which of the things that a permission may require were given for one token."""

    has_reason: bool = False
    has_reference: bool = False
    is_approved: bool = False
    """True if a second person approved, and may still do so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedActor:
    """Describe an actor who acts by a permission, without a token of the subject, in a whole lineage of tokens."""

    method: ActAsMethod
    actor: Party
    permission: int | None = None
    """Key of the permission that allowed it; None until the decision has found one."""
    client_id: str | None = None
    """The client that exchanged the ticket or the user reference; None while that is the calling client."""
    has_reason: bool = False
    has_reference: bool = False
    is_approved: bool = False
    """True if a second person approved, and may still do so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAsRequest:
    """Describe a request to act as a user; the permissions are asked about it."""

    now: float
    """Seconds since the epoch."""
    method: ActAsMethod
    actor: Actor
    subject: Subject
    client_id: str | None
    """None while a ticket is requested: the client is known when it exchanges the ticket."""
    targets: frozenset[str]
    scopes: frozenset[str]
    relayed_by: str | None = None
    """The client that exchanges a later token of the lineage; a denial that names this client applies as well."""
    justification: Justification | None = None
    """None while a ticket is requested: the form asks for what the permission requires."""
