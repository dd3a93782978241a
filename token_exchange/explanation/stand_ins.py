"""Stand in for what the endpoint stores: accounts, issued tokens, records and used tokens."""

from __future__ import annotations

from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.decision import Permit
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.parties import Subject
from token_exchange.sts.ports import AuditTrail, SingleUse, TokenIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET
from token_exchange.trusted_issuers.accounts import Accounts


class ExistingAccounts(Accounts):
    """Find users as the endpoint does, and create none."""

    def with_created_user(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject as it is, also if an exchange would create its user."""
        return subject


class KeptEvents(TokenIssuer, AuditTrail, SingleUse):
    """Take the place of the issuer, the audit trail and the record of used tokens, and keep the events in memory."""

    def __init__(self) -> None:
        self.events: list[ExchangeEvent] = []

    def record(self, event: ExchangeEvent) -> None:
        """Keep the event."""
        self.events.append(event)

    def claim(self, token: VerifiedToken) -> None:
        """Raise `InvalidRequest` if the token has no `jti` by which its use could be recorded."""
        if token.token_type != IMPERSONATION_TICKET and not token.token_id:
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ID, "subject_token")

    def release(self, token: VerifiedToken) -> None:
        """Do nothing: `claim` has recorded nothing."""

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Return a token without a value, with the lifetime and scopes that the permit grants."""
        return IssuedToken(
            value="",
            fingerprint="",
            issued_token_type=ACCESS_TOKEN,
            token_type=BEARER,
            lifetime=permit.proposal.lifetime,
            scopes=permit.scopes,
        )
