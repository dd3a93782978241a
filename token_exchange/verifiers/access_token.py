"""Own access tokens, opaque, as they stand in the access token table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from token_exchange.provider.compat import is_registration_token
from token_exchange.stores import ancestors, terms
from token_exchange.stores.accounts import account_of, party_of
from token_exchange.stores.moments import to_seconds
from token_exchange.stores.opening import Opening, TokenRow, fingerprint_of
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain, parse_act, parse_party
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party, client_party
from token_exchange.sts.policy import Way
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import TokenVerifier, VerifiedToken


class _Lineage(TypedDict):
    audiences: frozenset[str]
    chain: Chain
    may_act: Party | None
    root: str
    generation: int
    is_impersonated: bool


class AccessTokenVerifier:
    """Finds the token's row by checksum; what is not there, expired or of unknown origin proves nothing."""

    def __init__(self, opening: Opening, configuration: Configuration) -> None:
        self._opening = opening
        self._configuration = configuration

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the row says; raise `InvalidRequest` if there is none that counts."""
        fingerprint = fingerprint_of(token.value)
        row = self._opening.tokens.get(fingerprint)
        if row is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        expires = to_seconds(row.token.expires)
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        # Cached introspections of other servers and registration tokens share the table (P25).
        if row.application is None or is_registration_token(row.token):
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ORIGIN)
        if not row.application.is_usable(None):
            raise InvalidRequest(Reason.TOKEN_ISSUER_DISABLED)
        return self._describe(token, fingerprint, row, expires)

    def _describe(self, token: PresentedToken, fingerprint: str, row: TokenRow, expires: float) -> VerifiedToken:
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=fingerprint,
            party=_party(row),
            account=account_of(row.user) if row.user else None,
            client_id=row.application.client_id,
            scopes=frozenset(row.token.scope.split()),
            expires=expires,
            **self._lineage(fingerprint, row),
        )

    def _lineage(self, fingerprint: str, row: TokenRow) -> _Lineage:
        """What an earlier exchange left beside the token, as far as all of it still stands."""
        exchanged = row.exchanged
        if exchanged is None:
            audiences = self._configuration.targets.names_of(row.token.resource)
            return _Lineage(
                audiences=audiences, chain=(), may_act=None, root=fingerprint, generation=0, is_impersonated=False
            )
        if exchanged.revoked is not None or not terms.in_force(exchanged, self._configuration):
            raise InvalidRequest(Reason.TOKEN_REVOKED)
        if not ancestors.stand(exchanged, self._configuration):
            raise InvalidRequest(Reason.ANCESTOR_REVOKED)
        chain = parse_act(exchanged.act)
        may_act = parse_party(exchanged.may_act) if exchanged.may_act is not None else None
        if chain and may_act:  # F36: both at once is nobody's honest token
            raise InvalidRequest(Reason.CHAIN_MALFORMED)
        return _Lineage(
            audiences=frozenset(exchanged.audience),
            chain=chain,
            may_act=may_act,
            root=exchanged.root,
            generation=exchanged.generation,
            is_impersonated=exchanged.way == Way.IMPERSONATION,
        )


def _party(row: TokenRow) -> Party:
    if row.user is None and row.exchanged is not None:
        # The row's application only asked for this token; whom it is about came down from the first one.
        return Party(None, row.exchanged.subject)
    if row.user is None:
        return client_party(row.application.client_id)
    return party_of(row.user)


if TYPE_CHECKING:
    _: type[TokenVerifier] = AccessTokenVerifier
