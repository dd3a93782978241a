"""The rows that the demo needs: written at every start, so that whatever was tried out is mended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from oauth2_provider.models import get_application_model

from demo_project.cast import AUDIENCE, BACK, CLIENTS, FRONT, LONGEST_LIFETIME, PARTNER, PEOPLE, SPA, Client, Person
from token_exchange.models import ExchangePolicy, Target

Step = tuple[str, Callable[[], object]]
"""What is written, and how."""

NOTES = "The demo writes this policy anew at every start."


def steps(site: str) -> list[Step]:
    """Return what is to be written, in its order, each with a name."""
    return [
        ("the database", partial(call_command, "migrate", verbosity=0, interactive=False)),
        *((person.username, partial(_seed_person, person)) for person in PEOPLE),
        *((client.client_id, partial(_seed_client, client, site)) for client in CLIENTS),
        (AUDIENCE, partial(_seed_target, site)),
        ("the policies", seed_policies),
    ]


def _seed_person(person: Person) -> None:
    user, created = get_user_model()._default_manager.get_or_create(username=person.username)
    user.is_active, user.is_staff, user.is_superuser = True, person.is_admin, person.is_admin
    if created or not user.check_password(person.password):
        user.set_password(person.password)
    user.save()


def _seed_client(client: Client, site: str) -> None:
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


def _seed_target(site: str) -> None:
    Target.objects.update_or_create(
        name=AUDIENCE,
        defaults={
            "description": "The back API of the demo",
            "enabled": True,
            "resources": [f"{site}/back/"],
            "scopes": ["orders:read", "orders:write"],
            "owner": _application(BACK),
        },
    )


def seed_policies() -> None:
    """Let `front` read orders for whoever logged in with `spa`, and `partner` for whoever logged in with itself."""
    _seed_policy("Front reads orders", FRONT, issued_to=[SPA])
    _seed_policy("Partner reads orders of its own users", PARTNER, issued_to=[])


def _seed_policy(name: str, client: Client, *, issued_to: list[Client]) -> None:
    policy, _created = ExchangePolicy.objects.update_or_create(
        name=name,
        defaults={
            "description": NOTES,
            "enabled": True,
            "client": _application(client),
            "ways": ["client_acts"],
            "scopes": ["orders:read"],
            "max_lifetime": LONGEST_LIFETIME,
        },
    )
    policy.issuing_clients.set([_application(issuing) for issuing in issued_to])
    policy.targets.set([Target.objects.get(name=AUDIENCE)])


def _application(client: Client) -> Any:
    return get_application_model()._default_manager.get(client_id=client.client_id)
