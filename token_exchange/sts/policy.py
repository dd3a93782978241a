"""Describe policies: what a client may exchange, for which subjects and targets, in which way and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import Account, Party, client_party, is_workload
from token_exchange.sts.period import ALWAYS, Period
from token_exchange.sts.targets import Target
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT, REFRESH_TOKEN


class Effect(StrEnum):
    """Say if a policy permits or denies."""

    PERMIT = "permit"
    DENY = "deny"


class Way(StrEnum):
    """Name the ways of acting: who is the current actor of the new token (RFC 8693 §1.1)."""

    SAME_SUBJECT = "same_subject"
    """The client exchanges a token that was issued to itself; the new token has no new actor."""
    WITHOUT_ACTOR = "without_actor"
    """The client exchanges a token of another client, and the new token does not show who acts."""
    CLIENT_ACTS = "client_acts"
    """The calling client itself becomes the current actor."""
    DELEGATION = "delegation"
    """The party of the actor token becomes the current actor."""
    BY_PERMISSION = "by_permission"
    """The holder of a ticket, or the party of an actor token, becomes the current actor by a permission."""


class SubjectKind(StrEnum):
    """Name the kinds of subjects that a policy can cover."""

    ANYONE = "anyone"
    ANY_USER = "any_user"
    LISTED_USERS = "listed_users"
    CLIENTS = "clients"
    WORKLOADS = "workloads"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """List users by key, groups by number and clients by id; an empty list includes no party."""

    users: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    clients: frozenset[str] = frozenset()

    def include(self, party: Party, account: Account | None) -> bool:
        """Return True if the list includes the party: a user by key or group, a client by id."""
        if account is None:
            return party.client_id in self.clients
        return account.key in self.users or not self.groups.isdisjoint(account.groups)

    @property
    def named(self) -> frozenset[str]:
        """Return the list as a trace shows it: users and clients as subjects, groups by number."""
        clients = {client_party(client_id).subject for client_id in self.clients}
        return self.users | clients | {f"group:{number}" for number in self.groups}

    def __bool__(self) -> bool:
        return bool(self.users or self.groups or self.clients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Describe one policy; an empty list permits nothing, and does not limit a deny policy."""

    key: int
    name: str
    effect: Effect = Effect.PERMIT
    report_only: bool = False
    client_id: str | None = None
    period: Period = ALWAYS
    subject_token_types: frozenset[str] = frozenset({ACCESS_TOKEN})
    issued_to: frozenset[str] = frozenset()
    accepts_local_tokens: bool = True
    trusted_issuers: frozenset[int] = frozenset()
    """Keys of the external issuers whose tokens the policy accepts."""
    conditions: tuple[Condition, ...] = ()
    """Conditions on the claims of an external subject token, beside those of its issuer."""
    subject_kind: SubjectKind = SubjectKind.ANY_USER
    subjects: People = People()
    privileged_subjects: bool = False
    ways: frozenset[Way] = frozenset()
    actors: People = People()
    targets: tuple[Target, ...] = ()
    scopes: frozenset[str] = frozenset()
    narrows_scope: bool = False
    limited_to_actor_scopes: bool = True
    max_lifetime: int = 300
    """Seconds."""
    max_chain_depth: int = 1
    issued_token_types: tuple[str, ...] = (ACCESS_TOKEN,)
    revoked_with_parents: bool = True
    may_act: Party | None = None
    """The only party that may act with the new token in a further exchange (RFC 8693 §4.4)."""

    @property
    def default_token_type(self) -> str | None:
        """Return the type that a client gets that requests none; a refresh token has to be requested."""
        allowed = [kind for kind in self.issued_token_types if kind != REFRESH_TOKEN]
        return next((kind for kind in (ACCESS_TOKEN, JWT, *allowed) if kind in allowed), None)

    def covers(self, party: Party, account: Account | None) -> bool:
        """Return True if the party is of the kind of subject that the policy covers, privileged or not."""
        match self.subject_kind:
            case SubjectKind.ANYONE:
                return True
            case SubjectKind.ANY_USER:
                return account is not None
            case SubjectKind.LISTED_USERS:
                return account is not None and self.subjects.include(party, account)
            case SubjectKind.CLIENTS:
                return party.client_id is not None
        return is_workload(party)

    @property
    def asks_for_groups(self) -> bool:
        """Return True if the policy lists groups, so that a decision needs the groups of subject or actor."""
        return bool(self.subjects.groups or self.actors.groups)
