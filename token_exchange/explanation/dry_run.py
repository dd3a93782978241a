"""Run the steps of the token endpoint on a question, without issuing, recording or using up anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from typing import Any, Final

from token_exchange.configuration import snapshot as configurations
from token_exchange.explanation.question import Question, SupposedExternalToken, SupposedToken
from token_exchange.explanation.stand_ins import ExistingAccounts, KeptEvents
from token_exchange.explanation.supposed_external import SupposedExternalVerifier
from token_exchange.explanation.supposed_local import SupposedLocalVerifier, row_of
from token_exchange.models.policy_rules import has_blank_secret
from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.errors import InvalidClient, TokenExchangeError
from token_exchange.sts.form import Form
from token_exchange.sts.parties import Client
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.service import SecurityTokenService
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE, ID_TOKEN, JWT, NEEDS_PERMISSION
from token_exchange.toolkit.compat import fingerprint_of, scopes_known_for
from token_exchange.toolkit.signing_keys import id_token_keys

# Values that the parser accepts; no token has them.
SUBJECT: Final = "supposed-subject-token"
ACTOR: Final = "supposed-actor-token"


def answer(question: Question, *, now: float, using: str) -> ExchangeEvent:
    """Return the event that the endpoint would record; nothing is issued, stored or used up."""
    application, kept = question.application, KeptEvents()
    client = Client(client_id=application.client_id)
    circumstances = Circumstances(request_id="", client_id=client.client_id, address=None, now=now)
    if (error := _client_error(application)) is not None:
        return ExchangeEvent(circumstances=circumstances, error=error)
    with suppress(TokenExchangeError):  # the event holds the error
        _service(question, client, kept, now, using).exchange(
            Form.of(_pairs(question)),
            client=client,
            client_scopes=scopes_known_for(application, None),
            circumstances=circumstances,
        )
    return kept.events[-1]


def _client_error(application: Any) -> TokenExchangeError | None:
    """Return the error that the endpoint would give this client for its right secret, None if it would accept it."""
    if not application.is_usable(None):
        return InvalidClient(Reason.CLIENT_AUTHENTICATION_FAILED)
    if has_blank_secret(application):
        return InvalidClient(Reason.CLIENT_SECRET_IS_BLANK)
    if application.client_type != application.CLIENT_CONFIDENTIAL:
        return InvalidClient(Reason.CLIENT_IS_PUBLIC)
    return None


def _service(question: Question, client: Client, kept: KeptEvents, now: float, using: str) -> SecurityTokenService:
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
        accounts=ExistingAccounts(
            using,
            with_groups=configuration.asks_for_groups(client),
            compares=question.subject_token.token_type in NEEDS_PERMISSION,
        ),
        issuers=dict.fromkeys([ACCESS_TOKEN, JWT, *([ID_TOKEN] if id_token_keys() else [])], kept),
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
    """Verify a supposed token as if its issuer, this server or an external one, had issued it."""

    def __init__(
        self, tokens: Mapping[str, SupposedToken | SupposedExternalToken], context: VerificationContext
    ) -> None:
        self._tokens = tokens
        self._local = SupposedLocalVerifier(context)
        self._external = SupposedExternalVerifier(context)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if the endpoint would refuse it."""
        supposed = self._tokens[token.value]
        if isinstance(supposed, SupposedExternalToken):
            return self._external.verify_supposed(token, supposed, now)
        return self._local.verify_supposed(token, supposed, now)
