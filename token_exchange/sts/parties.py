"""Identify the parties of an exchange with types of their own, never with bare strings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CLIENT_PREFIX: Final = "client:"
_WORKLOAD_PREFIX: Final = "workload:"


@dataclass(frozen=True, slots=True)
class Party:
    """Identify a party by its subject and the issuer that named it; the issuer of a local party is None.

    The subject of a client has a prefix, so that no client id can be taken for the key of a user (RFC 9068 §5).
    """

    issuer: str | None
    subject: str

    @property
    def client_id(self) -> str | None:
        """Return the client id if the party is a client of this server, otherwise None."""
        if self.issuer is None and self.subject.startswith(_CLIENT_PREFIX):
            return self.subject.removeprefix(_CLIENT_PREFIX)
        return None

    @property
    def user_key(self) -> str | None:
        """Return the primary key, as text, if the party is a user of this server, otherwise None."""
        return None if self.issuer is not None or _is_namespaced(self.subject) else self.subject or None


NO_PARTY: Final = Party(None, "")
"""The party of a user reference that matches no user."""


def client_party(client_id: str) -> Party:
    """Return the party of a client of this server."""
    return Party(None, f"{_CLIENT_PREFIX}{client_id}")


def user_party(key: str) -> Party:
    """Return the party of a user of this server; raise ValueError if the key is blank or reads as another party."""
    if not key.strip() or not key.isprintable() or _is_namespaced(key):
        raise ValueError("this primary key cannot name a user here")
    return Party(None, key)


def workload_party(issuer: str, subject: str) -> Party:
    """Return the party of a workload; an issuer contains no `#`, so a `#` separates issuer and subject."""
    return Party(None, f"{_WORKLOAD_PREFIX}{issuer}#{subject}")


def is_workload(party: Party) -> bool:
    """Return True if the party is a workload: an external subject without a user."""
    return party.issuer is None and party.subject.startswith(_WORKLOAD_PREFIX)


def _is_namespaced(subject: str) -> bool:
    return subject.startswith((_CLIENT_PREFIX, _WORKLOAD_PREFIX))


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Identify the client that calls the token endpoint, after it has authenticated."""

    client_id: str

    @property
    def party(self) -> Party:
        """Return the client as a party, for exchanges in which the client itself acts."""
        return client_party(self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Hold the rights of a user on this site, as Django defines them."""

    is_superuser: bool = False
    is_staff: bool = False
    permissions: frozenset[str] = frozenset()
    """Permissions, including those of the user's groups."""
    groups: frozenset[int] = frozenset()

    def cover(self, others: Rights, *, accepted: frozenset[int]) -> bool:
        """Return True if `others` has no right that self lacks; membership in the groups of `accepted` is ignored."""
        if self.is_superuser:
            return True
        return (
            not others.is_superuser
            and (self.is_staff or not others.is_staff)
            and others.permissions <= self.permissions
            # A site may give the members of a group rights that are not Django permissions.
            and others.groups <= self.groups | accepted
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Describe a user of this site with the facts that rules may use."""

    key: str
    username: str
    is_active: bool
    is_privileged: bool
    groups: frozenset[int] = frozenset()
    rights: Rights | None = None
    """None if the rights were not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Hold the verified identity that the new token is about."""

    party: Party
    account: Account | None = None
    is_announced: bool = False
    """True if the user does not exist yet and will be created together with the new token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Hold the verified identity that acts for the subject."""

    party: Party
    account: Account | None = None
