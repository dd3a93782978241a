"""List and stop acts in a user's name: the granted exchanges whose subject is the user, with another actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from token_exchange.configuration import snapshot as configurations
from token_exchange.impersonation import tickets
from token_exchange.models import ExchangedToken, ExchangeRecord, ImpersonationTicket
from token_exchange.people.accounts import party_of
from token_exchange.sts.delegation import Chain, parse_act
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import client_party
from token_exchange.sts.policy import Way
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET
from token_exchange.tokens import lineage, status
from token_exchange.toolkit.compat import token_database
from token_exchange.wording import names

PAGE_SIZE: Final = 25
"""The number of acts on a page."""
MAX_PAGE: Final = 400
"""The last page: the database counts an offset row by row."""
STOPPED: Final = "stopped_by_subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Describe how an actor obtained a token in the user's name: the parties by name, and no fingerprint of a token."""

    record: ExchangeRecord
    actors: list[str]
    """The current actor first; empty if the token was issued without an actor."""
    client: str
    is_active: bool

    @property
    def is_by_permission(self) -> bool:
        """Return True if the act began by an impersonation permission, without a token of the subject."""
        return self.record.way == Way.BY_PERMISSION

    @property
    def ends(self) -> datetime:
        """Return the latest moment at which the token of the act expires."""
        return self.record.created + timedelta(seconds=self.record.lifetime or 0)


def of_subject(user: Any, *, page: int, by_permission: bool = False) -> tuple[list[Act], bool]:
    """Return a page of acts in a user's name, newest first, and True if there are older ones; pages count from 1.

    With `by_permission`, leave out exchanges of tokens that were issued for the user. This takes at most five
    statements for any number of rows.
    """
    first = (page - 1) * PAGE_SIZE
    records = _records(user).filter(way=Way.BY_PERMISSION.value) if by_permission else _records(user)
    rows = list(records.order_by("-created", "-pk")[first : first + PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    chains = {row.pk: _chain(row) for row in shown}
    clients = {client_party(row.client_id) for row in shown}
    named = names.names_of({party for chain in chains.values() for party in chain} | clients)
    active = _active([row.issued_fingerprint for row in shown])
    acts = [
        Act(
            record=row,
            actors=[named[party] for party in chains[row.pk]],
            client=named[client_party(row.client_id)],
            is_active=row.issued_fingerprint in active,
        )
        for row in shown
    ]
    return acts, len(rows) > PAGE_SIZE


def record_of(user: Any, key: int) -> ExchangeRecord | None:
    """Return the record of one act in the user's name; None for every other record."""
    return _records(user).filter(pk=key).first()


def stop(record: ExchangeRecord) -> int:
    """Revoke the token of an act and the ticket that it used; return the number of active tokens revoked."""
    using = token_database()
    with transaction.atomic(using=using):
        stopped = 0
        if record.subject_token_type == IMPERSONATION_TICKET:
            rows = ImpersonationTicket.objects.using(using).filter(fingerprint=record.subject_fingerprint)
            stopped = sum(tickets.withdraw(ticket, because=STOPPED) for ticket in rows)
        # The token is left if its policy does not revoke it with its parents, or if there was no ticket.
        if _unrevoked([record.issued_fingerprint]).exists():
            stopped += lineage.revoke(record.issued_fingerprint, using, because=STOPPED)
    return stopped


def _records(user: Any) -> QuerySet[ExchangeRecord]:
    return ExchangeRecord.objects.using(token_database()).filter(
        ~Q(actor="") | Q(way=Way.WITHOUT_ACTOR.value),
        subject=party_of(user).subject,
        outcome=ExchangeRecord.Outcome.GRANTED,
    )


def _chain(record: ExchangeRecord) -> Chain:
    try:
        return parse_act(record.act)
    except InvalidRequest:  # a row that this package did not write
        return ()


def _unrevoked(fingerprints: list[str]) -> QuerySet[ExchangedToken]:
    rows = ExchangedToken.objects.using(token_database())
    return rows.filter(fingerprint__in=fingerprints, revoked=None, expires__gt=timezone.now())


def _active(fingerprints: list[str]) -> set[str]:
    """Return the fingerprints whose token is neither revoked nor expired, and whose policy still applies."""
    configuration = configurations.current(token_database())
    return {
        token.fingerprint for token in _unrevoked(fingerprints) if status.policy_still_applies(token, configuration)
    }
