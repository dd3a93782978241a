"""Write an access token as a signed JWT, with the claims that introspection answers for it (RFC 9068)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from token_exchange.provider.issuers.exchanged_row import Columns
from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.facts import Facts
from token_exchange.sts.policy import Way
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens import token_claims
from token_exchange.tokens.pairwise import naming_for
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.signing_keys import signing_keys

TYPE: Final = "at+jwt"


def signed(
    permit: Permit, exchange: Exchange, columns: Columns, facts: Facts, *, resources: Iterable[str], issuer: str
) -> str:
    """Return the new token, signed with the first key of the site; raise `ImproperlyConfigured` if there is none."""
    keys = signing_keys()
    if not keys:
        raise ImproperlyConfigured('TOKEN_EXCHANGE["SIGNING_KEYS"] names no key to sign access tokens with.')
    issued = int(exchange.now)
    described = token_claims.IssuedToken(
        subject=exchange.subject.party,
        client_id=exchange.client.client_id,
        scopes=permit.scopes,
        resources=resources,
        token_id=columns["token_id"],
        issued=issued,
        expires=issued + permit.proposal.lifetime,
    )
    value = keys[0].sign(token_claims.of(described, _status(permit, columns, facts), issuer), typ=TYPE)
    if len(value) > MAX_TOKEN_BYTES:
        raise ImproperlyConfigured("The claims make this JWT longer than any endpoint of this server accepts.")
    return value


def _status(permit: Permit, columns: Columns, facts: Facts) -> TokenStatus:
    proposal = permit.proposal
    return TokenStatus(
        is_active=True,
        is_exchanged=True,
        way=Way(columns["way"]),
        chain=proposal.chain,
        audience=frozenset(columns["audience"]),
        scopes=permit.scopes,
        policy=permit.policy.name,
        may_act=permit.policy.may_act if columns["may_act"] else None,
        naming=naming_for(requested.target for requested in proposal.targets),
        claims=columns["claims"],
        facts=facts,
    )
