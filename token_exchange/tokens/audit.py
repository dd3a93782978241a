"""The audit trail: one row an answer, its signal and its log line after the commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.dispatch import Signal

from token_exchange import signals
from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent, Severity
from token_exchange.sts.delegation import stored
from token_exchange.sts.errors import ServerError, TemporarilyUnavailable
from token_exchange.sts.ports import AuditTrail
from token_exchange.sts.trace import Trace, as_plain
from token_exchange.tokens.insertion import insertion
from token_exchange.tokens.log_line import log_line
from token_exchange.toolkit.timestamps import to_datetime

logger = logging.getLogger("token_exchange")

FAILURES: Final = (ServerError, TemporarilyUnavailable)
"""Errors that are no refusals: nothing was decided, and an operator should look."""

MOST_TRIALS: Final = 50
"""Policies whose trial a record holds."""
MOST_DETAIL: Final = 64
"""Characters of what stands beside a reason."""


LOGGED: Final = {
    "request_id": "request_id",
    "client_id": "client_id",
    "outcome": "outcome",
    "error_code": "error",
    "reason": "reason",
    "detail": "detail",
    "severity": "severity",
    "subject": "subject",
    "actor": "actor",
    "audience": "audience",
    "granted_scope": "granted_scope",
    "policy": "policy_name",
    "issuer": "trusted_issuer",
}
"""What a log line carries beside its message, and which column says it."""

Listener = Callable[[ExchangeEvent, str], None]
"""Called with each recorded event, and the alias of the tokens' database, after the commit."""


class DatabaseAuditTrail(AuditTrail):
    """Writes each record to the tokens' database, so that token and record are committed or rolled back together."""

    def __init__(self, using: str, listeners: Iterable[Listener] = ()) -> None:
        self._using = using
        self._listeners = listeners

    def record(self, event: ExchangeEvent) -> None:
        """Insert the record now; after the commit send the signal, write the log line and call the listeners.

        An error of this server is logged at once, because it has to be seen even if the record is rolled back.
        """
        columns = _columns(event)
        insertion(ExchangeRecord, self._using).insert(columns)
        if isinstance(event.error, FAILURES):
            _log_failure(columns)
        # Robust: the answer has been decided, and a receiver or listener that fails must not change it.
        transaction.on_commit(lambda: self._announce(columns, event), using=self._using, robust=True)

    def _announce(self, columns: Mapping[str, Any], event: ExchangeEvent) -> None:
        signal = signals.exchange_refused if event.error else signals.exchange_granted
        if signal.has_listeners(ExchangeRecord):
            records = ExchangeRecord.objects.using(self._using).filter(request_id=columns["request_id"])
            _send(signal, records.latest("pk"))
        if not isinstance(event.error, FAILURES):
            _log(columns)
        for listener in self._listeners:
            listener(event, self._using)


def _columns(event: ExchangeEvent) -> dict[str, Any]:
    outcome = ExchangeRecord.Outcome.REFUSED if event.error else ExchangeRecord.Outcome.GRANTED
    return {
        "created": to_datetime(event.circumstances.now),
        "request_id": event.circumstances.request_id,
        "outcome": outcome.value,
        "error": event.error.error if event.error else "",
        "reason": event.error.reason.value if event.error else "",
        "detail": event.error.detail[:MOST_DETAIL] if event.error else "",
        "severity": event.severity.value,
        "client_id": event.circumstances.client_id,
        "address": event.circumstances.address,
        "audience": [],
        "trace": as_plain(_kept(event.trace)),
        "trusted_issuer": event.error.issuer if isinstance(event.error, TemporarilyUnavailable) else "",
        **_asked(event),
        **_established(event),
        **_granted(event),
    }


def _kept(trace: Trace) -> Trace:
    """Return the whole trace, or of a very long one the trials that came furthest: a record stays a record."""
    if len(trace) <= MOST_TRIALS:
        return trace
    return tuple(sorted(trace, key=lambda trial: -sum(finding.passed for finding in trial.findings))[:MOST_TRIALS])


def _asked(event: ExchangeEvent) -> dict[str, Any]:
    request = event.request
    if request is None:
        return {}
    return {
        "subject_token_type": request.subject_token.token_type[:255],
        "actor_token_type": request.actor_token.token_type[:255] if request.actor_token else "",
        "requested_token_type": (request.requested_token_type or "")[:255],
        "requested_scope": " ".join(sorted(request.scopes or ())),
        "audience": list(request.audiences),
        "resource": list(request.resources),
    }


def _established(event: ExchangeEvent) -> dict[str, Any]:
    exchange = event.exchange
    if exchange is None:
        return {}
    account = exchange.subject.account
    return {
        "subject": exchange.subject.party.subject,
        "subject_name": account.username[:255] if account else "",
        "actor": exchange.actor.party.subject if exchange.actor else "",
        "act": stored(exchange.subject_token.chain),
        "justification": dict(exchange.subject_token.justification),
        "trusted_issuer": exchange.subject_token.issuer.issuer if exchange.subject_token.issuer else "",
        "subject_fingerprint": exchange.subject_token.fingerprint,
        "actor_fingerprint": exchange.actor_token.fingerprint if exchange.actor_token else "",
    }


def _granted(event: ExchangeEvent) -> dict[str, Any]:
    permit, issued = event.permit, event.issued
    if permit is None or issued is None:
        return {}
    proposal = permit.proposal
    permission = proposal.verdict.permission if proposal.verdict else None
    return {
        "actor": proposal.chain[0].subject if proposal.chain else "",
        "act": stored(proposal.chain),
        "way": proposal.way.value,
        "granted_scope": " ".join(sorted(issued.scopes)),
        "audience": [requested.target.name for requested in proposal.targets],
        "resource": [uri for requested in proposal.targets for uri in requested.resources],
        "policy_key": permit.policy.key,
        "policy_name": permit.policy.name,
        "permission_key": permission.key if permission else None,
        "permission_name": permission.name if permission else "",
        "lifetime": issued.lifetime,
        "issued_fingerprint": issued.fingerprint,
    }


def _send(signal: Signal, record: ExchangeRecord) -> None:
    for receiver, outcome in signal.send_robust(sender=ExchangeRecord, record=record):
        if isinstance(outcome, Exception):
            logger.error("a receiver of an exchange signal failed", extra={"receiver": repr(receiver)})


def _log_failure(columns: Mapping[str, Any]) -> None:
    told = _told(columns)
    # In the text too, since many sites show nothing else; with quotation marks, so that a line stays one line.
    message = "token exchange failed: %(reason)s %(detail)s, issuer %(issuer)r, client %(client_id)r, "
    logger.error(message + "request %(request_id)s", told, extra=told)


def _told(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {told: columns.get(name, "") for told, name in LOGGED.items()}


def _log(columns: Mapping[str, Any]) -> None:
    refused = columns["outcome"] == ExchangeRecord.Outcome.REFUSED
    alarming = columns["severity"] == Severity.HIGH
    logger.log(
        logging.ERROR if alarming else logging.WARNING if refused else logging.INFO,
        "%s",
        log_line(columns),
        extra=_told(columns),
    )
