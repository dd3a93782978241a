"""Check whose tokens an issuer signs, and how their subjects become users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration.shared_issuers import (
    accepts_any_workload,
    immutable_instead,
    names_tenant,
    tenant_claims,
)
from token_exchange.models.validation import FieldError, Lists
from token_exchange.sts.conditions import names_address
from token_exchange.sts.issuers import SubjectMapping


def tenant(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if the issuer has many tenants and no condition names that of the site."""
    if not names_tenant(row.issuer, row.conditions):
        message = gettext(
            "Many tenants share this issuer. Add a condition that names yours by its whole value, on one of: %s"
        )
        yield FieldError("conditions", message % ", ".join(sorted(tenant_claims(row.issuer) or ())))


def mutable_claims(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error for conditions on names, which other people can take over, unless the row accepts names."""
    mutable = {condition["claim"]: better for condition in row.conditions if (better := immutable_instead(condition))}
    if mutable and not row.accepts_mutable_claims:
        instead = ", ".join(f"{claim} → {better}" for claim, better in sorted(mutable.items()))
        message = gettext(
            "Other people can take over a name. Use a claim that never changes: %s. Or tick the box below the "
            "conditions."
        )
        yield FieldError("conditions", message % instead)


def narrows_workloads(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a condition of an issuer of workloads, unless all of its workloads belong to this site."""
    if accepts_any_workload(row):
        message = gettext(
            "This row would accept every workload of the issuer. Add a condition that only your workloads meet, or "
            "confirm below that this site is the only tenant."
        )
        yield FieldError("conditions", message)


def mapping(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if the way in which a subject becomes a user cannot work, or is not confirmed."""
    if row.subject_mapping == SubjectMapping.USERNAME and not row.accepts_mutable_claims:
        message = gettext("A username can pass to another person. Tick the box below the conditions to accept that.")
        yield FieldError("subject_mapping", message)
    if row.subject_mapping == SubjectMapping.VERIFIED_EMAIL and not names_address(row.mapping_claim or "email"):
        message = gettext(
            "email_verified confirms the claim email only. Enter email, or a pointer such as /user/email."
        )
        yield FieldError("mapping_claim", message)
    if row.subject_mapping == SubjectMapping.HOOK and not token_exchange_settings.subject_mapping:
        yield FieldError("subject_mapping", gettext('Set TOKEN_EXCHANGE["SUBJECT_MAPPING"] first.'))
