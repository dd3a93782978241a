"""Issue ID tokens: who the subject is, for the calling client and for no API (RFC 8693 §3, OpenID Connect Core §2)."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import uuid4

from oauth2_provider.settings import oauth2_settings

from token_exchange.provider.issuers.access_token import Issuing
from token_exchange.provider.issuers.decision_facts import origin_of_lineage
from token_exchange.sts.authentication import authentication_of
from token_exchange.sts.decision import Permit
from token_exchange.sts.delegation import render_act
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import NOT_APPLICABLE, IssuedToken
from token_exchange.sts.origin import Origin
from token_exchange.sts.ports import TokenIssuer
from token_exchange.sts.vocabulary import ID_TOKEN
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.toolkit.signing_keys import id_token_keys

ANSWERED_BY_THIS_APP: Final = "token_exchange.answered_by_this_app"
"""The key that our view adds to `META`. No client can send it: the keys of headers begin with HTTP_."""

_OF_A_LOGIN_HERE: Final = frozenset({Origin.LOGIN, Origin.ID_TOKEN, Origin.REFRESH_TOKEN})


def views_of_this_app_answer(request: Any) -> bool:
    """Return True if our view answers oauthlib's request: the toolkit's own fails for a token without a row."""
    return request.headers.get(ANSWERED_BY_THIS_APP) is True


class IdTokenIssuer(TokenIssuer):
    """Issues the ID token of one request.

    The token has no row, so that this server accepts it neither as a bearer token nor as a subject token.
    """

    def __init__(self, issuing: Issuing, validator: Any) -> None:
        self._issuing = issuing
        self._validator = validator

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Return the signed token, which expires with the permit, or earlier where the toolkit's setting says so."""
        lifetime = min(permit.proposal.lifetime, int(oauth2_settings.ID_TOKEN_EXPIRE_SECONDS))
        value = id_token_keys()[0].sign(self._claims(permit, exchange, lifetime), typ="JWT")
        return IssuedToken(
            value=value,
            fingerprint=fingerprint_of(value),
            issued_token_type=ID_TOKEN,
            token_type=NOT_APPLICABLE,
            lifetime=lifetime,
            scopes=permit.scopes,
        )

    def _claims(self, permit: Permit, exchange: Exchange, lifetime: int) -> dict[str, Any]:
        issued, chain = int(exchange.now), permit.proposal.chain
        claims = self._claims_of_the_site(permit, exchange)
        claims |= {
            "aud": exchange.client.client_id,
            "iat": issued,
            "exp": issued + lifetime,
            "jti": str(uuid4()),
            **authentication_of(exchange.subject_token),
        }
        # Only the exchange decides who acts, whatever the site's validator returns.
        claims["act"] = render_act(chain, str(claims["iss"]))
        return {name: value for name, value in claims.items() if value is not None}

    def _claims_of_the_site(self, permit: Permit, exchange: Exchange) -> dict[str, Any]:
        """Return the claims that the validator of the site gives its ID tokens for the granted scopes."""
        request = self._issuing.request
        request.user, request.scopes = self._issuing.user_of(exchange), sorted(permit.scopes)
        claims, _expires = self._validator.get_id_token_dictionary({}, None, request)
        # The toolkit takes the last login at this site, or else this moment. Neither is when an external issuer
        # authenticated the user.
        if origin_of_lineage(exchange.subject_token) not in _OF_A_LOGIN_HERE or request.user.last_login is None:
            claims.pop("auth_time", None)
        plain: dict[str, Any] = json.loads(json.dumps(claims, default=str))
        return plain
