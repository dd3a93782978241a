"""Verify an access token of this server by its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.delegation import Chain
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Party, client_party
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import StoredToken, VerificationContext, VerifiedToken
from token_exchange.tokens import status
from token_exchange.toolkit.compat import fingerprint_of, is_registration_token
from token_exchange.toolkit.timestamps import to_seconds


class _Lineage(TypedDict):
    audiences: frozenset[str]
    scopes: frozenset[str]
    chain: Chain
    may_act: Party | None
    root: str
    generation: int
    is_without_actor: bool
    origin: Origin
    only_for: frozenset[str] | None
    narrowed: dict[str, frozenset[str]]
    permitted_actor: PermittedActor | None
    authentication: Mapping[str, object]


class AccessTokenVerifier(TokenVerifier):
    """Verify access tokens by the row with their checksum, and by the row of the exchange that issued them."""

    def __init__(self, context: VerificationContext) -> None:
        self._stored_tokens = context.stored_tokens
        self._configuration = context.configuration

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if it has no row, or one that is expired or unusable."""
        fingerprint = fingerprint_of(token.value)
        row = self._stored_tokens.get(fingerprint)
        if row is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        expires = to_seconds(row.token.expires)
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        # The toolkit stores cached introspection answers of other servers, and registration tokens, in the same table.
        if row.application is None or is_registration_token(row.token):
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ORIGIN)
        if not row.application.is_usable(None):
            raise InvalidRequest(Reason.TOKEN_ISSUER_DISABLED)
        return self._describe(token, fingerprint, row, expires)

    def _describe(self, token: PresentedToken, fingerprint: str, row: StoredToken, expires: float) -> VerifiedToken:
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=fingerprint,
            party=_party(row),
            account=account_of(row.user) if row.user else None,
            client_id=row.application.client_id,
            expires=expires,
            **self._lineage(fingerprint, row),
        )

    def _lineage(self, fingerprint: str, row: StoredToken) -> _Lineage:
        """Return what the exchange that issued the token recorded; raise `InvalidRequest` if it is inactive by now."""
        exchanged, targets = row.exchanged, self._configuration.targets
        if exchanged is None:
            return _Lineage(
                audiences=targets.names_of(row.token.resource),
                scopes=frozenset(row.token.scope.split()),
                chain=(),
                may_act=None,
                root=fingerprint,
                generation=0,
                is_without_actor=False,
                origin=Origin.LOGIN,
                only_for=None,
                narrowed=targets.narrowed_by(row.token.resource),
                permitted_actor=None,
                authentication={},
            )
        found = status.of_exchanged(exchanged, row.token, row.user, row.application, self._configuration)
        if not found.is_active or found.facts is None:
            raise InvalidRequest(found.reason or Reason.NO_LONGER_GRANTED)
        only_for, narrowed = found.facts.only_for, found.facts.narrowed
        return _Lineage(
            audiences=found.audience,
            scopes=found.scopes,
            chain=found.chain,
            may_act=found.may_act,
            root=exchanged.root,
            generation=exchanged.generation,
            is_without_actor=found.is_without_actor,
            origin=found.facts.origin,
            only_for=None if only_for is None else targets.names_at(only_for),
            narrowed={targets.by_key[key].name: uris for key, uris in narrowed.items() if key in targets.by_key},
            permitted_actor=found.permitted_actor,
            authentication=found.facts.authentication,
        )


def _party(row: StoredToken) -> Party:
    if row.user is None and row.exchanged is not None:
        # The application only exchanged a token for this one; the subject is that of the first token.
        return Party(None, row.exchanged.subject)
    if row.user is None:
        return client_party(row.application.client_id)
    return party_of(row.user)
