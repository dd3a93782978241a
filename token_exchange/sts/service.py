"""Run one exchange, step by step: parse, verify, decide, issue, record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit, Refusal, decide
from token_exchange.sts.errors import InvalidRequest, TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.form import Form
from token_exchange.sts.issuance import IssuedToken, Overtaken, TokenExchangeResponse, respond
from token_exchange.sts.parsing import parse
from token_exchange.sts.parties import NO_PARTY, Actor, Client
from token_exchange.sts.ports import AccountDirectory, AuditTrail, SingleUse, TokenIssuer, TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken, TokenExchangeRequest
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, SUBJECT_ONLY, USER


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityTokenService:
    """Exchange tokens for one request, with the ports that were filled for it."""

    configuration: Configuration
    verifiers: Mapping[str, TokenVerifier]
    accounts: AccountDirectory
    issuers: Mapping[str, TokenIssuer]
    audit: AuditTrail
    single_use: SingleUse
    unit_of_work: Callable[[], AbstractContextManager[object]]

    def exchange(
        self,
        form: Form,
        *,
        client: Client,
        client_scopes: frozenset[str],
        circumstances: Circumstances,
    ) -> TokenExchangeResponse:
        """Return the response to an authenticated client; raise `TokenExchangeError` if the request is refused.

        Every outcome is recorded; a new token and its record are saved in one transaction.
        """
        request: TokenExchangeRequest | None = None
        exchange: Exchange | None = None
        decision: Permit | Refusal | None = None
        try:
            self.configuration.require_policy_for(client)
            request = parse(form)
            exchange = self._establish(request, client, client_scopes, circumstances.now)
            decision = decide(exchange, self.configuration.policies_for(client))
            if isinstance(decision, Refusal):
                raise _with_recorded_reason(decision.error, exchange)
            issued = self._issue(decision, exchange, request, circumstances)
        except TokenExchangeError as error:
            trace = decision.trace if decision else ()
            self.audit.record(
                ExchangeEvent(circumstances=circumstances, request=request, exchange=exchange, error=error, trace=trace)
            )
            raise
        return respond(issued)

    def _establish(
        self, request: TokenExchangeRequest, client: Client, client_scopes: frozenset[str], now: float
    ) -> Exchange:
        """Verify the tokens, and return all facts that the decision may use."""
        if not self.configuration.accepts(client, request.subject_token.token_type):
            raise InvalidRequest(Reason.TOKEN_TYPE_UNSUPPORTED, "subject_token_type")
        subject_token = _with_justification(self._verify(request.subject_token, "subject_token", now), request)
        actor_token = self._verify(request.actor_token, "actor_token", now) if request.actor_token else None
        acting = actor_token or (subject_token if subject_token.holder else None)
        targets, unknown = self.configuration.targets.requested(request.audiences, request.resources)
        return Exchange(
            now=now,
            client=client,
            client_scopes=client_scopes,
            owned_targets=self.configuration.targets_owned_by(client),
            subject_token=subject_token,
            subject=self.accounts.subject_of(subject_token),
            actor_token=actor_token,
            actor=self.accounts.actor_of(acting) if acting else None,
            actor_by_permission=self._actor_by_permission(subject_token),
            permissions=self.configuration.permissions,
            requested_targets=targets,
            unknown_targets=unknown,
            requested_scopes=request.scopes,
            requested_token_type=request.requested_token_type,
        )

    def _actor_by_permission(self, token: VerifiedToken) -> Actor | None:
        """Return the actor who has acted by a permission since an earlier exchange, with current rights."""
        source = token.permitted_actor
        return self.accounts.actor_of(source) if source is not None and source.permission is not None else None

    def _verify(self, token: PresentedToken, parameter: str, now: float) -> VerifiedToken:
        verifier = self.verifiers.get(token.token_type)
        is_actor = parameter == "actor_token"
        if verifier is None or (is_actor and token.token_type in SUBJECT_ONLY):
            raise InvalidRequest(Reason.TOKEN_TYPE_UNSUPPORTED, f"{parameter}_type")
        try:
            verified = verifier.verify(token, now)
        except InvalidRequest as error:
            raise InvalidRequest(error.reason, parameter, detail=error.detail) from error
        # An external token proves a subject, but never an actor here.
        if is_actor and verified.issuer is not None:
            raise InvalidRequest(Reason.TOKEN_TYPE_UNSUPPORTED, "actor_token_type")
        return verified

    @contextmanager
    def _single_use_claimed(self, exchange: Exchange) -> Iterator[None]:
        """Mark single-use tokens as used before a token is issued; they stay used if issuing fails.

        If a parent token or the configuration changed meanwhile, the exchange is decided again. Then the claims are
        undone, or the next attempt would take the token for a replay.
        """
        claimed: list[VerifiedToken] = []
        try:
            for token in (exchange.subject_token, exchange.actor_token):
                if token is not None and _is_single_use(token):
                    self.single_use.claim(token)
                    claimed.append(token)
            yield
        except Overtaken:
            for token in claimed:
                self.single_use.release(token)
            raise

    def _issue(
        self, permit: Permit, exchange: Exchange, request: TokenExchangeRequest, circumstances: Circumstances
    ) -> IssuedToken:
        """Issue and record the token in one transaction, so that no token exists without its record."""
        issuer = self.issuers.get(permit.proposal.token_type or "")
        if issuer is None:
            raise InvalidRequest(Reason.TOKEN_TYPE_UNSUPPORTED, "requested_token_type")
        with self._single_use_claimed(exchange), self.unit_of_work():
            subject = self.accounts.with_created_user(exchange.subject, exchange.subject_token)
            exchange = replace(exchange, subject=subject) if subject is not exchange.subject else exchange
            issued = issuer.issue(permit, exchange)
            self.audit.record(
                ExchangeEvent(
                    circumstances=circumstances,
                    request=request,
                    exchange=exchange,
                    permit=permit,
                    issued=issued,
                    trace=permit.trace,
                )
            )
        return issued


def _with_justification(token: VerifiedToken, request: TokenExchangeRequest) -> VerifiedToken:
    """Return the token; a user reference gets the reason and the reference of the request as its justification."""
    if token.token_type != USER:
        return token
    given = {"reason": request.reason, "reference": request.reference}
    return replace(token, justification={name: text for name, text in given.items() if text})


def _with_recorded_reason(error: TokenExchangeError, exchange: Exchange) -> TokenExchangeError:
    """Return the refusal; if the user of a reference does not exist, only the record says so, not the response."""
    if exchange.subject_token.token_type != USER or exchange.subject.party != NO_PARTY:
        return error
    return type(error)(Reason.SUBJECT_UNKNOWN, error.parameter)


def _is_single_use(token: VerifiedToken) -> bool:
    return token.token_type == IMPERSONATION_TICKET or (token.issuer is not None and token.issuer.single_use)
