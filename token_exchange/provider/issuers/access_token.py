"""Issue access tokens, opaque or as JWTs, each with the row that an exchange adds to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.conf import token_exchange_settings
from token_exchange.provider.issuers import jwt_access_token
from token_exchange.provider.issuers.decision_facts import facts_of
from token_exchange.provider.issuers.exchanged_row import Columns, columns_of, parents_of
from token_exchange.provider.issuers.site_claims import NewToken, added_claims
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.facts import Facts
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.ports import TokenIssuer
from token_exchange.sts.targets import TokenFormat
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT
from token_exchange.tokens import issued_tokens
from token_exchange.tokens.preload import Preload
from token_exchange.toolkit.compat import access_token_model, fingerprint_of, server_asked, set_token_value
from token_exchange.toolkit.timestamps import to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Hold what the issuers of one request have in common."""

    request: Any
    """oauthlib's request, with the authenticated application."""
    generate: Callable[[Any], str]
    """The toolkit's generator of opaque access tokens, or the site's own."""
    preload: Preload
    configuration: Configuration
    using: str

    @property
    def issuer(self) -> str:
        """Return the issuer identifier of this server."""
        return token_exchange_settings.issuer or server_asked(self.request)

    def user_of(self, exchange: Exchange) -> Any | None:
        """Return the row of the subject's user; None if the subject is a client or a workload."""
        account = exchange.subject.account
        if account is None:
            return None
        row = self.preload.tokens.get(exchange.subject_token.fingerprint)
        return row.user if row else get_user_model()._default_manager.using(self.using).get(pk=account.key)


class AccessTokenIssuer(TokenIssuer):
    """Issues the access token of one request."""

    def __init__(self, issuing: Issuing) -> None:
        self._issuing = issuing

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Insert the token and its `ExchangedToken`; raise `Overtaken` if a parent or the rules have changed."""
        issuing = self._issuing
        resources = [uri for requested in permit.proposal.targets for uri in requested.resources]
        user = issuing.user_of(exchange)
        columns = self._columns(permit, exchange, user)
        facts = facts_of(permit, exchange, issuing.configuration, self._clients(exchange))
        value = self._value(permit, exchange, columns, facts, user, resources)
        columns |= {"fingerprint": fingerprint_of(value), "facts": facts.as_plain()}
        issued_tokens.save(
            self._token(value, permit, exchange, user, resources),
            columns,
            parents=parents_of(exchange),
            version=issuing.preload.version,
            using=issuing.using,
        )
        return IssuedToken(
            value=value,
            fingerprint=columns["fingerprint"],
            issued_token_type=JWT if permit.proposal.token_type == JWT else ACCESS_TOKEN,
            token_type=BEARER,
            lifetime=permit.proposal.lifetime,
            scopes=permit.scopes,
        )

    def _columns(self, permit: Permit, exchange: Exchange, user: Any | None) -> Columns:
        columns = columns_of(permit, exchange, self._issuing.preload.tokens)
        token = NewToken(
            user=user,
            client=self._issuing.request.client,
            actor=next(iter(permit.proposal.chain), None),
            scopes=permit.scopes,
            audience=columns["audience"],
        )
        return {**columns, "claims": {**columns["claims"], **added_claims(token)}}

    def _value(
        self,
        permit: Permit,
        exchange: Exchange,
        columns: Columns,
        facts: Facts,
        user: Any | None,
        resources: list[str],
    ) -> str:
        if permit.proposal.token_format is TokenFormat.JWT:
            issuer = self._issuing.issuer
            return jwt_access_token.signed(permit, exchange, columns, facts, resources=resources, issuer=issuer)
        # A site's own generator may read these. They are assigned here, so that no body parameter can pose as one.
        request = self._issuing.request
        request.user = user
        request.scopes = sorted(permit.scopes)
        request.resource = resources
        request.expires_in = permit.proposal.lifetime
        return self._issuing.generate(request)

    def _token(self, value: str, permit: Permit, exchange: Exchange, user: Any | None, resources: list[str]) -> Any:
        token = access_token_model()(
            user=user,
            application=self._issuing.request.client,
            scope=" ".join(sorted(permit.scopes)),
            resource=resources,
            expires=to_datetime(exchange.now + permit.proposal.lifetime),
        )
        set_token_value(token, value)
        return token

    def _clients(self, exchange: Exchange) -> dict[str, str]:
        """Return the primary key, as text, of every client of the lineage by its client id."""
        tokens = self._issuing.preload.tokens
        rows = [row for row in map(tokens.get, (one.fingerprint for one in parents_of(exchange))) if row]
        known = {row.application.client_id: str(row.application.pk) for row in rows if row.application is not None}
        for row in rows:
            known |= row.exchanged.facts["clients"] if row.exchanged else {}
        return {**known, exchange.client.client_id: str(self._issuing.request.client.pk)}
