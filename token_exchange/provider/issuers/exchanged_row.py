"""Fill the columns of `ExchangedToken` for a new token: its lineage, its actors, and what decided the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from token_exchange.provider.issuers.decision_facts import origin_of_lineage
from token_exchange.sts.decision import Permit
from token_exchange.sts.delegation import render_party, stored
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.origin import WITHDRAWN_BY_PEOPLE
from token_exchange.sts.permission import Permission
from token_exchange.sts.policy import Way
from token_exchange.sts.verification import StoredToken, VerifiedToken
from token_exchange.sts.vocabulary import USER
from token_exchange.toolkit.timestamps import to_datetime

Columns = dict[str, Any]
"""The values of a new `ExchangedToken`, by the name of their field."""

Rows = Mapping[str, StoredToken]
"""The stored rows of the presented tokens, by fingerprint."""


def columns_of(permit: Permit, exchange: Exchange, rows: Rows) -> Columns:
    """Return the columns for the new token, all but `facts`, and but `fingerprint`, which only the new value has."""
    proposal, policy, subject_token = permit.proposal, permit.policy, exchange.subject_token
    permission = proposal.verdict.permission if proposal.verdict else None
    return {
        "token_id": uuid4().hex,
        **_lineage(exchange),
        "client_id": exchange.client.client_id,
        "subject": exchange.subject.party.subject,
        "way": _lasting_way(permit, exchange, rows).value,
        "act": stored(proposal.chain),
        # RFC 8693 §4.4: the claim names the next actor. A token that has an actor already makes no such statement.
        "may_act": render_party(policy.may_act, None) if policy.may_act and not proposal.chain else None,
        "audience": [requested.target.name for requested in proposal.targets],
        "policy_id": policy.key,
        "permission_id": permission.key if permission else None,
        "trusted_issuer_id": _external_issuer(subject_token, rows),
        "claims": _copied_claims(subject_token, permission),
        # Withdrawing a ticket, or revoking a personal access token, revokes its descendants under every policy.
        "revoked_with_parents": policy.revoked_with_parents or origin_of_lineage(subject_token) in WITHDRAWN_BY_PEOPLE,
        "issued": to_datetime(exchange.now),
        "expires": to_datetime(exchange.now + proposal.lifetime),
    }


def parents_of(exchange: Exchange) -> list[VerifiedToken]:
    """Return the tokens that the new one is made from: the subject token, and the actor token if there is one."""
    return [token for token in (exchange.subject_token, exchange.actor_token) if token is not None]


def _lineage(exchange: Exchange) -> dict[str, Any]:
    subject_token, actor_token = exchange.subject_token, exchange.actor_token
    # External tokens and user references have no row here that could be revoked, so no fingerprint is stored.
    is_stored = subject_token.issuer is None and subject_token.token_type != USER
    return {
        "subject_fingerprint": subject_token.fingerprint if is_stored else "",
        "actor_fingerprint": actor_token.fingerprint if actor_token else "",
        "root": subject_token.root or (actor_token.root if actor_token else ""),
        "generation": subject_token.generation + 1,
    }


def _lasting_way(permit: Permit, exchange: Exchange, rows: Rows) -> Way:
    """Return `WITHOUT_ACTOR` if any parent has it: a further exchange must not make it look like the subject's own."""
    found = [rows.get(token.fingerprint) for token in parents_of(exchange)]
    ways = {row.exchanged.way for row in found if row and row.exchanged}
    return Way.WITHOUT_ACTOR if Way.WITHOUT_ACTOR in ways else permit.proposal.way


def _external_issuer(token: VerifiedToken, rows: Rows) -> int | None:
    """Return the key of the external issuer whose token the lineage began with, None if there is none."""
    if token.issuer is not None:
        return token.issuer.key
    row = rows.get(token.fingerprint)
    return row.exchanged.trusted_issuer_id if row and row.exchanged else None


def _copied_claims(token: VerifiedToken, permission: Permission | None) -> dict[str, object]:
    """Return the claims to copy into the new token: those that the external issuer, or the permission, lists."""
    names = token.issuer.copied_claims if token.issuer else permission.copied_claims if permission else ()
    source = token.claims if token.issuer else token.justification
    return {name: source[name] for name in names if name in source}
