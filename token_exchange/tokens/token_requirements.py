"""What a resource server may ask of an access token beyond its scopes: one list for every kind of view.

Only the current actor is ever compared; the actors before it are history (RFC 8693 §4.1).
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
    """One condition on a token that stands."""

    @property
    def message(self) -> Promise:
        """Why a token that does not meet it is refused; the caller reads this."""

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""


@dataclass(frozen=True, slots=True)
class MeantFor:
    """The token names one of these targets as its audience; one without audience names none."""

    audience: frozenset[str]
    message: ClassVar = _("The access token is not meant for this service.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""
        return not self.audience.isdisjoint(status.audience)


@dataclass(frozen=True, slots=True)
class Delegated:
    """The token names who acts for its subject."""

    message: ClassVar = _("Only an access token that names who acts for its subject is accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""
        return status.actor is not None


@dataclass(frozen=True, slots=True)
class NotActedFor:
    """The token is its subject's own: nobody acts for it, and nobody obtained it as its subject."""

    message: ClassVar = _("An access token with which somebody acts for its subject is not accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""
        return status.actor is None and not status.is_without_actor


@dataclass(frozen=True, slots=True)
class ActedBy:
    """The current actor is one of these; an empty list admits nobody."""

    actors: frozenset[Party]
    message: ClassVar = _("Whoever acts with this access token is not accepted here.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""
        return status.actor in self.actors


@dataclass(frozen=True, slots=True)
class NotDeeperThan:
    """No more actors stand behind the token than this."""

    depth: int
    message: ClassVar = _("Too many parties have passed this access token on.")

    def is_met_by(self, status: TokenStatus) -> bool:
        """Whether the token meets it."""
        return len(status.chain) <= self.depth


def several(value: Any) -> tuple[Any, ...]:
    """Return one thing, or an iterable of things, as a tuple; a text is one thing."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)


def parties(actors: Any) -> frozenset[Party]:
    """Return the parties that a rule names: a text is a client id, anything else a user or a user's primary key."""
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
