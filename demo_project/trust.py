"""Write the trusted issuers of the demo, one for each part of the external site, validated as in the admin."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import get_user_model

from demo_project.cast import DEPLOY, Person
from demo_project.external_site.cast import BRANCH, OLD_APP, OWNER_ID, PORTAL, REPOSITORY_ID, Employee
from demo_project.external_site.visiting import ExternalSite
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT
from token_exchange.trusted_issuers.validation.errors import errors_in_issuer

JOB_AUDIENCE = f"https://orders.example/{DEPLOY.client_id}"
"""The audience that CI jobs name for this site."""


def in_sso(external: ExternalSite, linked: Mapping[Employee, Person], **fields: object) -> TrustedIssuer:
    """Trust its ID tokens for `portal`; each linked number is a user of this site."""
    row = _trust(
        "single sign-on",
        external,
        issuer=external.sso,
        token_types=[ID_TOKEN],
        audiences=[PORTAL.client_id],
        scope_mapping={"*": ["orders:read"]},
        **fields,
    )
    for employee, person in linked.items():
        user = get_user_model()._default_manager.get(username=person.username)
        LinkedAccount.objects.update_or_create(
            trusted_issuer=row, subject=str(employee.number), defaults={"user": user}
        )
    return row


def in_ci(external: ExternalSite) -> TrustedIssuer:
    """Trust the tokens of jobs on one branch of one repository; they are workloads without a user."""
    return _trust(
        "CI",
        external,
        issuer=external.ci,
        token_types=[JWT],
        audiences=[JOB_AUDIENCE],
        subject_mapping="workload",
        max_age=600,
        conditions=[
            {"claim": "repository_owner_id", "operator": "equals", "values": [OWNER_ID]},
            {"claim": "repository_id", "operator": "equals", "values": [REPOSITORY_ID]},
            {"claim": "ref", "operator": "equals", "values": [BRANCH]},
        ],
        scope_mapping={"*": ["releases:write"]},
    )


def in_old_server(external: ExternalSite) -> TrustedIssuer:
    """Trust the old server's tokens for `mobile` by introspection; its user names are those of this site."""
    return _trust(
        "the old server",
        external,
        issuer=external.legacy,
        token_types=[ACCESS_TOKEN],
        audiences=[OLD_APP.client_id],
        verification="introspection",
        introspection_url=f"{external.legacy}/introspect/",
        credentials="old server",
        subject_claim="username",
        subject_mapping="username",
        accepts_mutable_claims=True,
        scope_mapping={"orders": ["orders:read"]},
    )


def _trust(name: str, external: ExternalSite, **fields: object) -> TrustedIssuer:
    reach = {"allows_private_network": True, "ca_bundle": external.authority}
    row, _created = TrustedIssuer.objects.update_or_create(name=name, defaults={"enabled": True, **reach, **fields})
    row.full_clean()
    if errors := errors_in_issuer(row):
        raise ValueError(f"The admin would refuse “{name}”: {errors}")
    return row
