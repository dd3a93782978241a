"""Trusted issuers: whose external tokens count, and what becomes of their subjects and scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import workload_party

MAX_SUBJECT: Final = 255
"""Characters of a user's subject (OpenID Connect Core §2)."""
MAX_PARTY: Final = 512
"""Characters of a party's subject, as tokens and records keep it."""


class UnusableIssuer(ValueError):
    """A row of trust that cannot be understood, or that would believe too much: it believes no token."""


class SubjectMapping(StrEnum):
    """How an external subject becomes a subject here; ambiguity always refuses (INV-16)."""

    LINKED_ACCOUNT = "linked_account"
    USERNAME = "username"
    VERIFIED_EMAIL = "verified_email"
    CREATE = "create"
    WORKLOAD = "workload"
    """No user at all: the subject is issuer and sub, with no user's rights."""
    HOOK = "hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """One row of trust, frozen; its key set belongs to it alone (INV-5)."""

    key: int
    issuer: str
    """Compared exactly: a slash, a port or a letter's case makes another issuer."""
    token_types: frozenset[str]
    audiences: frozenset[str]
    audience_claim: str = "aud"
    """Where a token names its audience: Amazon Cognito's access tokens do so in `client_id`."""
    algorithms: frozenset[str]
    uses_introspection: bool = False
    """Whether its tokens are opaque, and it is asked about each (RFC 7662)."""
    max_age: int = 3_600
    """Seconds since `iat`."""
    allows_missing_key_id: bool = False
    single_use: bool = False
    conditions: tuple[Condition, ...] = ()
    subject_claim: str = "sub"
    subject_mapping: SubjectMapping = SubjectMapping.LINKED_ACCOUNT
    mapping_claim: str = ""
    """Where the username or e-mail address stands."""
    takes_mutable_claims: bool = False
    """Whether an administrator has accepted that a name may pass to another person."""
    social_provider: str = ""
    """Where else a linked account may be kept; each issuer has one of its own."""
    allows_privileged: bool = False
    scope_claim: str = "scope"
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Own scopes by external scope, `*` being what every token brings; what is not listed is dropped."""
    copied_claims: tuple[str, ...] = ()

    @property
    def longest_subject(self) -> int:
        """Characters that a subject may have: an account's 255, and what is left beside the issuer of a workload."""
        if self.subject_mapping is not SubjectMapping.WORKLOAD:
            return MAX_SUBJECT
        return MAX_PARTY - len(workload_party(self.issuer, "").subject)

    def local_scopes(self, external: Iterable[str]) -> frozenset[str]:
        """Return the own scopes that external scopes stand for."""
        return frozenset().union(*(self.scopes.get(scope, frozenset()) for scope in (*external, "*")))
