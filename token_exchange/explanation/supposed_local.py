"""Verify a supposed token of this server as the endpoint would if the token had a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from token_exchange.explanation.question import SupposedToken
from token_exchange.impersonation.user_reference_verifier import UserReferenceVerifier
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import StoredToken, VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN, USER
from token_exchange.toolkit.compat import access_token_model, fingerprint_of
from token_exchange.toolkit.timestamps import to_datetime
from token_exchange.verifiers.access_token import AccessTokenVerifier


def row_of(supposed: SupposedToken, now: float) -> StoredToken:
    """Return the row that the token would have; it is not saved."""
    token = access_token_model()(
        user=supposed.user,
        application=supposed.application,
        scope=" ".join(sorted(supposed.scopes)),
        expires=to_datetime(now + supposed.lifetime),
    )
    return StoredToken(token=token, user=supposed.user, application=supposed.application, exchanged=None)


class SupposedLocalVerifier:
    """Verify a local token that need not exist, with the chain and audience that an exchange would have recorded."""

    def __init__(self, context: VerificationContext) -> None:
        self._local = AccessTokenVerifier(context)
        self._references = UserReferenceVerifier(context)

    def verify_supposed(self, token: PresentedToken, supposed: SupposedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if the endpoint would refuse it."""
        if token.token_type == USER and supposed.user is not None:
            # A user reference is the username itself: it is verified as the endpoint does.
            return self._references.verify(replace(token, value=supposed.user.get_username()), now)
        if token.token_type in {PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET}:
            return _of_user(token, supposed, now)
        return replace(
            self._local.verify(token, now),
            audiences=supposed.audiences,
            chain=supposed.chain,
            may_act=supposed.may_act,
            claims=supposed.claims,
            # Only an exchange records a chain or `may_act`, so such a token is not of the first generation.
            generation=max(len(supposed.chain), 1 if supposed.may_act else 0),
        )


def _of_user(token: PresentedToken, supposed: SupposedToken, now: float) -> VerifiedToken:
    """Return the verified personal access token or ticket; raise `InvalidRequest` if it has expired."""
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
    """Return the actor of a ticket, None of a personal access token; a named approver counts as an approval."""
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
    """Return the scopes that the owner, and the user who acts with a ticket, still have the rights for."""
    scopes: Any = scope_rights.held_by(supposed.user, supposed.scopes)
    return frozenset(scope_rights.held_by(supposed.holder, scopes) if supposed.holder else scopes)
