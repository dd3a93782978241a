"""Find the names of users and clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.sts.parties import Party
from token_exchange.toolkit.compat import application_model, token_database


def names_of(parties: Iterable[Party]) -> dict[Party, str]:
    """Return the name of each party, or its identifier if it was deleted; at most two queries."""
    asked = set(parties)
    users = _users({key for party in asked if (key := party.user_key)})
    clients = client_names({client_id for party in asked if (client_id := party.client_id)})
    return {party: _name(party, users, clients) for party in asked}


def client_names(client_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of each client that exists and has a name; at most one query."""
    wanted = set(client_ids)
    if not wanted:
        return {}
    rows = application_model()._default_manager.using(token_database()).filter(client_id__in=wanted)
    return {client_id: name for client_id, name in rows.values_list("client_id", "name") if name}


def name_of_user(user: Any) -> str:
    """Return the full name and the unique user name: a full name alone could imitate another user's."""
    full = user.get_full_name() if hasattr(user, "get_full_name") else ""
    name = str(user.get_username())
    return f"{full} ({name})" if full and full != name else name


def _users(keys: set[str]) -> dict[str, str]:
    if not keys:
        return {}
    rows = get_user_model()._default_manager.using(token_database()).filter(pk__in=keys)
    return {str(user.pk): name_of_user(user) for user in rows}


def _name(party: Party, users: dict[str, str], clients: dict[str, str]) -> str:
    if key := party.user_key:
        return users.get(key, key)
    if client_id := party.client_id:
        return clients.get(client_id, client_id)
    return f"{party.subject} ({party.issuer})" if party.issuer else party.subject
