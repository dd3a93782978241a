"""Read users and clients as accounts: whether they are active, and what rights they have at this moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.people.rights import fresh_user, rights_by_user, rights_of
from token_exchange.sts.delegation import Chain
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Account, Party, user_party
from token_exchange.sts.reasons import Reason
from token_exchange.toolkit.compat import application_model


def account_of(user: Any) -> Account:
    """Return the account of a user of this site."""
    return Account(
        key=str(user.pk),
        username=user.get_username(),
        is_active=bool(user.is_active),
        is_privileged=bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)),
    )


def party_of(user: Any) -> Party:
    """Return the party of a user of this site; raise `InvalidRequest` if the user's key is not valid as a subject."""
    try:
        return user_party(str(user.pk))
    except ValueError as error:
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN) from error


def with_rights(account: Account, using: str) -> Account:
    """Return the account with its current groups and rights, so that it can be compared with another account."""
    rights = rights_of(fresh_user(account.key, using))
    return replace(account, groups=rights.groups, rights=rights)


def accounts_with_rights(keys: Collection[str], using: str) -> dict[str, Account]:
    """Return the accounts of these users by key, with groups and rights; three statements for any number of users."""
    users = list(get_user_model()._default_manager.using(using).filter(pk__in=keys)) if keys else []
    rights = rights_by_user(users, using)
    return {
        str(user.pk): replace(account_of(user), groups=rights[user.pk].groups, rights=rights[user.pk]) for user in users
    }


def accounts_by_key(keys: Collection[str], using: str) -> dict[str, Account]:
    """Return the accounts of these users by key; at most one statement."""
    users = get_user_model()._default_manager.using(using).filter(pk__in=keys) if keys else ()
    return {str(user.pk): account_of(user) for user in users}


def groups_of(keys: Collection[str], using: str) -> dict[str, frozenset[int]]:
    """Return the keys of the groups of each of these users, by the user's key; at most one statement."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    user_model: Any = get_user_model()
    if keys and hasattr(user_model, "groups"):
        users = user_model._default_manager.using(using).filter(pk__in=keys, groups__isnull=False)
        for key, group in users.values_list("pk", "groups"):
            found[str(key)].add(group)
    return {key: frozenset(groups) for key, groups in found.items()}


def all_active(parties: Chain, using: str) -> bool:
    """Return True if all local users and clients among the parties exist and are active; at most two statements."""
    users = {key for party in parties if (key := party.user_key)}
    clients = {client_id for party in parties if (client_id := party.client_id)}
    accounts = accounts_by_key(users, using)
    return (
        accounts.keys() == users
        and all(account.is_active for account in accounts.values())
        and usable_clients(clients, using).keys() == clients
    )


def usable_clients(client_ids: Collection[str], using: str) -> dict[str, str]:
    """Return the primary keys, as text, of those clients that are usable, by client id; at most one statement."""
    if not client_ids:
        return {}
    found = application_model()._default_manager.using(using).filter(client_id__in=client_ids)
    return {application.client_id: str(application.pk) for application in found if application.is_usable(None)}
