"""Write the rows of the external site to a database that is new at every start."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.management import call_command
from oauth2_provider.models import get_application_model

from demo_project.cast import Client
from demo_project.external_site.cast import CLIENTS, PEOPLE


def seed() -> None:
    """Make the tables, the users and the clients."""
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    for person in PEOPLE:
        get_user_model()._default_manager.create_user(person.username, password=person.password, pk=person.number)
    for client in CLIENTS:
        _seed_client(client)


def _seed_client(client: Client) -> None:
    application = get_application_model()
    application._default_manager.create(
        name=client.client_id,
        client_id=client.client_id,
        client_secret=client.secret,
        client_type=application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=(
            application.GRANT_AUTHORIZATION_CODE if client.logs_people_in else application.GRANT_CLIENT_CREDENTIALS
        ),
        algorithm=application.RS256_ALGORITHM,
        # RFC 8252 §7.3: on a loopback address any port will do.
        redirect_uris="http://127.0.0.1/callback/" if client.logs_people_in else "",
        skip_authorization=True,
    )
