"""What somebody is told when another begins to act in their name by an impersonation permission."""

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

PAUSE: Final = timedelta(days=1)
"""Who acts by a user's name is announced once, until so much time has passed without."""


def begun(event: ExchangeEvent, using: str) -> None:
    """Tell the person acted for who begins to act, why and until when, unless the permission keeps it quiet.

    Costs an exchange nothing where nobody acts by permission.
    """
    permit, exchange, issued = event.permit, event.exchange, event.issued
    if permit is None or exchange is None or issued is None or permit.proposal.verdict is None:
        return
    if exchange.subject_token.token_type not in NEEDS_PERMISSION:
        return  # a token that was obtained by permission is traded further: the letter went out at the first exchange
    allowing, account = permit.proposal.verdict.permission, exchange.subject.account
    if allowing is None or account is None or not _is_told_of(allowing.key, using):
        return
    if exchange.subject_token.token_type == USER and _goes_on(event, permit.proposal, using):
        return
    subject = get_user_model()._default_manager.using(using).get(pk=account.key)
    letter.send(subject, "acting_begun", _facts(event, permit.proposal, issued))


def _is_told_of(permission: int, using: str) -> bool:
    rows = ImpersonationPermission.objects.using(using)
    return rows.filter(pk=permission, notifies_subject=True).exists()


def _goes_on(event: ExchangeEvent, proposal: Proposal, using: str) -> bool:
    """Whether this is one more of the short tokens with which the same actor has been acting since the letter."""
    now, exchange = event.circumstances.now, event.exchange
    first = (
        ExchangeRecord.objects.using(using)
        .filter(
            outcome=ExchangeRecord.Outcome.GRANTED,
            created__range=(to_datetime(now) - PAUSE, to_datetime(now)),
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
    """One line: whoever wrote the reason must not write the rest of the letter."""
    return " ".join(str(text).split())


def _page() -> str:
    """The address of the page that shows it, if the site has that page and says itself where it lives.

    Never by the Host header of whoever calls the token endpoint.
    """
    issuer = urlsplit(token_exchange_settings.issuer)
    try:
        path = reverse("token_exchange_account:acts")
    except NoReverseMatch:
        return ""
    return f"{issuer.scheme}://{issuer.netloc}{path}" if issuer.netloc else ""
