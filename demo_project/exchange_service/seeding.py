"""Write the rows of the service that its operator would write; there are no users."""

from __future__ import annotations

from django.core.management import call_command

from demo_project import trust
from demo_project.cast import BACK, DEPLOY, PORTAL
from demo_project.external_site.visiting import ExternalSite
from demo_project.policies import let_deploy_announce_releases, let_portal_read_orders
from demo_project.seeding import seed_client, seed_target

API = "https://orders.example"


def seed(external: ExternalSite) -> None:
    """Make the tables, the clients, the target, and the trusted issuers for single sign-on and CI."""
    call_command("migrate", verbosity=0, interactive=False)
    for client in (BACK, PORTAL, DEPLOY):
        seed_client(client, API)
    seed_target(API)
    # Whoever signed in elsewhere becomes a user at the first exchange, and never has a password.
    created = {"subject_mapping": "create", "new_user_attributes": {"username": "preferred_username"}}
    let_portal_read_orders(trust.in_sso(external, {}, **created))
    let_deploy_announce_releases(trust.in_ci(external))
