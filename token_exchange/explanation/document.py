"""Show an explanation as JSON, for programs and for the tests of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from token_exchange.explanation.question import Question, SupposedExternalToken, SupposedToken
from token_exchange.explanation.verdict import Verdict
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.decision import Permit


def document(
    question: Question, event: ExchangeEvent, verdict: Verdict, changes: Sequence[str], sentences: Mapping[Any, str]
) -> dict[str, Any]:
    """Return the question, the verdict, the grant, what would have to change, and the trace, as JSON values."""
    return {
        "verdict": "permit" if verdict.granted else "refusal",
        "error": verdict.error or None,
        "error_description": event.error.description if event.error else None,
        "reason": verdict.reason or None,
        "detail": verdict.detail or None,
        "decided_by": [_named(verdict.trace[index], sentences) for index in verdict.deciding],
        "rule": verdict.rule or None,
        "changes": list(changes),
        "granted": _granted(event.permit) if event.permit else None,
        "question": _question(question),
        "trace": [{**trial, "sentence": sentences.get(trial["policy"], "")} for trial in verdict.trace],
    }


def _named(trial: Mapping[str, Any], sentences: Mapping[Any, str]) -> dict[str, Any]:
    return {"policy": trial["policy"], "name": trial["name"], "sentence": sentences.get(trial["policy"], "")}


def _granted(permit: Permit) -> dict[str, Any]:
    proposal = permit.proposal
    return {
        "scope": " ".join(sorted(permit.scopes)),
        "audience": [requested.target.name for requested in proposal.targets],
        "resource": [uri for requested in proposal.targets for uri in requested.resources],
        "lifetime": proposal.lifetime,
        "way": proposal.way.value,
        "actors": [party.subject for party in proposal.chain],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "client": question.application.client_id,
        "subject_token": _token(question.subject_token),
        "actor_token": _token(question.actor_token) if question.actor_token else None,
        "parameters": [list(pair) for pair in question.parameters],
    }


def _token(token: SupposedToken | SupposedExternalToken) -> dict[str, Any]:
    if isinstance(token, SupposedExternalToken):
        return {"issuer": token.issuer, "token_type": token.token_type, "claims": dict(token.claims)}
    return {
        "token_type": token.token_type,
        "user": token.user.get_username() if token.user else None,
        "issued_to": token.application.client_id,
        "scope": " ".join(sorted(token.scopes)),
        "lifetime": token.lifetime,
        "audience": sorted(token.audiences),
        "actors": [party.subject for party in token.chain],
        "may_act": token.may_act.subject if token.may_act else None,
        "ticket_of": token.holder.get_username() if token.holder else None,
        "justification": dict(token.justification),
        "claims": dict(token.claims),
    }
