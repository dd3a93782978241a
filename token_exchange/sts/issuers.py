"""Describe external issuers: which of their tokens are accepted, and how subjects and scopes are translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import workload_party

MAX_SUBJECT: Final = 255
"""The longest subject of a user, in characters (OpenID Connect Core §2)."""
MAX_PARTY: Final = 512
"""The longest subject of a party in tokens and records, in characters."""


class UnusableIssuer(ValueError):
    """The row of an issuer is malformed, or would accept too much: none of its tokens is accepted."""


class SubjectMapping(StrEnum):
    """Name the ways to find the user for an external subject; if several users match, the token is refused."""

    LINKED_ACCOUNT = "linked_account"
    USERNAME = "username"
    VERIFIED_EMAIL = "verified_email"
    CREATE = "create"
    WORKLOAD = "workload"
    """No user: the subject is a workload, identified by issuer and subject, without the rights of a user."""
    HOOK = "hook"
    """The function of the site that the setting SUBJECT_MAPPING names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """Describe one external issuer; its keys verify only its own tokens."""

    key: int
    issuer: str
    """The issuer identifier, compared exactly: with another slash, port or letter case it is another issuer."""
    token_types: frozenset[str]
    audiences: frozenset[str]
    audience_claim: str = "aud"
    """The claim with the audience; access tokens of Amazon Cognito name it in `client_id`."""
    algorithms: frozenset[str]
    uses_introspection: bool = False
    """True if its tokens are opaque, and each is checked by introspection at the issuer (RFC 7662)."""
    max_age: int = 3_600
    """The longest accepted time since `iat`, in seconds."""
    allows_missing_key_id: bool = False
    single_use: bool = False
    conditions: tuple[Condition, ...] = ()
    subject_claim: str = "sub"
    subject_mapping: SubjectMapping = SubjectMapping.LINKED_ACCOUNT
    mapping_claim: str = ""
    """The claim with the user name or the e-mail address."""
    accepts_mutable_claims: bool = False
    """True if an administrator accepted that the issuer may give a name to another person later."""
    social_provider: str = ""
    """The provider in django-allauth whose linked accounts are used as well; empty for none."""
    privileged_subjects: bool = False
    scope_claim: str = "scope"
    scope_mapping: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The local scopes for each external scope, and for `*` those of every token; unlisted scopes are dropped."""
    copied_claims: tuple[str, ...] = ()

    @property
    def longest_subject(self) -> int:
        """Return the longest accepted subject in characters; the party of a workload also has to contain the issuer."""
        if self.subject_mapping is not SubjectMapping.WORKLOAD:
            return MAX_SUBJECT
        return MAX_PARTY - len(workload_party(self.issuer, "").subject)

    def local_scopes(self, external: Iterable[str]) -> frozenset[str]:
        """Return the local scopes for these external scopes."""
        return frozenset().union(*(self.scope_mapping.get(scope, frozenset()) for scope in (*external, "*")))
