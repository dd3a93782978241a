"""Keep the audit trail: a record of every answer, and after the commit its signal, its log line and its listeners."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.dispatch import Signal

from token_exchange import signals
from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.errors import ServerError, TemporarilyUnavailable
from token_exchange.sts.ports import AuditTrail
from token_exchange.tokens import audit_log
from token_exchange.tokens.insertion import insertion
from token_exchange.tokens.record_columns import columns_of

logger = logging.getLogger("token_exchange")

FAILURES: Final = (ServerError, TemporarilyUnavailable)
"""Errors of this server or of an external issuer: no rule refused the request, and an operator should look at it."""

Listener = Callable[[ExchangeEvent, str], None]
"""Called with each recorded event, and the alias of the tokens' database, after the commit."""


class DatabaseAuditTrail(AuditTrail):
    """Write each record to the tokens' database, so that token and record are committed or rolled back together."""

    def __init__(self, using: str, listeners: Iterable[Listener] = ()) -> None:
        self._using = using
        self._listeners = listeners

    def record(self, event: ExchangeEvent) -> None:
        """Insert the record now; after the commit send the signal, write the log line and call the listeners.

        A failure is logged at once, because an operator has to see it even if the record is rolled back.
        """
        columns = columns_of(event)
        insertion(ExchangeRecord, self._using).insert(columns)
        if isinstance(event.error, FAILURES):
            audit_log.failed(columns)
        # Robust: the answer has been decided, and a receiver or listener that fails must not change it.
        transaction.on_commit(lambda: self._announce(columns, event), using=self._using, robust=True)

    def _announce(self, columns: Mapping[str, Any], event: ExchangeEvent) -> None:
        signal = signals.exchange_refused if event.error else signals.exchange_granted
        if signal.has_listeners(ExchangeRecord):
            records = ExchangeRecord.objects.using(self._using).filter(request_id=columns["request_id"])
            _send(signal, records.latest("pk"))
        if not isinstance(event.error, FAILURES):
            audit_log.answered(columns)
        for listener in self._listeners:
            listener(event, self._using)


def _send(signal: Signal, record: ExchangeRecord) -> None:
    for receiver, outcome in signal.send_robust(sender=ExchangeRecord, record=record):
        if isinstance(outcome, Exception):
            logger.error("a receiver of an exchange signal failed", extra={"receiver": repr(receiver)})
