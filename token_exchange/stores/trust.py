"""Rows of trusted issuers and claim conditions, as the frozen values that rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer


def trust_of(row: TrustedIssuerRow) -> TrustedIssuer:
    """Return the trust that a row expresses."""
    return TrustedIssuer(
        key=row.pk,
        issuer=row.issuer,
        token_types=frozenset(row.token_types),
        audiences=frozenset(row.audiences),
        algorithms=frozenset(row.algorithms),
        asks_issuer=row.key_source == TrustedIssuerRow.KeySource.INTROSPECTION,
        max_age=row.max_age,
        allows_missing_key_id=row.allows_missing_key_id,
        single_use=row.single_use,
        conditions=conditions_of(row.conditions),
        subject_claim=row.subject_claim,
        subject_mapping=SubjectMapping(row.subject_mapping),
        mapping_claim=row.mapping_claim,
        social_provider=row.allauth_provider or "",
        allows_privileged=row.allows_privileged,
        scope_claim=row.scope_claim,
        scopes={outside: frozenset(own) for outside, own in row.scopes.items()},
        copied_claims=tuple(row.copied_claims),
    )


def conditions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Return the conditions that rows of `{"claim", "operator", "values"}` express."""
    return tuple(
        Condition(claim=row["claim"], operator=Operator(row["operator"]), values=tuple(row.get("values", ())))
        for row in rows
    )
