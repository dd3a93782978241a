"""The rows that the demo needs: written at every start, so that whatever was tried out is mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from oauth2_provider.models import get_application_model

from demo_project import trust
from demo_project.cast import (
    ALICE,
    AUDIENCE,
    BACK,
    CLIENTS,
    DEPLOY,
    FRONT,
    LONGEST_LIFETIME,
    MOBILE,
    PARTNER,
    PEOPLE,
    PORTAL,
    SPA,
    Client,
    Person,
)
from demo_project.outside.cast import LIDDELL
from demo_project.outside.visiting import Outside
from token_exchange.models import ExchangePolicy, Target, TrustedIssuer
from token_exchange.sts.vocabulary import ID_TOKEN, JWT

Step = tuple[str, Callable[[], object]]
"""What is written, and how."""

NOTES = "The demo writes this policy anew at every start."


def steps(site: str, outside: Callable[[], Outside]) -> list[Step]:
    """Return what is to be written, in its order, each with a name; the outside site is asked for at last."""
    return [
        ("the database", partial(call_command, "migrate", verbosity=0, interactive=False)),
        *((person.username, partial(_seed_person, person)) for person in PEOPLE),
        *((client.client_id, partial(seed_client, client, site)) for client in CLIENTS),
        (AUDIENCE, partial(seed_target, site)),
        ("the policies", seed_policies),
        ("the outside site", lambda: seed_trust(outside())),
    ]


def _seed_person(person: Person) -> None:
    user, created = get_user_model()._default_manager.get_or_create(username=person.username)
    user.is_active, user.is_staff, user.is_superuser = True, person.is_admin, person.is_admin
    if created or not user.check_password(person.password):
        user.set_password(person.password)
    user.save()


def seed_client(client: Client, site: str) -> None:
    """Write a client anew."""
    application, created = get_application_model()._default_manager.get_or_create(
        client_id=client.client_id, defaults={"client_secret": client.secret}
    )
    application.name = client.client_id
    application.client_type = application.CLIENT_CONFIDENTIAL if client.secret else application.CLIENT_PUBLIC
    application.authorization_grant_type = (
        application.GRANT_AUTHORIZATION_CODE if client.logs_people_in else application.GRANT_CLIENT_CREDENTIALS
    )
    application.redirect_uris = f"{site}/callback/" if client.logs_people_in else ""
    application.skip_authorization = True
    if not created and not check_password(client.secret, application.client_secret):
        application.client_secret = client.secret
    application.save()


def seed_target(site: str) -> None:
    """Write the back API anew."""
    Target.objects.update_or_create(
        name=AUDIENCE,
        defaults={
            "description": "The back API of the demo",
            "enabled": True,
            "resources": [f"{site}/back/"],
            "scopes": ["orders:read", "orders:write", "releases:write"],
            "owner": _application(BACK),
        },
    )


def seed_policies() -> None:
    """Let `front` read orders for whoever logged in with `spa`, and `partner` for whoever logged in with itself."""
    seed_policy("Front reads orders", FRONT, issued_to=[SPA])
    seed_policy("Partner reads orders of its own users", PARTNER)


def seed_policy(
    name: str,
    client: Client,
    *,
    issued_to: Sequence[Client] = (),
    trusted_issuers: Sequence[TrustedIssuer] = (),
    **fields: object,
) -> None:
    """Write a policy anew: the client acts, to read orders, unless `fields` say otherwise."""
    policy, _created = ExchangePolicy.objects.update_or_create(
        name=name,
        defaults={
            "description": NOTES,
            "enabled": True,
            "client": _application(client),
            "ways": ["client_acts"],
            "scopes": ["orders:read"],
            "max_lifetime": LONGEST_LIFETIME,
            **fields,
        },
    )
    policy.issuing_clients.set([_application(issuing) for issuing in issued_to])
    policy.trusted_issuers.set(trusted_issuers)
    policy.targets.set([Target.objects.get(name=AUDIENCE)])


def seed_trust(outside: Outside) -> None:
    """Let each of three clients bring the tokens of one face of the outside site, and no other's."""
    let_portal_read_orders(trust.in_sso(outside, {LIDDELL: ALICE}))
    let_deploy_announce_releases(trust.in_ci(outside))
    legacy = trust.in_old_server(outside)
    seed_policy("Mobile reads orders", MOBILE, trusted_issuers=[legacy], takes_own_tokens=False)


def let_portal_read_orders(sso: TrustedIssuer) -> None:
    """Let it act for whoever signed in to it elsewhere."""
    seed_policy(
        "Portal reads orders",
        PORTAL,
        trusted_issuers=[sso],
        takes_own_tokens=False,
        subject_token_types=[ID_TOKEN],
    )


def let_deploy_announce_releases(ci: TrustedIssuer) -> None:
    """Let it trade the token of a job for one of the same job."""
    seed_policy(
        "Deploy announces releases",
        DEPLOY,
        trusted_issuers=[ci],
        takes_own_tokens=False,
        subject_token_types=[JWT],
        subject_kind="workloads",
        ways=["same_subject"],
        scopes=["releases:write"],
    )


def _application(client: Client) -> Any:
    return get_application_model()._default_manager.get(client_id=client.client_id)
