"""Collect the facts that an exchange was decided by, for the column `facts` of the new `ExchangedToken`."""

from __future__ import annotations

from collections.abc import Mapping

from token_exchange.sts.authentication import authentication_of
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.facts import Facts, terms_of
from token_exchange.sts.origin import Origin, origin_of
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN


def facts_of(permit: Permit, exchange: Exchange, configuration: Configuration, clients: Mapping[str, str]) -> Facts:
    """Return the facts; `clients` maps the client id of each client of the lineage to its primary key."""
    token, proposal = exchange.subject_token, permit.proposal
    by_name = configuration.targets.by_name
    opened = {requested.target.key: requested for requested in proposal.targets}
    narrowed = {by_name[name].key: uris for name, uris in token.narrowed.items() if name in by_name}
    return Facts(
        origin=origin_of_lineage(token),
        token_type=token.token_type,
        issued_to=token.client_id,
        meant_for=frozenset(by_name[name].key for name in token.audiences if name in by_name),
        way=proposal.way,
        targets=frozenset(opened),
        issued_token_type=proposal.token_type or ACCESS_TOKEN,
        authentication=authentication_of(token),
        only_for=_only_for(token, configuration),
        narrowed={**narrowed, **{key: frozenset(one.resources) for key, one in opened.items() if one.is_part}},
        clients=clients,
        terms=terms_of(permit.policy, token.issuer),
        permitted_actor=proposal.permitted_actor,
    )


def origin_of_lineage(token: VerifiedToken) -> Origin:
    """Return what kind of token the lineage began with, and so how it came to represent its subject."""
    if token.generation:
        return token.origin
    return origin_of(token.token_type, is_external=token.issuer is not None)


def _only_for(token: VerifiedToken, configuration: Configuration) -> frozenset[int] | None:
    if token.only_for is None:
        return None
    by_name = configuration.targets.by_name
    return frozenset(by_name[name].key for name in token.only_for if name in by_name)
