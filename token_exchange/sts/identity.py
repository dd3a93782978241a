"""The identity port: who a verified token speaks for, and whether that one may still act."""

from __future__ import annotations

from typing import Protocol

from token_exchange.sts.mandate import Mandate
from token_exchange.sts.parties import Actor, Subject
from token_exchange.sts.verification import VerifiedToken


class AccountDirectory(Protocol):
    """The people and clients of this site, as they stand now."""

    def subject_of(self, token: VerifiedToken) -> Subject:
        """Return the subject; raise `InvalidRequest` if it is unknown or inactive, or anyone in its chain is."""

    def settled(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject, with its user created if it was only announced; part of the unit that issues."""

    def actor_of(self, source: VerifiedToken | Mandate) -> Actor:
        """Return the party of an actor token, the holder of a ticket, or the actor of a mandate with the rights of now.

        Raise `InvalidRequest` if it is inactive.
        """
