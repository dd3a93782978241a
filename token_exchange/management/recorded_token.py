"""Describe the subject token of a recorded exchange as options, from its row, if the row still exists."""

from __future__ import annotations

from typing import Any

from token_exchange.models import ExchangedToken, ExchangeRecord, ImpersonationTicket, PersonalAccessToken
from token_exchange.sts.delegation import parse_act, parse_party
from token_exchange.tokens import refresh_tokens
from token_exchange.toolkit.compat import access_token_model


def facts_of(record: ExchangeRecord, kind: str, using: str) -> dict[str, Any]:
    """Return the options that describe the token at the time of the exchange; none if its row was deleted."""
    readers = {
        "access_token": _access_token,
        "id_token": _id_token,
        "refresh_token": _refresh_token,
        "personal_access_token": _personal_access_token,
        "impersonation_ticket": _ticket,
    }
    return readers[kind](record, using) if kind in readers and record.subject_fingerprint else {}


def _access_token(record: ExchangeRecord, using: str) -> dict[str, Any]:
    row = _row(record.subject_fingerprint, using)
    if row is None:
        return {}
    facts = _held(row.scope, row.application, row.expires, record)
    exchanged = ExchangedToken.objects.using(using).filter(fingerprint=record.subject_fingerprint).first()
    if exchanged is not None:
        facts["subject_audience"] = list(exchanged.audience) or None
        facts["acting"] = list(parse_act(exchanged.act)) or None
        facts["may_act"] = parse_party(exchanged.may_act) if exchanged.may_act is not None else None
    return facts


def _id_token(record: ExchangeRecord, using: str) -> dict[str, Any]:
    row = _row(record.subject_fingerprint, using)
    return {} if row is None else _held(row.scope, row.application, row.expires, record)


def _row(fingerprint: str, using: str) -> Any:
    rows = access_token_model()._default_manager.using(using).select_related("application")
    return rows.filter(token_checksum=fingerprint).first()


def _refresh_token(record: ExchangeRecord, using: str) -> dict[str, Any]:
    row = refresh_tokens.find(record.subject_fingerprint, using)
    if row is None or row.access_token is None:
        return {}
    facts = _held(row.access_token.scope, row.application, row.access_token.expires, record)
    del facts["lifetime"]  # the expiry of the access token is not that of the refresh token
    return facts


def _personal_access_token(record: ExchangeRecord, using: str) -> dict[str, Any]:
    row = PersonalAccessToken.objects.using(using).filter(fingerprint=record.subject_fingerprint).first()
    return {} if row is None else _of_user(row, record)


def _ticket(record: ExchangeRecord, using: str) -> dict[str, Any]:
    tickets = ImpersonationTicket.objects.using(using).select_related("actor", "approver")
    ticket = tickets.filter(fingerprint=record.subject_fingerprint).first()
    if ticket is None:
        return {}
    return {
        **_of_user(ticket, record),
        "ticket_of": ticket.actor.get_username(),
        "approved_by": ticket.approver.get_username() if ticket.approver else None,
        "reason": ticket.reason or None,
        "reference": ticket.reference or None,
    }


def _held(scope: str, application: Any, expires: Any, record: ExchangeRecord) -> dict[str, Any]:
    return {
        "subject_scope": scope.split(),
        "issued_to": application.client_id if application else None,
        "lifetime": _left(expires, record),
    }


def _of_user(row: Any, record: ExchangeRecord) -> dict[str, Any]:
    return {
        "subject_scope": list(row.scopes),
        "subject_audience": list(row.targets.values_list("name", flat=True)) or None,
        "lifetime": _left(row.expires, record),
    }


def _left(expires: Any, record: ExchangeRecord) -> int:
    """Return the seconds that the token was still valid when the exchange was recorded."""
    return max(0, int((expires - record.created).total_seconds()))
