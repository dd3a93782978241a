"""Who takes part in an exchange: typed identities, never bare strings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CLIENT_PREFIX: Final = "client:"
_WORKLOAD_PREFIX: Final = "workload:"


@dataclass(frozen=True, slots=True)
class Party:
    """An identity: a subject within an issuer's namespace, `None` being this server's own.

    A client's subject carries a prefix, so that no client id can pass for a user's key (INV-13, RFC 9068 §5).
    """

    issuer: str | None
    subject: str

    @property
    def client_id(self) -> str | None:
        """The client that this party is, if it is a client of this server."""
        if self.issuer is None and self.subject.startswith(_CLIENT_PREFIX):
            return self.subject.removeprefix(_CLIENT_PREFIX)
        return None

    @property
    def user_key(self) -> str | None:
        """The primary key of the user that this party is, as text, if it is a user of this server."""
        return None if self.issuer is not None or _is_namespaced(self.subject) else self.subject or None


NO_PARTY: Final = Party(None, "")
"""The subject that a reference names where no user has that name."""


def client_party(client_id: str) -> Party:
    """The party that a client of this server is."""
    return Party(None, f"{_CLIENT_PREFIX}{client_id}")


def user_party(key: str) -> Party:
    """The party that a user of this server is; raise ValueError for a key that reads as anybody else or not at all."""
    if not key.strip() or not key.isprintable() or _is_namespaced(key):
        raise ValueError("this primary key cannot name a user here")
    return Party(None, key)


def workload_party(issuer: str, subject: str) -> Party:
    """The party that an external subject without a user is; an issuer has no `#`, so the two stay apart (E08)."""
    return Party(None, f"{_WORKLOAD_PREFIX}{issuer}#{subject}")


def is_workload(party: Party) -> bool:
    """Whether the party is an external subject without a user."""
    return party.issuer is None and party.subject.startswith(_WORKLOAD_PREFIX)


def _is_namespaced(subject: str) -> bool:
    return subject.startswith((_CLIENT_PREFIX, _WORKLOAD_PREFIX))


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The authenticated client that calls the token endpoint."""

    client_id: str

    @property
    def party(self) -> Party:
        """The client as a party, for where it acts itself."""
        return client_party(self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a user may do in this site, as Django counts it."""

    is_superuser: bool = False
    is_staff: bool = False
    permissions: frozenset[str] = frozenset()
    """Those of the user's groups among them."""
    groups: frozenset[int] = frozenset()

    def cover(self, others: Rights, *, accepted: frozenset[int]) -> bool:
        """Whether the others' rights are no more than these; groups in `accepted` are no right of their own."""
        if self.is_superuser:
            return True
        return (
            not others.is_superuser
            and (self.is_staff or not others.is_staff)
            and others.permissions <= self.permissions
            # A site may give a group powers that are no permission of Django.
            and others.groups <= self.groups | accepted
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this site, as far as a rule may look at one."""

    key: str
    username: str
    is_active: bool
    is_privileged: bool
    groups: frozenset[int] = frozenset()
    rights: Rights | None = None
    """None where nobody asked for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """On whose behalf the issued token speaks: an identity that has been verified."""

    party: Party
    account: Account | None = None
    is_announced: bool = False
    """Whether a user will be created for it, which only an issued token may cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an identity that has been verified."""

    party: Party
    account: Account | None = None
