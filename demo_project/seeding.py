"""Write the rows that the demo needs, at every start, so that changes of the reader are undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from oauth2_provider.models import get_application_model

from demo_project.cast import AUDIENCE, BACK, CLIENTS, PEOPLE, Client, Person
from demo_project.external_site.visiting import ExternalSite
from demo_project.permissions import seed_permissions
from demo_project.policies import application_of, seed_policies, seed_trust
from token_exchange.models import Target

Step = tuple[str, Callable[[], object]]
"""The name of what is written, and the function that writes it."""


def steps(site: str, external: Callable[[], ExternalSite]) -> list[Step]:
    """Return what to write, in this order, each with a name; the external site is used last."""
    return [
        ("the database", partial(call_command, "migrate", verbosity=0, interactive=False)),
        *((person.username, partial(_seed_person, person)) for person in PEOPLE),
        *((client.client_id, partial(seed_client, client, site)) for client in CLIENTS),
        (AUDIENCE, partial(seed_target, site)),
        ("the policies", seed_policies),
        ("the permissions", seed_permissions),
        ("the external site", lambda: seed_trust(external())),
    ]


def _seed_person(person: Person) -> None:
    user, created = get_user_model()._default_manager.get_or_create(username=person.username)
    user.is_active, user.email = True, person.email
    user.is_staff, user.is_superuser = person.is_staff or person.is_admin, person.is_admin
    if created or not user.check_password(person.password):
        user.set_password(person.password)
    user.save()


def seed_client(client: Client, site: str) -> None:
    """Write a client."""
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
    """Write the target for the back API."""
    Target.objects.update_or_create(
        name=AUDIENCE,
        defaults={
            "description": "The back API of the demo",
            "enabled": True,
            "resources": [f"{site}/back/orders/", f"{site}/back/releases/"],
            "scopes": ["orders:read", "orders:write", "releases:write"],
            "owner": application_of(BACK),
        },
    )
