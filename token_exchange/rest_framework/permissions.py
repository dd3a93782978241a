"""Check what an exchange added to a token: its audience, its actors, and their number.

Combine these permissions with `&` and `|`, and with the toolkit's TokenHasScope. Beware of `~`: it also admits
requests without any token.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from token_exchange.provider.bearer_requests.bearer_token import status_of
from token_exchange.provider.in_person import presence
from token_exchange.tokens.token_requirements import (
    ActedBy,
    Delegated,
    MeantFor,
    NotActedFor,
    NotDeeperThan,
    Requirement,
    parties,
    several,
)


class TokenRequirement(BasePermission):
    """Admits only active tokens of this server that meet the requirement."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True if the token of the request is active and meets the requirement."""
        requirement = self.requirement(view)
        self.message = requirement.message
        status = status_of(request.auth)
        return status is not None and requirement.is_met_by(status)

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        raise NotImplementedError


class ParameterisedRequirement(TokenRequirement):
    """Takes the value of a requirement from `of()`, or else from the attribute of the view that `parameter` names."""

    parameter: ClassVar[str]

    @classmethod
    def _with(cls, value: Any) -> type[Self]:
        return type(cls.__name__, (cls,), {cls.parameter: value})

    def _value(self, view: APIView) -> Any:
        for source in (self, view):
            if (value := getattr(source, self.parameter, None)) is not None:
                return value
        raise ImproperlyConfigured(f"{type(view).__name__} must define {self.parameter} for {type(self).__name__}.")


class TokenHasAudience(ParameterisedRequirement):
    """Admits a token that is meant for at least one of the targets in `required_audience`."""

    parameter = "required_audience"

    @classmethod
    def of(cls, *names: str) -> type[Self]:
        """Return the permission for these targets: `TokenHasAudience.of("back-api")`."""
        return cls._with(names)

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        return MeantFor(frozenset(several(self._value(view))))


class HasActor(ParameterisedRequirement):
    """Admits a token whose current actor is in `allowed_actors`: client ids, users, primary keys of users."""

    parameter = "allowed_actors"

    @classmethod
    def of(cls, *, client: str | None = None, user: Any = None) -> type[Self]:
        """Return the permission for this client, or this user: `HasActor.of(client="front")`."""
        return cls._with(parties([actor for actor in (client, user) if actor is not None]))

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        return ActedBy(parties(self._value(view)))


class MaxDelegationDepth(ParameterisedRequirement):
    """Admits a token with at most `max_delegation_depth` actors, or without an actor."""

    parameter = "max_delegation_depth"

    @classmethod
    def of(cls, depth: int) -> type[Self]:
        """Return the permission for this depth: `MaxDelegationDepth.of(2)`."""
        return cls._with(depth)

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        return NotDeeperThan(int(self._value(view)))


class IsDelegated(TokenRequirement):
    """Admits a token that names an actor."""

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        return Delegated()


class NotImpersonated(TokenRequirement):
    """Admits a token without an actor, unless an exchange of its lineage left the actor out."""

    def requirement(self, view: APIView) -> Requirement:
        """Return the requirement of the view."""
        return NotActedFor()


class ActsInPerson(BasePermission):
    """Admits a user in person. Use it on views that create credentials.

    A session proves it if `SessionAuthentication` read it and the user's own login opened it. A token proves it if it
    is from the user's own login and has the scopes given by `of()`, or else by `required_scopes` of the view. Exchanged
    tokens, tokens of clients, personal access tokens and other credentials are not admitted.
    """

    message = _("Only the user in person may do this.")
    scopes: ClassVar[tuple[str, ...] | None] = None

    @classmethod
    def of(cls, *scopes: str) -> type[Self]:
        """Return the permission with the scopes that a token needs: `ActsInPerson.of("account:write")`."""
        return type(cls.__name__, (cls,), {"scopes": scopes})

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True if the user of the request is there in person."""
        scopes = getattr(view, "required_scopes", ()) if self.scopes is None else self.scopes
        return presence.is_in_person(request, scopes=several(scopes))
