"""List the errors in the row of a trusted issuer, before the row is saved."""

from __future__ import annotations

from typing import Any, Final

from token_exchange.models.validation import FieldError, Rule, errors_in
from token_exchange.trusted_issuers.validation.claims import attributes, copied_claims, scopes
from token_exchange.trusted_issuers.validation.identifiers import audiences, issuer, placeholders
from token_exchange.trusted_issuers.validation.social_provider import social_provider
from token_exchange.trusted_issuers.validation.subjects import mapping, mutable_claims, narrows_workloads, tenant
from token_exchange.trusted_issuers.validation.verification import introspection, keys, token_types

RULES: Final[tuple[Rule, ...]] = (
    placeholders,
    issuer,
    audiences,
    token_types,
    keys,
    introspection,
    tenant,
    mutable_claims,
    narrows_workloads,
    mapping,
    attributes,
    social_provider,
    scopes,
    copied_claims,
)


def errors_in_issuer(row: Any, *, leaves_open: bool = False) -> list[FieldError]:
    """Return every error in a row whose single fields are valid.

    `leaves_open` is for a form that did not ask whether this site is the issuer's only tenant: such a row is saved, and
    a system check reports it.
    """
    return errors_in(row, {}, [rule for rule in RULES if not (leaves_open and rule is narrows_workloads)])
