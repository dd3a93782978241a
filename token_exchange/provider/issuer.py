"""Mints opaque access tokens with the toolkit's own generator, and keeps what an exchange adds to one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from token_exchange.provider.facts import facts_of, origin_of_lineage
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit
from token_exchange.sts.delegation import render_party, stored
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.origin import WITHDRAWN_BY_PEOPLE
from token_exchange.sts.permission import Permission
from token_exchange.sts.policy import Way
from token_exchange.sts.ports import TokenIssuer
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, USER
from token_exchange.tokens import issued_tokens
from token_exchange.tokens.preload import Preload, fingerprint_of
from token_exchange.toolkit.compat import access_token_model, set_token_value
from token_exchange.toolkit.timestamps import to_datetime


class AccessTokenIssuer(TokenIssuer):
    """One request's issuer of access tokens."""

    def __init__(
        self,
        request: Any,
        generate: Callable[[Any], str],
        opening: Preload,
        configuration: Configuration,
        using: str,
    ) -> None:
        self._request = request
        self._generate = generate
        self._opening = opening
        self._configuration = configuration
        self._using = using

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Insert the token row and the row beside it; raise `Overtaken` if what was decided on has changed."""
        resources = [uri for requested in permit.proposal.targets for uri in requested.resources]
        user = self._user(exchange)
        value = self._mint(permit, user, resources)
        fingerprint = fingerprint_of(value)
        issued_tokens.save(
            self._access_token(value, permit, user, resources, to_datetime(exchange.now + permit.proposal.lifetime)),
            {
                **_exchanged_token(fingerprint, permit, exchange, self._lasting_way(permit, exchange)),
                "facts": facts_of(permit, exchange, self._configuration, self._clients(exchange)).as_plain(),
                "trusted_issuer_id": self._external_issuer(exchange),
            },
            parents=_parents(exchange),
            version=self._opening.version,
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

    def _mint(self, permit: Permit, user: Any | None, resources: list[str]) -> str:
        # A site's own generator may read these; assigned, so that no body parameter can pose as one (P8).
        request = self._request
        request.user = user
        request.scopes = sorted(permit.scopes)
        request.resource = resources
        request.expires_in = permit.proposal.lifetime
        return self._generate(request)

    def _lasting_way(self, permit: Permit, exchange: Exchange) -> Way:
        # Traded once more, an impersonated token must not pass for one that its subject asked for (INV-26).
        rows = [self._opening.tokens.get(token.fingerprint) for token in _parents(exchange)]
        ways = {row.exchanged.way for row in rows if row and row.exchanged}
        return Way.WITHOUT_ACTOR if Way.WITHOUT_ACTOR in ways else permit.proposal.way

    def _clients(self, exchange: Exchange) -> dict[str, str]:
        """Return the primary key, as text, of every client that takes part in the lineage."""
        rows = [row for row in map(self._opening.tokens.get, (one.fingerprint for one in _parents(exchange))) if row]
        known = {row.application.client_id: str(row.application.pk) for row in rows if row.application is not None}
        for row in rows:
            known |= row.exchanged.facts["clients"] if row.exchanged else {}
        return {**known, exchange.client.client_id: str(self._request.client.pk)}

    def _external_issuer(self, exchange: Exchange) -> int | None:
        """Return the key of the external issuer at the beginning of the lineage, if there is one."""
        if exchange.subject_token.issuer is not None:
            return exchange.subject_token.issuer.key
        row = self._opening.tokens.get(exchange.subject_token.fingerprint)
        return row.exchanged.trusted_issuer_id if row and row.exchanged else None

    def _user(self, exchange: Exchange) -> Any | None:
        account = exchange.subject.account
        if account is None:
            return None
        row = self._opening.tokens.get(exchange.subject_token.fingerprint)
        return row.user if row else get_user_model()._default_manager.using(self._using).get(pk=account.key)

    def _access_token(
        self, value: str, permit: Permit, user: Any | None, resources: list[str], expires: datetime
    ) -> Any:
        token = access_token_model()(
            user=user,
            application=self._request.client,
            scope=" ".join(sorted(permit.scopes)),
            resource=resources,
            expires=expires,
        )
        set_token_value(token, value)
        return token


def _parents(exchange: Exchange) -> list[VerifiedToken]:
    return [token for token in (exchange.subject_token, exchange.actor_token) if token is not None]


def _exchanged_token(fingerprint: str, permit: Permit, exchange: Exchange, way: Way) -> dict[str, Any]:
    proposal, policy, subject_token = permit.proposal, permit.policy, exchange.subject_token
    issuer = subject_token.issuer
    permission = proposal.verdict.permission if proposal.verdict else None
    # A person who ends a ticket or a personal access token ends all that came of it, whatever the policy says.
    depends = policy.revoked_with_parents or origin_of_lineage(subject_token) in WITHDRAWN_BY_PEOPLE
    # RFC 8693 §4.4 names who may act next; a token that already has an actor says no more about it (F35).
    may_act = render_party(policy.may_act, None) if policy.may_act and not proposal.chain else None
    return {
        "fingerprint": fingerprint,
        # An external token has no row here that could be revoked: its issuer's row stands for it. Nor has a name.
        "subject_fingerprint": "" if issuer or subject_token.token_type == USER else subject_token.fingerprint,
        "actor_fingerprint": exchange.actor_token.fingerprint if exchange.actor_token else "",
        "root": subject_token.root or (exchange.actor_token.root if exchange.actor_token else ""),
        "generation": subject_token.generation + 1,
        "client_id": exchange.client.client_id,
        "subject": exchange.subject.party.subject,
        "way": way.value,
        "act": stored(proposal.chain),
        "may_act": may_act,
        "audience": [requested.target.name for requested in proposal.targets],
        "policy_id": policy.key,
        "permission_id": permission.key if permission else None,
        "claims": _copied(subject_token, permission),
        "revoked_with_parents": depends,
        "issued": to_datetime(exchange.now),
        "expires": to_datetime(exchange.now + proposal.lifetime),
    }


def _copied(token: VerifiedToken, permission: Permission | None) -> dict[str, object]:
    """What issuer or permission list, of what the subject token says."""
    names = token.issuer.copied_claims if token.issuer else permission.copied if permission else ()
    source = token.claims if token.issuer else token.justification
    return {name: source[name] for name in names if name in source}
