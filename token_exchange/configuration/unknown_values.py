"""Which fields of a rule hold what this version does not know, told from the row alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from token_exchange.configuration import permissions, policies, targets
from token_exchange.configuration.issuers import issuer_of
from token_exchange.configuration.strange_rows import ODD, Reading
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer


def odd_fields(row: Any) -> list[str]:
    """Return the names of the fields that cannot be read, none if the row can be understood."""
    reading = Reading(row)
    if isinstance(row, ExchangePolicy):
        policies.read(reading)
    elif isinstance(row, ImpersonationPermission):
        permissions.read(reading)
    elif isinstance(row, Target):
        targets.target(reading)
    elif isinstance(row, TrustedIssuer):
        reading.odd += _of_issuer(row)
    return reading.odd


def _of_issuer(row: TrustedIssuer) -> list[str]:
    try:
        issuer_of(row)
    except ODD:
        return refused_fields(row) or ["issuer"]
    return []


def refused_fields(row: Any) -> list[str]:
    """Return the fields that a form would refuse."""
    try:
        row.clean_fields()
    except ValidationError as error:
        return sorted(error.message_dict)
    except ODD:
        return []
    return []
