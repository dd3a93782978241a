"""Issuers of workloads: without a condition, each believes every workload that it signs for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from token_exchange.configuration.shared_issuers import narrows
from token_exchange.models.policy_draft import FieldError
from token_exchange.sts.issuers import SubjectMapping


def believes_any_workload(row: Any) -> bool:
    """Return True if nothing tells this site's workloads from others that the issuer may sign for."""
    is_workload = row.subject_mapping == SubjectMapping.WORKLOAD
    return is_workload and row.is_own_alone is not True and not narrows(row.conditions)


def sole_tenant(row: Any) -> Iterator[FieldError]:
    """Yield the objection to an issuer of workloads without a condition, unless it is this site's own alone."""
    if believes_any_workload(row):
        message = gettext(
            "Every workload of this issuer would be believed. Add a condition that tells yours, or say below that the "
            "issuer is this site's own alone."
        )
        yield FieldError("conditions", message)
