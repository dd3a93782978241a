"""Who may act as whom without holding that one's token: the permissions, and the rules that no permission lifts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from token_exchange.sts.parties import Account, Actor, Rights, Subject
from token_exchange.sts.policy import Effect, People


class ActAsMethod(StrEnum):
    """How somebody acts for somebody else: two different permissions (INV-13)."""

    TICKET = "ticket"
    """By a ticket that was made out beforehand, with a reason, and counts once."""
    ACTOR_TOKEN = "actor_token"
    """By the actor's own token and a reference to the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One row, frozen; an empty list permits nothing, and narrows no deny row (INV-14)."""

    key: int
    name: str
    effect: Effect = Effect.PERMIT
    begins: float | None = None
    ends: float | None = None
    methods: frozenset[ActAsMethod] = frozenset()
    actors: People
    subjects: People
    privileged_subjects: bool = False
    clients: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    approval_required: bool = False
    reason_required: bool = False
    reference_required: bool = False
    copied: frozenset[str] = frozenset()
    """What of a ticket's justification goes into claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a requester said to act for somebody else, and whether a second person approved it."""

    has_reason: bool = False
    has_reference: bool = False
    is_approved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAsRequest:
    """What somebody is about to do in another's name; `client_id` is None while no client is known yet."""

    now: float
    """Seconds since the epoch."""
    method: ActAsMethod
    actor: Actor
    subject: Subject
    client_id: str | None
    targets: frozenset[str]
    scopes: frozenset[str]
    relayed_by: str | None = None
    """The client that trades a token of the lineage further; a denial that names it applies as well."""
    said: Said | None = None
    """None while a requester asks for a ticket: what the permission demands is asked for then."""


Check = Callable[[ActAsRequest, Permission], bool]


def period(acting: ActAsRequest, row: Permission) -> bool:
    """The permission is in force now."""
    return (row.begins is None or row.begins <= acting.now) and (row.ends is None or acting.now < row.ends)


def method(acting: ActAsRequest, row: Permission) -> bool:
    """The permission is for acting in this manner; without a ticket there is nothing that anybody could approve."""
    return acting.method in row.methods and not (row.approval_required and acting.method is ActAsMethod.ACTOR_TOKEN)


def actor(acting: ActAsRequest, row: Permission) -> bool:
    """The permission names who acts."""
    return row.actors.include(acting.actor.party, acting.actor.account)


def subject(acting: ActAsRequest, row: Permission) -> bool:
    """The permission names whom it is about, who is a user."""
    return acting.subject.account is not None and row.subjects.include(acting.subject.party, acting.subject.account)


def oneself(acting: ActAsRequest, row: Permission) -> bool:
    """Nobody acts as oneself: the record would show a second person where there is none."""
    return acting.actor.party != acting.subject.party


def activity(acting: ActAsRequest, row: Permission) -> bool:
    """Both are active."""
    return all(account is None or account.is_active for account in (acting.actor.account, acting.subject.account))


def privilege(acting: ActAsRequest, row: Permission) -> bool:
    """Staff and superusers are reached only where the row says so."""
    account = acting.subject.account
    return account is not None and (row.privileged_subjects or not account.is_privileged)


def ceiling(acting: ActAsRequest, row: Permission) -> bool:
    """Nobody reaches somebody with more rights than one's own (INV-26)."""
    theirs = _rights(acting.subject.account)
    own = _rights(acting.actor.account) if acting.actor.account else Rights()  # a client has none
    return theirs is not None and own is not None and own.cover(theirs, accepted=row.subjects.groups)


def client(acting: ActAsRequest, row: Permission) -> bool:
    """The permission names the client, once there is one."""
    return acting.client_id is None or acting.client_id in row.clients


def targets(acting: ActAsRequest, row: Permission) -> bool:
    """Every target is one of the permission's, and there is one."""
    return bool(acting.targets) and acting.targets <= row.targets


def scopes(acting: ActAsRequest, row: Permission) -> bool:
    """Every scope is one of the permission's."""
    return acting.scopes <= row.scopes


def demands(acting: ActAsRequest, row: Permission) -> bool:
    """The reason, the reference and the approval that the permission demands were given for this very token."""
    said = acting.said
    return said is None or not (
        (row.reason_required and not said.has_reason)
        or (row.reference_required and not said.has_reference)
        or (row.approval_required and not said.is_approved)
    )


CHECKS: Final[tuple[Check, ...]] = (
    period,
    method,
    actor,
    subject,
    oneself,
    activity,
    privilege,
    ceiling,
    client,
    targets,
    scopes,
    demands,
)
"""All of these a permission has to pass, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The permission that allows it, if any does, and for each row asked the first check that failed, or ""."""

    permission: Permission | None
    asked: tuple[tuple[str, str], ...]


def examine(acting: ActAsRequest, permissions: Iterable[Permission]) -> Verdict:
    """Return the first permission that allows the undertaking, unless any deny row applies to it."""
    rows = tuple(permissions)
    denials = [row for row in rows if row.effect is Effect.DENY and _applies(acting, row)]
    if denials:
        return Verdict(permission=None, asked=tuple((row.name, "denied") for row in denials))
    failures = [(row, _first_failure(acting, row)) for row in rows if row.effect is Effect.PERMIT]
    allowing = next((row for row, failure in failures if not failure), None)
    return Verdict(permission=allowing, asked=tuple((row.name, failure) for row, failure in failures))


def _first_failure(acting: ActAsRequest, row: Permission) -> str:
    return next((check.__name__ for check in CHECKS if check(acting, row) is not True), "")


def _applies(acting: ActAsRequest, row: Permission) -> bool:
    """Whether everything that a deny row states holds."""
    stated = (
        (row.methods, _same_manner),
        (row.actors, actor),
        (row.subjects, subject),
        (row.clients, _any_client),
    )
    wanted = (
        (row.targets, acting.targets),
        (row.scopes, acting.scopes),
    )
    return (
        period(acting, row)
        and all(not value or check(acting, row) for value, check in stated)
        and all(not named or not named.isdisjoint(asked) for named, asked in wanted)
    )


def _same_manner(acting: ActAsRequest, row: Permission) -> bool:
    return acting.method in row.methods


def _any_client(acting: ActAsRequest, row: Permission) -> bool:
    # While a requester asks for a ticket no client is known; the denial is asked again when one trades it.
    return not row.clients.isdisjoint({acting.client_id, acting.relayed_by} - {None})


def _rights(account: Account | None) -> Rights | None:
    return account.rights if account else None
