"""Read back the facts that a token was issued by, with the users, clients and ticket behind it as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from token_exchange.models import ExchangedToken
from token_exchange.people.accounts import accounts_by_key, groups_of, usable_clients
from token_exchange.sts import facts as stored_facts
from token_exchange.sts.continuation import EarlierToken
from token_exchange.sts.delegation import Chain, parse_act
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.facts import Facts
from token_exchange.sts.parties import Account, Actor, Client, Party, Subject
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.policy import Way
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET
from token_exchange.tokens import parent_kinds
from token_exchange.toolkit.compat import is_confidential
from token_exchange.toolkit.timestamps import to_seconds

PROVED_BY: Final = {ActAsMethod.TICKET: IMPERSONATION_TICKET, ActAsMethod.ACTOR_TOKEN: ACCESS_TOKEN}
"""The type of the token by which an actor shows that it may act for a subject without a token of the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFacts:
    """Hold the facts that a token was issued by, and the accounts of all its users, who are active, by key."""

    issued: EarlierToken
    accounts: Mapping[str, Account]


def of(exchanged: ExchangedToken, token: Any, account: Account | None, using: str) -> IssuedFacts:
    """Return the facts that an access token was issued by; `account` is that of its user, if it has one.

    Raise `InvalidRequest` if a user, a client or the ticket behind the token is inactive, or the row cannot be read.
    """
    facts, chain, subject = _read(exchanged)
    permitted_actor: PermittedActor | None = facts.permitted_actor
    if permitted_actor is not None:
        kind, users = parent_kinds.of(PROVED_BY[permitted_actor.method]), (*chain, subject, permitted_actor.actor)
        permitted_actor, accounts = kind.confirm(permitted_actor, exchanged.root, _users(users), using)
    else:
        known = {account.key: account} if account is not None else {}
        accounts = {**known, **accounts_by_key(_users(chain) - known.keys(), using)}
    _require_active(_users((subject,)), accounts, Reason.SUBJECT_INACTIVE)
    _require_active(_users(chain), accounts, Reason.ACTOR_INACTIVE)
    _require_same_clients(facts, subject, chain, exchanged.client_id, using)
    return IssuedFacts(
        issued=_issued(exchanged, token, facts, chain, subject, permitted_actor, accounts), accounts=accounts
    )


def _read(exchanged: ExchangedToken) -> tuple[Facts, Chain, Party]:
    try:
        facts = stored_facts.read(exchanged.facts)
    except ValueError as error:
        raise InvalidRequest(Reason.NO_LONGER_GRANTED) from error
    chain = parse_act(exchanged.act)
    if chain and exchanged.may_act is not None:  # an exchange never writes both
        raise InvalidRequest(Reason.CHAIN_MALFORMED)
    return facts, chain, Party(None, exchanged.subject)


def require_confidential(application: Any) -> None:
    """Raise `InvalidRequest` if the client that exchanged has become public: it may not exchange any more."""
    if not is_confidential(application):
        raise InvalidRequest(Reason.CLIENT_IS_PUBLIC)


def ancestor(exchanged: ExchangedToken, token: Any, known: IssuedFacts) -> EarlierToken:
    """Return the facts that an ancestor of a token was issued by, with users and permitted actor of the token."""
    facts, chain, subject = _read(exchanged)
    permitted_actor = known.issued.permitted_actor if facts.permitted_actor is not None else None
    return _issued(exchanged, token, facts, chain, subject, permitted_actor, known.accounts)


def with_groups(known: IssuedFacts, using: str) -> IssuedFacts:
    """Return the facts with the groups of subject and actor, for policies that compare groups; one statement."""
    issued = known.issued
    keys = {account.key for account in (issued.subject.account, issued.actor and issued.actor.account) if account}
    groups = groups_of(keys, using)
    accounts = {**known.accounts, **{key: replace(known.accounts[key], groups=groups[key]) for key in keys}}
    subject = replace(issued.subject, account=_account(issued.subject.party, accounts))
    actor = issued.actor and replace(issued.actor, account=_account(issued.actor.party, accounts))
    return IssuedFacts(issued=replace(issued, subject=subject, actor=actor), accounts=accounts)


def _users(parties: Chain) -> set[str]:
    return {key for party in parties if (key := party.user_key)}


def _require_active(keys: set[str], accounts: Mapping[str, Account], reason: Reason) -> None:
    if not all(key in accounts and accounts[key].is_active for key in keys):
        raise InvalidRequest(reason)


def _require_same_clients(facts: Facts, subject: Party, chain: Chain, asked_by: str, using: str) -> None:
    """Require the very clients of the exchange: a client that was deleted and created anew is another client.

    Raise `InvalidRequest` otherwise. The client that the token was issued to needs no check: deleting it deletes the
    token.
    """
    named = {client_id for party in (*chain, subject) if (client_id := party.client_id)}
    if facts.permitted_actor is not None and facts.permitted_actor.client_id not in (None, asked_by):
        named.add(str(facts.permitted_actor.client_id))
    found = usable_clients(named, using)
    changed = {client_id for client_id in named if found.get(client_id, "") != facts.clients.get(client_id)}
    if changed:
        raise InvalidRequest(Reason.SUBJECT_INACTIVE if subject.client_id in changed else Reason.ACTOR_INACTIVE)


def _issued(
    exchanged: ExchangedToken,
    token: Any,
    facts: Facts,
    chain: Chain,
    subject: Party,
    permitted_actor: PermittedActor | None,
    accounts: Mapping[str, Account],
) -> EarlierToken:
    return EarlierToken(
        facts=facts,
        client=Client(client_id=exchanged.client_id),
        policy=exchanged.policy_id,
        issuer=exchanged.trusted_issuer_id,
        generation=exchanged.generation,
        chain=chain,
        scopes=frozenset(token.scope.split()),
        audience=frozenset(exchanged.audience),
        resources=tuple(token.resource or ()),
        issued=to_seconds(exchanged.issued),
        subject=Subject(party=subject, account=_account(subject, accounts)),
        actor=_actor(chain[0], accounts) if facts.way is Way.DELEGATION and chain else None,
        permitted_actor=permitted_actor,
        actor_by_permission=_actor(permitted_actor.actor, accounts) if permitted_actor is not None else None,
    )


def _actor(party: Party, accounts: Mapping[str, Account]) -> Actor:
    return Actor(party=party, account=_account(party, accounts))


def _account(party: Party, accounts: Mapping[str, Account]) -> Account | None:
    return accounts.get(party.user_key) if party.user_key else None
