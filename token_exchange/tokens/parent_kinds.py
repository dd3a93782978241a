"""Describe in one table the kinds of parents: the types of local token that a client can exchange for another one.

Each feature describes its type in a `ParentKind`, and `apps.TokenExchangeConfig.ready` registers them all. So this room
asks the same questions of an access token, a personal access token and an impersonation ticket, and imports no feature.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from token_exchange.people.accounts import accounts_with_rights
from token_exchange.sts.parties import Account
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.vocabulary import ACCESS_TOKEN

Confirmed = tuple[PermittedActor, dict[str, Account]]
"""A permitted actor as its token confirms it now, and the accounts of users by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Report that a local token was revoked because its value had been found where others could read it."""

    token_type: str
    row: Any
    """The row of the token."""
    stopped: int | None
    """The number of exchanged tokens that were revoked as its descendants; None if it had been revoked before."""


def confirm_unchanged(permitted_actor: PermittedActor, root: str, users: Collection[str], using: str) -> Confirmed:
    """Confirm the actor of a kind whose rows hold no facts about one; add these users' accounts with current rights."""
    return permitted_actor, accounts_with_rights(users, using)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentKind:
    """Describe one type of local token that can be a parent of an exchanged token."""

    token_type: str
    """Its URN, as the parameter `subject_token_type` names it."""
    plural: str
    """Its name in the output of the command `revoke_leaked_token`."""
    model: Callable[[], type[Any]]
    """Returns the model of its rows. A function, because a site can swap the models of django-oauth-toolkit."""
    fingerprint: str = "fingerprint"
    """The field that holds the fingerprint of a token."""
    revoked: str | None = "revoked"
    """The field that holds the time of the revocation; None if the row of a revoked token is deleted."""
    active: Callable[[Collection[str], float, str], Mapping[str, Any]]
    """Returns, by fingerprint, the rows of those tokens that are active.

    The arguments are fingerprints, the time in seconds since the epoch, and the alias of the database.
    """
    prefix: str = ""
    """The first characters of every value of this type; empty if the values have no prefix of their own."""
    revoke_leaked: Callable[[str], Leak | None] | None = None
    """Revokes the token with this value and its descendants; returns None if no token of this type has the value."""
    confirm: Callable[[PermittedActor, str, Collection[str], str], Confirmed] = confirm_unchanged
    """Returns the permitted actor as the root of a lineage confirms it now, and the accounts of all users concerned.

    The arguments are the stored permitted actor, the fingerprint of the root, the keys of users that the caller needs,
    and the alias of the database. Raises `InvalidRequest` if the root is no longer active.
    """
    claim: Callable[[str, str], bool] | None = None
    """Marks the token with this fingerprint as used; returns False if it was used before. None for reusable tokens.

    The arguments are the fingerprint and the alias of the database.
    """
    release: Callable[[str, str], None] | None = None
    """Undoes `claim`, after a request that issued nothing."""


_kinds: dict[str, ParentKind] = {}


def register(*kinds: ParentKind) -> None:
    """Add these kinds to the table; values of leaked tokens are looked up in the order of registration."""
    _kinds.update({kind.token_type: kind for kind in kinds})


def registered() -> Iterable[ParentKind]:
    """Return all kinds in the order of registration."""
    return _kinds.values()


def of(token_type: str) -> ParentKind:
    """Return the kind of a type of local token.

    All types without an entry count as access tokens: a JWT that this server issued has an access token's row, and an
    ID token is known by the fingerprint of the access token issued with it.
    """
    return _kinds.get(token_type) or _kinds[ACCESS_TOKEN]
