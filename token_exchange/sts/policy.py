"""A policy: what one client may exchange, for whom, acting how, for where, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import Account, Party, client_party, is_workload
from token_exchange.sts.period import ALWAYS, Period
from token_exchange.sts.targets import Target
from token_exchange.sts.vocabulary import ACCESS_TOKEN


class Effect(StrEnum):
    """Whether a policy allows or forbids."""

    PERMIT = "permit"
    DENY = "deny"


class Way(StrEnum):
    """How the issued token relates to who is acting (RFC 8693 §1.1)."""

    SAME_SUBJECT = "same_subject"
    """The client trades a token that was issued to itself; nobody new acts."""
    WITHOUT_ACTOR = "without_actor"
    """The client trades somebody else's token and leaves no actor in the new one."""
    CLIENT_ACTS = "client_acts"
    """The calling client itself becomes the current actor."""
    DELEGATION = "delegation"
    """The party of the actor token becomes the current actor."""
    BY_PERMISSION = "by_permission"
    """Who holds a ticket, or an actor token and a permission, becomes the current actor for somebody else."""


class SubjectKind(StrEnum):
    """Whose tokens a policy covers."""

    ANYONE = "anyone"
    ANY_USER = "any_user"
    LISTED_USERS = "listed_users"
    CLIENTS = "clients"
    WORKLOADS = "workloads"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Users by key, groups by number, clients by id; empty means nobody."""

    users: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    clients: frozenset[str] = frozenset()

    def include(self, party: Party, account: Account | None) -> bool:
        """Whether the party is one of them: a user by key or group, a client by id."""
        if account is None:
            return party.client_id in self.clients
        return account.key in self.users or not self.groups.isdisjoint(account.groups)

    @property
    def named(self) -> frozenset[str]:
        """All of them as a trace shows them: users and clients as subjects, groups by number."""
        clients = {client_party(client_id).subject for client_id in self.clients}
        return self.users | clients | {f"group:{number}" for number in self.groups}

    def __bool__(self) -> bool:
        return bool(self.users or self.groups or self.clients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One row of the rule book, frozen; an empty list permits nothing (INV-14) and narrows no deny policy."""

    key: int
    name: str
    effect: Effect = Effect.PERMIT
    report_only: bool = False
    client_id: str | None = None
    period: Period = ALWAYS
    subject_token_types: frozenset[str] = frozenset({ACCESS_TOKEN})
    issuing_clients: frozenset[str] = frozenset()
    takes_local_tokens: bool = True
    trusted_issuers: frozenset[int] = frozenset()
    """Keys of the external issuers whose tokens it takes."""
    conditions: tuple[Condition, ...] = ()
    """On the claims of an external subject token, beyond what its issuer's row asks."""
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
    """Who alone may exchange the issued token further (RFC 8693 §4.4)."""

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
        """Whether deciding needs to know the groups of subject or actor."""
        return bool(self.subjects.groups or self.actors.groups)
