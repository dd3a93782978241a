"""Define the ports of the service: everything that an exchange needs from outside this package.

A class that fills a port names it as its base, so that the type checker compares the two.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import IssuedToken
from token_exchange.sts.parties import Actor, Subject
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken


class TokenVerifier(Protocol):
    """Verify one type of token; the service chooses a verifier by the declared type alone."""

    def __init__(self, context: VerificationContext) -> None:
        """Prepare for one request; a verifier that needs nothing of the context has no `__init__` of its own."""

    @abstractmethod
    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token proves at `now` (seconds since the epoch).

        Raise `InvalidRequest` if the token is invalid, and `TemporarilyUnavailable` if that cannot be found out.
        """


class AccountDirectory(Protocol):
    """Find the users and clients of this site, with their status and rights of this moment."""

    @abstractmethod
    def subject_of(self, token: VerifiedToken) -> Subject:
        """Return the subject of a token.

        Raise `InvalidRequest` if the subject is unknown, or if the subject or an actor in the chain is inactive.
        """

    @abstractmethod
    def with_created_user(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject, after creating its user if the token announced a new one.

        The service calls this in the transaction that issues the new token.
        """

    @abstractmethod
    def actor_of(self, source: VerifiedToken | PermittedActor) -> Actor:
        """Return the party of an actor token, the holder of a ticket, or a permitted actor, with current rights.

        Raise `InvalidRequest` if the actor is inactive.
        """


class SingleUse(Protocol):
    """Remember used tokens for as long as they would otherwise be accepted."""

    @abstractmethod
    def claim(self, token: VerifiedToken) -> None:
        """Mark the token as used; raise `InvalidRequest` if it was used before, or if it has no `jti`."""

    @abstractmethod
    def release(self, token: VerifiedToken) -> None:
        """Undo a claim of the current request, which issued nothing."""


class TokenIssuer(Protocol):
    """Issue tokens of one type."""

    @abstractmethod
    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Return the new token; raise `Overtaken` if a parent token or the configuration changed since the decision."""


class AuditTrail(Protocol):
    """Record every answer, in the same transaction as the token that it issues."""

    @abstractmethod
    def record(self, event: ExchangeEvent) -> None:
        """Record the event; an error here also rolls back the token that the event is about."""
