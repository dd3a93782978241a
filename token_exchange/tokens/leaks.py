"""Values that somebody found where others could read them: known again, and ended with all that came of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import tickets
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import endings, lifecycle
from token_exchange.personal_access_tokens import letters as notices
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens import lineage
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.toolkit.compat import access_token_model, token_database

LEAKED: Final = "leaked"


class Kind(StrEnum):
    """What a value turned out to be."""

    PERSONAL_ACCESS_TOKEN = "personal access tokens"
    IMPERSONATION_TICKET = "impersonation tickets"
    ACCESS_TOKEN = "access tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What was found; `stopped` counts the tokens of exchanges that died with it, None where it had ended before."""

    kind: Kind
    stopped: int | None
    row: Any


@sensitive_variables()
def revoke(value: str) -> Leak | None:
    """Revoke whatever of ours has this value, and tell the owner of a personal access token; None if nothing has."""
    if not value or len(value.encode(errors="replace")) > MAX_TOKEN_BYTES:
        return None
    return revoke_personal(value) or _revoke_ticket(value) or _revoke_access_token(value)


@sensitive_variables()
def revoke_personal(value: str) -> Leak | None:
    """Revoke the personal access token of this value and tell its owner; None if none has it."""
    row = lifecycle.find(value)
    if row is None:
        return None
    using = token_database()
    with transaction.atomic(using=using):
        stopped = endings.end(row, because=LEAKED)
        if stopped is not None:
            _tell(row, using)
    return Leak(kind=Kind.PERSONAL_ACCESS_TOKEN, stopped=stopped, row=row)


def _tell(row: PersonalAccessToken, using: str) -> None:
    transaction.on_commit(lambda: notices.revoked_as_leaked(row), using=using, robust=True)


@sensitive_variables()
def _revoke_ticket(value: str) -> Leak | None:
    ticket = tickets.find(value)
    if ticket is None:
        return None
    stopped = None if ticket.revoked else tickets.withdraw(ticket, because=LEAKED)
    return Leak(kind=Kind.IMPERSONATION_TICKET, stopped=stopped, row=ticket)


@sensitive_variables()
def _revoke_access_token(value: str) -> Leak | None:
    """One that this server issued, by whatever grant; one that has been revoked is no longer there."""
    using, fingerprint = token_database(), fingerprint_of(value)
    row = access_token_model()._default_manager.using(using).filter(token_checksum=fingerprint).first()
    if row is None:
        return None
    return Leak(kind=Kind.ACCESS_TOKEN, stopped=lineage.revoke(fingerprint, using, because=LEAKED) - 1, row=row)
