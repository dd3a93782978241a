"""Require more of an access token than its scopes: conditions for views of every framework.

Only the current actor is compared: earlier actors are for the record and give no right (RFC 8693 §4.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.tokens.status import TokenStatus


class Requirement(Protocol):
    """Decide if an active token meets a condition."""

    @property
    def message(self) -> Promise:
        """Return the reason that the caller is shown if the token does not meet the condition."""

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""


@dataclass(frozen=True, slots=True)
class MeantFor:
    """Require that the audience of the token names one of these targets; a token without audience is refused."""

    audience: frozenset[str]
    message: ClassVar = _("The access token is not meant for this service.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""
        return not self.audience.isdisjoint(status.audience)


@dataclass(frozen=True, slots=True)
class Delegated:
    """Require that the token names an actor."""

    message: ClassVar = _("Only an access token that names an actor is accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""
        return status.actor is not None


@dataclass(frozen=True, slots=True)
class NotActedFor:
    """Require that the token names no actor, and that no client obtained it as its subject."""

    message: ClassVar = _("An access token with which another party acts for the subject is not accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""
        return status.actor is None and not status.is_without_actor


@dataclass(frozen=True, slots=True)
class ActedBy:
    """Require that the current actor is one of these parties; an empty list accepts no token."""

    actors: frozenset[Party]
    message: ClassVar = _("The actor of this access token is not accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""
        return status.actor in self.actors


@dataclass(frozen=True, slots=True)
class NotDeeperThan:
    """Require that the token names at most this number of actors, the current one included."""

    depth: int
    message: ClassVar = _("This access token names too many actors.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Return True if the token meets the condition."""
        return len(status.chain) <= self.depth


def several(value: Any) -> tuple[Any, ...]:
    """Return a value, or the members of an iterable, as a tuple; a string is one value."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)


def parties(actors: Any) -> frozenset[Party]:
    """Return the parties of a list of actors: a string is a client id, any other value a user or its primary key.

    Raise ValueError for an unsaved user.
    """
    return frozenset(map(_party, several(actors)))


def _party(actor: Any) -> Party:
    if isinstance(actor, Party):
        return actor
    if isinstance(actor, str):
        return client_party(actor)
    key = getattr(actor, "pk", actor)
    if key is None:
        raise ValueError("an actor must be a client id, a saved user or a user's primary key")
    return user_party(str(key))
