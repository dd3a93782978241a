"""Write the policies of the demo, and the trusted issuers that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oauth2_provider.models import get_application_model

from demo_project import trust
from demo_project.cast import (
    ALICE,
    AUDIENCE,
    DEPLOY,
    DESK,
    FRONT,
    LONGEST_LIFETIME,
    MOBILE,
    NIGHTLY,
    PARTNER,
    PORTAL,
    SPA,
    Client,
)
from demo_project.external_site.cast import LIDDELL
from demo_project.external_site.visiting import ExternalSite
from token_exchange.models import ExchangePolicy, Target, TrustedIssuer
from token_exchange.sts.vocabulary import ID_TOKEN, IMPERSONATION_TICKET, JWT, PERSONAL_ACCESS_TOKEN

NOTES = "The demo writes this policy anew at every start."


def seed_policies() -> None:
    """Let `front` read orders for users who logged in with `spa`, and `partner` for users who logged in with `partner`.

    `desk` exchanges tickets, and `nightly` personal access tokens.
    """
    seed_policy("Front reads orders", FRONT, issued_to=[SPA])
    seed_policy("Partner reads orders of its own users", PARTNER)
    let_desk_take_tickets()
    let_nightly_run()


def seed_policy(
    name: str,
    client: Client,
    *,
    issued_to: Sequence[Client] = (),
    trusted_issuers: Sequence[TrustedIssuer] = (),
    **fields: object,
) -> None:
    """Write a policy; by default, the client becomes the actor and may read orders."""
    policy, _created = ExchangePolicy.objects.update_or_create(
        name=name,
        defaults={
            "description": NOTES,
            "enabled": True,
            "client": application_of(client),
            "ways": ["client_acts"],
            "scopes": ["orders:read"],
            "max_lifetime": LONGEST_LIFETIME,
            **fields,
        },
    )
    policy.issued_to.set([application_of(issuing) for issuing in issued_to])
    policy.trusted_issuers.set(trusted_issuers)
    policy.targets.set([Target.objects.get(name=AUDIENCE)])


def let_desk_take_tickets() -> None:
    """Let `desk` exchange tickets; the impersonation permission decides who acts for whom."""
    seed_policy("Desk reads orders by ticket", DESK, subject_token_types=[IMPERSONATION_TICKET], ways=["by_permission"])


def let_nightly_run() -> None:
    """Let `nightly` have all scopes of the target, so that the personal access token is the limit."""
    seed_policy(
        "Nightly works for its owners",
        NIGHTLY,
        subject_token_types=[PERSONAL_ACCESS_TOKEN],
        scopes=["orders:read", "orders:write", "releases:write"],
    )


def seed_trust(external: ExternalSite) -> None:
    """Let each of three clients exchange the tokens of one external issuer."""
    let_portal_read_orders(trust.in_sso(external, {LIDDELL: ALICE}))
    let_deploy_announce_releases(trust.in_ci(external))
    legacy = trust.in_old_server(external)
    seed_policy("Mobile reads orders", MOBILE, trusted_issuers=[legacy], accepts_local_tokens=False)


def let_portal_read_orders(sso: TrustedIssuer) -> None:
    """Let `portal` act for users who signed in to it at the external site."""
    seed_policy(
        "Portal reads orders",
        PORTAL,
        trusted_issuers=[sso],
        accepts_local_tokens=False,
        subject_token_types=[ID_TOKEN],
    )


def let_deploy_announce_releases(ci: TrustedIssuer) -> None:
    """Let `deploy` exchange the token of a job for one with the same subject."""
    seed_policy(
        "Deploy announces releases",
        DEPLOY,
        trusted_issuers=[ci],
        accepts_local_tokens=False,
        subject_token_types=[JWT],
        subject_kind="workloads",
        ways=["same_subject"],
        scopes=["releases:write"],
    )


def application_of(client: Client) -> Any:
    """Return the row of a client."""
    return get_application_model()._default_manager.get(client_id=client.client_id)
