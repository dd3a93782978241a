"""Personal access tokens and impersonation tickets that nobody has made: what they would prove if they had a row."""

from __future__ import annotations

from typing import Any

from token_exchange.explanation.supposed_token import SupposedToken
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.toolkit.compat import fingerprint_of


def prove(token: PresentedToken, supposed: SupposedToken, now: float) -> VerifiedToken:
    """Return what the token would prove; raise `InvalidRequest` if it would prove nothing."""
    if supposed.lifetime <= 0:
        raise InvalidRequest(Reason.TOKEN_EXPIRED)
    fingerprint = fingerprint_of(token.value)
    return VerifiedToken(
        token_type=token.token_type,
        fingerprint=fingerprint,
        party=party_of(supposed.user),
        account=account_of(supposed.user),
        client_id=None,
        scopes=_scopes(supposed),
        audiences=frozenset(),
        only_for=supposed.audiences or None,
        expires=now + supposed.lifetime,
        root=fingerprint,
        holder=account_of(supposed.holder) if supposed.holder else None,
        justification=dict(supposed.justification),
        permitted_actor=_permitted_actor(supposed),
    )


def _permitted_actor(supposed: SupposedToken) -> PermittedActor | None:
    """Return what a ticket would owe to a permission; whoever is named as its approver is taken to be one."""
    if supposed.holder is None:
        return None
    said = supposed.justification
    return PermittedActor(
        method=ActAsMethod.TICKET,
        actor=party_of(supposed.holder),
        has_reason=bool(said.get("reason")),
        has_reference=bool(said.get("reference")),
        is_approved=bool(said.get("approver")),
    )


def _scopes(supposed: SupposedToken) -> frozenset[str]:
    """What its owner, and the person who acts with it, may still do."""
    scopes: Any = scope_rights.held_by(supposed.user, supposed.scopes)
    return frozenset(scope_rights.held_by(supposed.holder, scopes) if supposed.holder else scopes)
