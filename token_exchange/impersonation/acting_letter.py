"""Write to a user when an actor begins to act in the user's name by an impersonation permission."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse

from token_exchange.conf import token_exchange_settings
from token_exchange.models import ExchangeRecord, ImpersonationPermission
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.issuance import IssuedToken
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.vocabulary import NEEDS_PERMISSION, USER
from token_exchange.toolkit.timestamps import to_datetime
from token_exchange.wording import letter
from token_exchange.wording.names import client_names, names_of

QUIET_TIME: Final = timedelta(days=1)
"""An actor that acts by user references causes one letter, until this much time passes without such an exchange."""


def send(event: ExchangeEvent, using: str) -> None:
    """Write the actor, the reason and the end of an act to its subject, if the permission says `notify the subject`.

    Without an impersonation permission this returns before any statement.
    """
    permit, exchange, issued = event.permit, event.exchange, event.issued
    if permit is None or exchange is None or issued is None or permit.proposal.verdict is None:
        return
    if exchange.subject_token.token_type not in NEEDS_PERMISSION:
        return  # the letter went out when the ticket or reference was exchanged; this is a later exchange
    allowing, account = permit.proposal.verdict.permission, exchange.subject.account
    if allowing is None or account is None or not _tells_subject(allowing.key, using):
        return
    if exchange.subject_token.token_type == USER and _continues(event, permit.proposal, using):
        return
    subject = get_user_model()._default_manager.using(using).get(pk=account.key)
    letter.send(subject, "acting_begun", _facts(event, permit.proposal, issued))


def _tells_subject(permission: int, using: str) -> bool:
    rows = ImpersonationPermission.objects.using(using)
    return rows.filter(pk=permission, notifies_subject=True).exists()


def _continues(event: ExchangeEvent, proposal: Proposal, using: str) -> bool:
    """Return True if the same actor has received a token for the same subject in the quiet time before this one."""
    now, exchange = event.circumstances.now, event.exchange
    first = (
        ExchangeRecord.objects.using(using)
        .filter(
            outcome=ExchangeRecord.Outcome.GRANTED,
            created__range=(to_datetime(now) - QUIET_TIME, to_datetime(now)),
            subject=exchange.subject.party.subject if exchange else "",
            actor=proposal.chain[0].subject,
            subject_token_type=USER,
        )
        .order_by("pk")
        .first()
    )
    return first is not None and first.request_id != event.circumstances.request_id


def _facts(event: ExchangeEvent, proposal: Proposal, issued: IssuedToken) -> dict[str, Any]:
    now, client_id = event.circumstances.now, event.circumstances.client_id
    actor, justification = proposal.chain[0], event.exchange.subject_token.justification if event.exchange else {}
    return {
        "actor": _line(names_of([actor])[actor]),
        "client": _line(client_names([client_id]).get(client_id, client_id)),
        "begins": to_datetime(now),
        "ends": to_datetime(now + issued.lifetime),
        "targets": sorted(requested.target.name for requested in proposal.targets),
        "reason": _line(justification.get("reason", "")),
        "reference": _line(justification.get("reference", "")),
        "page": _page(),
    }


def _line(text: object) -> str:
    """Return the text as one line: a reason with line breaks could pose as the rest of the letter."""
    return " ".join(str(text).split())


def _page() -> str:
    """Return the URL of the page of acts, "" if the site has no such page or sets no issuer.

    The host comes from the setting of the issuer, because a client could send any Host header.
    """
    issuer = urlsplit(token_exchange_settings.issuer)
    try:
        path = reverse("token_exchange_account:acts")
    except NoReverseMatch:
        return ""
    return f"{issuer.scheme}://{issuer.netloc}{path}" if issuer.netloc else ""
