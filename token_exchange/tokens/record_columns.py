"""Fill the columns of an exchange record from the event that it records."""

from __future__ import annotations

from typing import Any, Final

from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.delegation import stored
from token_exchange.sts.errors import TemporarilyUnavailable
from token_exchange.sts.trace import Trace, as_plain
from token_exchange.toolkit.timestamps import to_datetime

MAX_TRIALS: Final = 50
"""The number of policies whose trial a record holds."""
MAX_DETAIL: Final = 64
"""The number of characters of the detail beside a reason."""


def columns_of(event: ExchangeEvent) -> dict[str, Any]:
    """Return the columns of the record of an event, by attribute; all others have the default of their field."""
    outcome = ExchangeRecord.Outcome.REFUSED if event.error else ExchangeRecord.Outcome.GRANTED
    return {
        "created": to_datetime(event.circumstances.now),
        "request_id": event.circumstances.request_id,
        "outcome": outcome.value,
        "error": event.error.error if event.error else "",
        "reason": event.error.reason.value if event.error else "",
        "detail": event.error.detail[:MAX_DETAIL] if event.error else "",
        "severity": event.severity.value,
        "client_id": event.circumstances.client_id,
        "address": event.circumstances.address,
        "audience": [],
        "trace": as_plain(_shortened(event.trace)),
        "trusted_issuer": event.error.issuer if isinstance(event.error, TemporarilyUnavailable) else "",
        **_requested(event),
        **_established(event),
        **_granted(event),
    }


def _shortened(trace: Trace) -> Trace:
    """Return the trace, or the trials with the most passed checks if it has more than `MAX_TRIALS`."""
    if len(trace) <= MAX_TRIALS:
        return trace
    return tuple(sorted(trace, key=lambda trial: -sum(finding.passed for finding in trial.findings))[:MAX_TRIALS])


def _requested(event: ExchangeEvent) -> dict[str, Any]:
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
    """Return what the verified tokens said: subject, actors, justification, external issuer and fingerprints."""
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
