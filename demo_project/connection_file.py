"""Write everything that another client needs to use the demo to a JSON file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from demo_project.cast import (
    ALICE,
    ALL_SCOPES,
    AUDIENCE,
    BACK,
    BOB,
    CLIENTS,
    DEPLOY,
    PARTNER,
    PEOPLE,
    PORTAL,
    SPA,
    Client,
    Person,
)
from demo_project.external_site import cast
from demo_project.external_site.cast import JOB_TOKEN, LIDDELL
from demo_project.external_site.visiting import ExternalSite
from demo_project.logging_in import sign_in
from demo_project.trust import JOB_AUDIENCE
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the file in one step, readable by its owner only, because it holds secrets and tokens."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # with mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=2)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def of_demo(site: str, external: ExternalSite) -> dict[str, Any]:
    """Return addresses, clients, users, and a new subject token for each case."""
    return {
        "process": os.getpid(),
        "base_url": site,
        "authorization_endpoint": f"{site}/o/authorize/",
        "token_endpoint": f"{site}/o/token/",
        "revocation_endpoint": f"{site}/o/revoke_token/",
        "introspection_endpoint": f"{site}/o/introspect/",
        "metadata": f"{site}/o/.well-known/oauth-authorization-server",
        "protected_resource": f"{site}/back/orders/",
        "redirect_uri": f"{site}/callback/",
        "grant_type": GRANT_TYPE,
        "audience": AUDIENCE,
        "scopes": ALL_SCOPES.split(),
        "clients": {client.client_id: _client(client) for client in CLIENTS},
        "users": {person.username: _person(person) for person in PEOPLE},
        "subject_tokens": {
            "alice": _subject_token(ALICE, SPA, site),
            "bob": _subject_token(BOB, SPA, site),
            "bob_at_partner": _subject_token(BOB, PARTNER, site),
        },
        "outside": _external(external),
    }


def of_service(site: str, authority: str, external: ExternalSite) -> dict[str, Any]:
    """Return the address of the exchange service, its certificate authority, its clients, and external tokens."""
    return {
        "process": os.getpid(),
        "base_url": site,
        "certificate_authority": authority,
        "token_endpoint": f"{site}/o/token/",
        "introspection_endpoint": f"{site}/o/introspect/",
        "metadata": f"{site}/o/.well-known/oauth-authorization-server",
        "clients": {client.client_id: _client(client) for client in (BACK, DEPLOY, PORTAL)},
        "outside": _external(external),
    }


def _external(external: ExternalSite) -> dict[str, Any]:
    """Return the address of the external site, the request for the token of a CI job, and other external tokens."""
    return {
        "base_url": external.address,
        "certificate_authority": external.authority,
        "job": {"url": external.job_tokens, "authorization": f"Bearer {JOB_TOKEN}", "audience": JOB_AUDIENCE},
        "id_token": external.id_token(LIDDELL, cast.PORTAL),
        "id_token_for_another_audience": external.id_token(LIDDELL, cast.WIKI),
        "opaque_token": external.opaque_token(cast.BOB, cast.OLD_APP),
    }


def _client(client: Client) -> dict[str, Any]:
    return {"client_id": client.client_id, "client_secret": client.secret or None}


def _person(person: Person) -> dict[str, Any]:
    return {"username": person.username, "password": person.password, "is_admin": person.is_admin}


def _subject_token(person: Person, client: Client, site: str) -> dict[str, Any]:
    answer = sign_in(person, client, site)
    return {
        "token": answer["access_token"],
        "token_type": ACCESS_TOKEN,
        "scope": answer["scope"],
        "expires_in": answer["expires_in"],
        "issued_to": client.client_id,
        "user": person.username,
    }
