"""Convert rows of trusted issuers, and claim conditions, to the frozen values of `sts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from token_exchange.configuration.reading import UNREADABLE, Reading, refused_fields, rows_of
from token_exchange.configuration.shared_issuers import accepts_any_workload, names_tenant
from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.sts.conditions import FLAGS, Condition, Operator
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer, UnusableIssuer

_TEXTS: Final = ("issuer", "subject_claim", "scope_claim", "verification", "subject_mapping")
_LISTS: Final = ("token_types", "audiences", "algorithms", "copied_claims")


def read_issuers(using: str) -> tuple[list[TrustedIssuer], list[Reading]]:
    """Return the enabled issuers, and the readings of rows that cannot be read or would accept too many tokens."""
    readings = [Reading(row) for row in rows_of(TrustedIssuerRow.objects.using(using).filter(enabled=True))]
    found = [issuer for reading in readings if (issuer := read_issuer(reading))]
    return found, [reading for reading in readings if reading.unreadable]


def read_issuer(reading: Reading) -> TrustedIssuer | None:
    """Return the issuer of a row; return None and note the fields at fault if the form would refuse the row."""
    if reading.unreadable:
        return None
    try:
        return issuer_of(reading.row)
    except UNREADABLE:
        reading.unreadable += refused_fields(reading.row) or ["issuer"]
        return None


def issuer_of(row: TrustedIssuerRow) -> TrustedIssuer:
    """Return the issuer of a row; raise `UnusableIssuer` for a row that the form would refuse.

    A newer version of this app, a fixture or code of the site may have written it.
    """
    _require_shapes(row)
    conditions = conditions_of(row.conditions)
    _require_bounds(row)
    return TrustedIssuer(
        key=row.pk,
        issuer=row.issuer,
        token_types=frozenset(row.token_types),
        audiences=frozenset(row.audiences),
        audience_claim=row.audience_claim or "aud",
        algorithms=frozenset(row.algorithms),
        uses_introspection=row.verification == TrustedIssuerRow.Verification.INTROSPECTION,
        max_age=row.max_age,
        allows_missing_key_id=row.allows_missing_key_id,
        single_use=row.single_use,
        conditions=conditions,
        subject_claim=row.subject_claim,
        subject_mapping=SubjectMapping(row.subject_mapping),
        mapping_claim=row.mapping_claim,
        accepts_mutable_claims=row.accepts_mutable_claims,
        social_provider=row.allauth_provider or "",
        privileged_subjects=row.privileged_subjects,
        scope_claim=row.scope_claim,
        scope_mapping={external: frozenset(local) for external, local in row.scope_mapping.items()},
        copied_claims=tuple(row.copied_claims),
    )


def conditions_of(rows: object) -> tuple[Condition, ...]:
    """Return the conditions that rows of `{"claim", "operator", "values"}` express.

    Raise `UnusableIssuer`, a ValueError, for any other value, such as a condition that this version does not know.
    """
    if not isinstance(rows, list):
        raise UnusableIssuer("the conditions are not a list")
    return tuple(_condition(row) for row in rows)


def _condition(row: object) -> Condition:
    if not isinstance(row, Mapping) or not isinstance(row.get("claim"), str) or not row["claim"]:
        raise UnusableIssuer("a condition names no claim")
    operator, values = row.get("operator"), row.get("values", [])
    if operator not in list(Operator):
        raise UnusableIssuer("a condition has an unknown operator")
    if not isinstance(values, list) or not all(isinstance(value, str | bool | int | float) for value in values):
        raise UnusableIssuer("a condition compares with something other than text, numbers and booleans")
    if bool(values) is (operator in FLAGS):
        raise UnusableIssuer("a condition has too many values, or no value")
    return Condition(claim=row["claim"], operator=Operator(operator), values=tuple(values))


def _require_shapes(row: Any) -> None:
    """Raise `UnusableIssuer` for a value of the wrong type or one that this version does not know."""
    for name in _TEXTS:
        if not isinstance(getattr(row, name), str) or not getattr(row, name):
            raise UnusableIssuer(f"{name} is not text")
    for name in _LISTS:
        value = getattr(row, name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UnusableIssuer(f"{name} is not a list of texts")
    if not isinstance(row.scope_mapping, dict) or not all(_are_texts(local) for local in row.scope_mapping.values()):
        raise UnusableIssuer("scope_mapping is not a dictionary of lists")
    if not isinstance(row.new_user_attributes, dict) or not _are_texts(list(row.new_user_attributes.values())):
        raise UnusableIssuer("new_user_attributes is not a dictionary of texts")
    if type(row.max_age) is not int or row.max_age < 1:
        raise UnusableIssuer("max_age is not a number of seconds")
    if row.subject_mapping not in list(SubjectMapping):
        raise UnusableIssuer("subject_mapping is unknown")
    if row.verification not in TrustedIssuerRow.Verification.values:
        raise UnusableIssuer("verification is unknown")


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _require_bounds(row: Any) -> None:
    """Raise `UnusableIssuer` for a row that would accept more tokens than the form allows."""
    if row.audience_claim not in {name for name, _label in TrustedIssuerRow.AUDIENCE_CLAIMS}:
        raise UnusableIssuer("audience_claim is unknown")
    if not names_tenant(row.issuer, row.conditions):
        raise UnusableIssuer("many tenants share the issuer, and no condition names one")
    # An issuer in the private network of the site counts as the site's own, unless the row says otherwise.
    if accepts_any_workload(row) and not (row.sole_tenant is None and row.allows_private_network):
        raise UnusableIssuer("no condition narrows the workloads of the issuer")
    if row.subject_mapping == SubjectMapping.USERNAME and not row.accepts_mutable_claims:
        raise UnusableIssuer("it maps subjects by a name that can be reassigned, and this is not accepted")
