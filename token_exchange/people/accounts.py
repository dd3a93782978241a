"""Users and clients as they stand now: who a token speaks for, and whether they may still act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.people.rights import rights_by_user, rights_of, user_with
from token_exchange.sts.delegation import Chain
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.parties import Account, Actor, Party, Subject, user_party
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.ports import AccountDirectory
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ON_BEHALF
from token_exchange.toolkit.compat import application_model
from token_exchange.trusted_issuers import created_users, subjects


def account_of(user: Any) -> Account:
    """Return the account that a user of this site is."""
    return Account(
        key=str(user.pk),
        username=user.get_username(),
        is_active=bool(user.is_active),
        is_privileged=bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)),
    )


def party_of(user: Any) -> Party:
    """Return the party that a user of this site is; raise `InvalidRequest` for a key that names nobody here."""
    try:
        return user_party(str(user.pk))
    except ValueError as error:
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN) from error


def with_rights(account: Account, using: str) -> Account:
    """Return the account with its groups and rights as they are now, for comparing it with another."""
    rights = rights_of(user_with(account.key, using))
    return replace(account, groups=rights.groups, rights=rights)


def people_with_rights(keys: Collection[str], using: str) -> dict[str, Account]:
    """Return the accounts of these users by key, with groups and rights; three statements, however many they are."""
    users = list(get_user_model()._default_manager.using(using).filter(pk__in=keys)) if keys else []
    rights = rights_by_user(users, using)
    return {
        str(user.pk): replace(account_of(user), groups=rights[user.pk].groups, rights=rights[user.pk]) for user in users
    }


def people(keys: Collection[str], using: str) -> dict[str, Account]:
    """Return the accounts of these users by key; one statement at most."""
    users = get_user_model()._default_manager.using(using).filter(pk__in=keys) if keys else ()
    return {str(user.pk): account_of(user) for user in users}


def groups_of(keys: Collection[str], using: str) -> dict[str, frozenset[int]]:
    """Return the groups of each of these users by key; one statement at most."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    user_model: Any = get_user_model()
    if keys and hasattr(user_model, "groups"):
        users = user_model._default_manager.using(using).filter(pk__in=keys, groups__isnull=False)
        for key, group in users.values_list("pk", "groups"):
            found[str(key)].add(group)
    return {key: frozenset(groups) for key, groups in found.items()}


def active(parties: Chain, using: str) -> bool:
    """True if every party of this server still exists and is active; at most two statements."""
    users = {key for party in parties if (key := party.user_key)}
    clients = {client_id for party in parties if (client_id := party.client_id)}
    accounts = people(users, using)
    return (
        accounts.keys() == users
        and all(account.is_active for account in accounts.values())
        and usable_clients(clients, using).keys() == clients
    )


def usable_clients(client_ids: Collection[str], using: str) -> dict[str, str]:
    """Return the primary key, as text, of each of these clients that may be used; one statement at most."""
    if not client_ids:
        return {}
    found = application_model()._default_manager.using(using).filter(client_id__in=client_ids)
    return {application.client_id: str(application.pk) for application in found if application.is_usable(None)}


class Accounts(AccountDirectory):
    """The account directory of one exchange; groups are read only where a policy asks for them.

    Rights are read only where somebody acts for a subject whose token nobody holds.
    """

    def __init__(self, using: str, *, with_groups: bool, compares: bool = False) -> None:
        self._using = using
        self._with_groups = with_groups
        self._compares = compares
        """True if an actor token may stand beside a user reference."""

    def subject_of(self, token: VerifiedToken) -> Subject:
        """Return the subject; raise `InvalidRequest` if it, or anyone in its chain, may not act any more."""
        if token.issuer is not None:
            return self._external(token, token.issuer)
        if not self._is_active(token):
            raise InvalidRequest(Reason.SUBJECT_INACTIVE, "subject_token")
        # The client that asked for the token has been looked at together with it; most often it is who acts.
        others = tuple(party for party in token.chain if party.client_id != token.client_id)
        if not active(others, self._using):
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
        return Subject(party=token.party, account=self._grouped(token.account, compares=_has_permitted_actor(token)))

    def _external(self, token: VerifiedToken, issuer: TrustedIssuer) -> Subject:
        if issuer.subject_mapping is SubjectMapping.WORKLOAD:
            return Subject(party=token.party)
        user = subjects.user_of(token, issuer, self._using)
        if user is None:
            return created_users.announced(issuer, self._using)
        account = account_of(user)
        if not account.is_active:
            raise InvalidRequest(Reason.SUBJECT_INACTIVE, "subject_token")
        if account.is_privileged and not issuer.allows_privileged:
            raise InvalidRequest(Reason.SUBJECT_PRIVILEGED, "subject_token")
        return Subject(party=user_party(account.key), account=self._grouped(account))

    def settled(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject, created if it was only announced; within the unit that issues (E02)."""
        if not subject.is_announced:
            return subject
        account = account_of(created_users.create(token, self._using))
        return Subject(party=user_party(account.key), account=account)

    def actor_of(self, source: VerifiedToken | PermittedActor) -> Actor:
        """Return the party of an actor token, the holder of a ticket, or a permitted actor, with current rights.

        Raise `InvalidRequest` if it is inactive.
        """
        return self._by_permission(source) if isinstance(source, PermittedActor) else self._proved_by(source)

    def _proved_by(self, token: VerifiedToken) -> Actor:
        if token.holder is not None:
            if not token.holder.is_active:
                raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
            return Actor(party=user_party(token.holder.key), account=self._grouped(token.holder, compares=True))
        if not self._is_active(token):
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "actor_token")
        return Actor(party=token.party, account=self._grouped(token.account, compares=self._compares))

    def _by_permission(self, permitted_actor: PermittedActor) -> Actor:
        key = permitted_actor.actor.user_key
        if key is None:  # a client, which has been looked at as one of the chain
            return Actor(party=permitted_actor.actor)
        account = people_with_rights({key}, self._using).get(key)
        if account is None or not account.is_active:
            raise InvalidRequest(Reason.ACTOR_INACTIVE, "subject_token")
        return Actor(party=permitted_actor.actor, account=account)

    def _is_active(self, token: VerifiedToken) -> bool:
        if token.account is not None:
            return token.account.is_active
        # The verifier has looked at the client that the token was issued to, which need not be the one it is about.
        return token.party.client_id == token.client_id or active((token.party,), self._using)

    def _grouped(self, account: Account | None, *, compares: bool = False) -> Account | None:
        if account is not None and compares:
            return with_rights(account, self._using)
        if account is None or not self._with_groups:
            return account
        return replace(account, groups=groups_of({account.key}, self._using)[account.key])


def _has_permitted_actor(token: VerifiedToken) -> bool:
    return token.permitted_actor is not None or token.token_type in ON_BEHALF
