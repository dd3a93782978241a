"""What the token endpoint would answer to tokens that nobody has minted: the same steps, and nothing kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Final

from token_exchange.configuration import snapshot as configurations
from token_exchange.explanation.supposed_external import SupposedExternalToken, SupposedExternalVerifier
from token_exchange.explanation.supposed_local import SupposedLocalVerifier, row_of
from token_exchange.explanation.supposed_token import SupposedToken
from token_exchange.models.policy_rules import has_blank_secret
from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.decision import Permit
from token_exchange.sts.errors import InvalidClient, InvalidRequest, TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.form import Form
from token_exchange.sts.issuance import BEARER, IssuedToken
from token_exchange.sts.parties import Client, Subject
from token_exchange.sts.ports import AuditTrail, SingleUse, TokenIssuer, TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.service import SecurityTokenService
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE, IMPERSONATION_TICKET, NEEDS_PERMISSION
from token_exchange.toolkit.compat import fingerprint_of, scopes_known_for
from token_exchange.trusted_issuers.accounts import Accounts

# Stand-ins that pass the parser; no token of theirs exists anywhere.
SUBJECT: Final = "supposed-subject-token"
ACTOR: Final = "supposed-actor-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request that somebody might send: who calls, with which tokens, asking for what."""

    application: Any
    """The calling client."""
    subject_token: SupposedToken | SupposedExternalToken
    actor_token: SupposedToken | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    """Whatever else the form would hold: audience, resource, scope, requested_token_type, reason, reference."""


def answer(question: Question, *, now: float, using: str) -> ExchangeEvent:
    """Return what would be recorded; nothing is minted, written, or used up (M15)."""
    application, kept = question.application, _Kept()
    client = Client(client_id=application.client_id)
    circumstances = Circumstances(request_id="", client_id=client.client_id, address=None, now=now)
    if (error := _client_error(application)) is not None:
        return ExchangeEvent(circumstances=circumstances, error=error)
    with suppress(TokenExchangeError):  # the event tells it
        _service(question, client, kept, now, using).exchange(
            Form.of(_pairs(question)),
            client=client,
            client_scopes=scopes_known_for(application, None),
            circumstances=circumstances,
        )
    return kept.events[-1]


def _client_error(application: Any) -> TokenExchangeError | None:
    """Why this client could not even call; whether it knows its secret is not the question here."""
    if not application.is_usable(None):
        return InvalidClient(Reason.CLIENT_AUTHENTICATION_FAILED)
    if has_blank_secret(application):
        return InvalidClient(Reason.CLIENT_SECRET_IS_BLANK)
    if application.client_type != application.CLIENT_CONFIDENTIAL:
        return InvalidClient(Reason.CLIENT_IS_PUBLIC)
    return None


def _service(question: Question, client: Client, kept: _Kept, now: float, using: str) -> SecurityTokenService:
    configuration = configurations.current(using)
    tokens = dict(_tokens(question))
    context = VerificationContext(
        configuration=configuration,
        client=client,
        stored_tokens={
            fingerprint_of(value): row_of(token, now)
            for value, token in tokens.items()
            if isinstance(token, SupposedToken)
        },
    )
    return SecurityTokenService(
        configuration=configuration,
        verifiers=dict.fromkeys(
            {ACCESS_TOKEN, question.subject_token.token_type}, _SupposedTokenVerifier(tokens, context)
        ),
        accounts=_KnownAccounts(
            using,
            with_groups=configuration.asks_for_groups(client),
            compares=question.subject_token.token_type in NEEDS_PERMISSION,
        ),
        issuers={ACCESS_TOKEN: kept},
        audit=kept,
        single_use=kept,
        unit_of_work=nullcontext,
    )


def _tokens(question: Question) -> Iterator[tuple[str, SupposedToken | SupposedExternalToken]]:
    yield SUBJECT, question.subject_token
    if question.actor_token is not None:
        yield ACTOR, question.actor_token


def _pairs(question: Question) -> list[tuple[str, str]]:
    presented = [("subject_token", SUBJECT), ("subject_token_type", question.subject_token.token_type)]
    if question.actor_token is not None:
        presented += [("actor_token", ACTOR), ("actor_token_type", ACCESS_TOKEN)]
    return [("grant_type", GRANT_TYPE), *presented, *question.parameters]


class _SupposedTokenVerifier(TokenVerifier):
    """Verifies a token as if its issuer, this server or an outside one, had made it."""

    def __init__(
        self, tokens: Mapping[str, SupposedToken | SupposedExternalToken], context: VerificationContext
    ) -> None:
        self._tokens = tokens
        self._local = SupposedLocalVerifier(context)
        self._external = SupposedExternalVerifier(context)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token would prove; raise `InvalidRequest` if it would prove nothing."""
        supposed = self._tokens[token.value]
        if isinstance(supposed, SupposedExternalToken):
            return self._external.prove(token, supposed, now)
        return self._local.prove(token, supposed, now)


class _KnownAccounts(Accounts):
    """People as they stand, and nobody new: whom an exchange would create stays announced."""

    def with_created_user(self, subject: Subject, token: VerifiedToken) -> Subject:
        """Return the subject as it is."""
        return subject


class _Kept(TokenIssuer, AuditTrail, SingleUse):
    """Issues nothing, uses nothing up, and keeps the event in memory."""

    def __init__(self) -> None:
        self.events: list[ExchangeEvent] = []

    def record(self, event: ExchangeEvent) -> None:
        """Keep the event for whoever asked."""
        self.events.append(event)

    def claim(self, token: VerifiedToken) -> None:
        """Leave the token unused; raise `InvalidRequest` if it is a JWT without a `jti` to tell it by."""
        if token.token_type != IMPERSONATION_TICKET and not token.token_id:
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ID, "subject_token")

    def release(self, token: VerifiedToken) -> None:
        """Do nothing: a claim has changed nothing."""

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Return what would be told about the token; there is none."""
        return IssuedToken(
            value="",
            fingerprint="",
            issued_token_type=ACCESS_TOKEN,
            token_type=BEARER,
            lifetime=permit.proposal.lifetime,
            scopes=permit.scopes,
        )
