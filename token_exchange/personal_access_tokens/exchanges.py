"""A personal access token that is exchanged counts as used: its owner sees when, and from which address."""

from __future__ import annotations

from token_exchange.personal_access_tokens import letters, lifecycle
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN


def record_use(event: ExchangeEvent, using: str) -> None:
    """Record the use of the personal access token that was exchanged; write to its owner if the address is new.

    Do nothing after a refusal, and nothing if the subject token was of another type.
    """
    used = event.exchange.subject_token if event.exchange and event.permit else None
    if used is None or used.token_type != PERSONAL_ACCESS_TOKEN:
        return
    address = event.circumstances.address
    row = lifecycle.record_use(used.fingerprint, address)
    if row is not None and address is not None:
        letters.used_from(row, address)
