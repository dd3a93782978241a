"""What others did in somebody's name: the granted exchanges about one user in which another party acts."""

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

PAGE: Final = 25
"""Acts on a page."""
MOST_PAGES: Final = 400
"""How far anybody pages back: an offset is counted row by row."""
STOPPED: Final = "stopped_by_subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One exchange, with names to read; nothing in it tells one token from another."""

    record: ExchangeRecord
    actors: list[str]
    """The current one first; none where the client left no actor in the token."""
    client: str
    is_live: bool

    @property
    def is_by_permission(self) -> bool:
        """Whether it began without any token that spoke for the subject."""
        return self.record.way == Way.BY_PERMISSION

    @property
    def ends(self) -> datetime:
        """Until when its token lives at the latest."""
        return self.record.created + timedelta(seconds=self.record.lifetime or 0)


def of_subject(user: Any, *, page: int, by_permission: bool = False) -> tuple[list[Act], bool]:
    """Return a page of acts in a user's name, newest first, and whether there are older ones; pages count from 1.

    `by_permission` leaves out whoever traded a token that spoke for the user already. Five statements at most,
    however many rows there are.
    """
    first = (page - 1) * PAGE
    records = _records(user).filter(way=Way.BY_PERMISSION.value) if by_permission else _records(user)
    rows = list(records.order_by("-created", "-pk")[first : first + PAGE + 1])
    chains = {row.pk: _chain(row) for row in rows[:PAGE]}
    clients = {client_party(row.client_id) for row in rows[:PAGE]}
    named = names.names_of({party for chain in chains.values() for party in chain} | clients)
    live = _live([row.issued_fingerprint for row in rows[:PAGE]])
    acts = [
        Act(
            record=row,
            actors=[named[party] for party in chains[row.pk]],
            client=named[client_party(row.client_id)],
            is_live=row.issued_fingerprint in live,
        )
        for row in rows[:PAGE]
    ]
    return acts, len(rows) > PAGE


def in_name_of(user: Any, key: int) -> ExchangeRecord | None:
    """Return the record of one act in a user's name; anybody else's does not exist."""
    return _records(user).filter(pk=key).first()


def stop(record: ExchangeRecord) -> int:
    """Revoke what an act obtained, and the ticket that it used; return how many live tokens died."""
    using = token_database()
    with transaction.atomic(using=using):
        stopped = 0
        if record.subject_token_type == IMPERSONATION_TICKET:
            rows = ImpersonationTicket.objects.using(using).filter(fingerprint=record.subject_fingerprint)
            stopped = sum(tickets.withdraw(ticket, because=STOPPED) for ticket in rows)
        # Where the policy lets the token outlive its ticket, or there was none.
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
    except InvalidRequest:  # a row that nobody of ours wrote
        return ()


def _unrevoked(fingerprints: list[str]) -> QuerySet[ExchangedToken]:
    rows = ExchangedToken.objects.using(token_database())
    return rows.filter(fingerprint__in=fingerprints, revoked=None, expires__gt=timezone.now())


def _live(fingerprints: list[str]) -> set[str]:
    """Return those of the fingerprints whose token is unrevoked and unexpired, and whose policy still applies."""
    configuration = configurations.current(token_database())
    return {
        token.fingerprint for token in _unrevoked(fingerprints) if status.policy_still_applies(token, configuration)
    }
