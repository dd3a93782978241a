"""Issue opaque access tokens with the toolkit's own generator, each with the row that an exchange adds to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.provider.token_requests.decision_facts import facts_of
from token_exchange.provider.token_requests.exchanged_row import columns_of, parents_of
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.ports import TokenIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.tokens import issued_tokens
from token_exchange.tokens.preload import Preload
from token_exchange.toolkit.compat import access_token_model, fingerprint_of, set_token_value
from token_exchange.toolkit.timestamps import to_datetime


class AccessTokenIssuer(TokenIssuer):
    """Issues the access token of one request."""

    def __init__(
        self,
        request: Any,
        generate: Callable[[Any], str],
        preload: Preload,
        configuration: Configuration,
        using: str,
    ) -> None:
        self._request = request
        self._generate = generate
        self._preload = preload
        self._configuration = configuration
        self._using = using

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Insert the token and its `ExchangedToken`; raise `Overtaken` if a parent or the rules have changed."""
        resources = [uri for requested in permit.proposal.targets for uri in requested.resources]
        user = self._user(exchange)
        value = self._generated(permit, user, resources)
        fingerprint = fingerprint_of(value)
        issued_tokens.save(
            self._token(value, permit, exchange, user, resources),
            self._exchanged_token(fingerprint, permit, exchange),
            parents=parents_of(exchange),
            version=self._preload.version,
            using=self._using,
        )
        return IssuedToken(
            value=value,
            fingerprint=fingerprint,
            issued_token_type=ACCESS_TOKEN,
            token_type=BEARER,
            lifetime=permit.proposal.lifetime,
            scopes=permit.scopes,
        )

    def _user(self, exchange: Exchange) -> Any | None:
        account = exchange.subject.account
        if account is None:
            return None
        row = self._preload.tokens.get(exchange.subject_token.fingerprint)
        return row.user if row else get_user_model()._default_manager.using(self._using).get(pk=account.key)

    def _generated(self, permit: Permit, user: Any | None, resources: list[str]) -> str:
        # A site's own generator may read these. They are assigned here, so that no body parameter can pose as one.
        request = self._request
        request.user = user
        request.scopes = sorted(permit.scopes)
        request.resource = resources
        request.expires_in = permit.proposal.lifetime
        return self._generate(request)

    def _token(self, value: str, permit: Permit, exchange: Exchange, user: Any | None, resources: list[str]) -> Any:
        token = access_token_model()(
            user=user,
            application=self._request.client,
            scope=" ".join(sorted(permit.scopes)),
            resource=resources,
            expires=to_datetime(exchange.now + permit.proposal.lifetime),
        )
        set_token_value(token, value)
        return token

    def _exchanged_token(self, fingerprint: str, permit: Permit, exchange: Exchange) -> dict[str, Any]:
        clients = self._clients(exchange)
        return {
            **columns_of(fingerprint, permit, exchange, self._preload.tokens),
            "facts": facts_of(permit, exchange, self._configuration, clients).as_plain(),
        }

    def _clients(self, exchange: Exchange) -> dict[str, str]:
        """Return the primary key, as text, of every client of the lineage by its client id."""
        rows = [row for row in map(self._preload.tokens.get, (one.fingerprint for one in parents_of(exchange))) if row]
        known = {row.application.client_id: str(row.application.pk) for row in rows if row.application is not None}
        for row in rows:
            known |= row.exchanged.facts["clients"] if row.exchanged else {}
        return {**known, exchange.client.client_id: str(self._request.client.pk)}
