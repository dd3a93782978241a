"""Write every answer to the log `token_exchange`: one line, with the same facts in the `extra` of the log record.

The line alone names reason, client and request id, because many sites show the message of a log record and nothing
else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final

from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import Severity

logger = logging.getLogger("token_exchange")

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
"""The attributes of a log record, each with the column of the exchange record that it is filled from."""


def answered(columns: Mapping[str, Any]) -> None:
    """Log an answer: INFO if a token was issued, WARNING if the request was refused, ERROR if severity is high."""
    refused = columns["outcome"] == ExchangeRecord.Outcome.REFUSED
    alarming = columns["severity"] == Severity.HIGH
    level = logging.ERROR if alarming else logging.WARNING if refused else logging.INFO
    logger.log(level, "%s", _line(columns), extra=_facts(columns))


def failed(columns: Mapping[str, Any]) -> None:
    """Log an error of this server or of an external issuer as ERROR."""
    facts = _facts(columns)
    # `%r` quotes text that a client or an issuer chose, so that the message stays one line.
    message = "token exchange failed: %(reason)s %(detail)s, issuer %(issuer)r, client %(client_id)r, "
    logger.error(message + "request %(request_id)s", facts, extra=facts)


def _facts(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {attribute: columns.get(column, "") for attribute, column in LOGGED.items()}


def _line(columns: Mapping[str, Any]) -> str:
    """Return one line of ASCII, even if the client id contains other characters."""
    pairs = " ".join(f"{name}={value}" for name, value in _pairs(columns))
    return f"token exchange {columns['outcome']}: {pairs}"


def _pairs(columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if columns["reason"]:
        yield "reason", columns["reason"]
    if columns["detail"]:
        yield "detail", _quoted(columns["detail"])
    yield "client", _quoted(columns["client_id"])
    yield "request", columns["request_id"]


def _quoted(text: str) -> str:
    # A client that is not authenticated chooses its own client id. Quotes, line breaks, terminal sequences and
    # characters that turn the writing direction are escaped, so that no client id forges a second fact or line.
    return json.dumps(text)
