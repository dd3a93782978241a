"""An access token of this server that nobody has minted: what it would prove if it stood in the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from token_exchange.provider.compat import access_token_model
from token_exchange.stores.moments import to_datetime
from token_exchange.stores.opening import Opening, TokenRow
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain
from token_exchange.sts.parties import Party
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.verifiers.access_token import AccessTokenVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedToken:
    """An access token as somebody might present it; None for a user means that it is about its client."""

    user: Any | None
    application: Any
    """The client that it was issued to."""
    scopes: frozenset[str]
    lifetime: int
    """Seconds left."""
    audiences: frozenset[str] = frozenset()
    chain: Chain = ()
    may_act: Party | None = None
    token_type: str = ACCESS_TOKEN


def row_of(supposed: SupposedToken, now: float) -> TokenRow:
    """Return the row that the token would have, which is nowhere."""
    token = access_token_model()(
        user=supposed.user,
        application=supposed.application,
        scope=" ".join(sorted(supposed.scopes)),
        expires=to_datetime(now + supposed.lifetime),
    )
    return TokenRow(token, supposed.user, supposed.application, None)


class SupposedOwnVerifier:
    """Looks at the row as if it had been found, and adds what an earlier exchange would have left beside it."""

    def __init__(self, opening: Opening, configuration: Configuration) -> None:
        self._own = AccessTokenVerifier(opening, configuration)

    def prove(self, token: PresentedToken, supposed: SupposedToken, now: float) -> VerifiedToken:
        """Return what the token would prove; raise `InvalidRequest` if it would prove nothing."""
        return replace(
            self._own.verify(token, now),
            audiences=supposed.audiences,
            chain=supposed.chain,
            may_act=supposed.may_act,
            # Only an exchange puts either there.
            generation=max(len(supposed.chain), 1 if supposed.may_act else 0),
        )
