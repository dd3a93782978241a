"""Sign Alice out: the tokens exchanged from hers become inactive."""

from __future__ import annotations

import re

from demo_project.cast import SPA
from demo_project.front_api.back_api import orders, trade
from demo_project.shortening import short
from demo_project.story.stage import Stage
from demo_project.wire import Answer, send
from token_exchange.models import ExchangeRecord


def play(stage: Stage, alices_token: str) -> None:
    """Revoke her token, and check the exchanged one."""
    terminal, site = stage.terminal, stage.site
    terminal.act(4, "Alice signs out")
    exchanged = str(trade(alices_token, site).answer.json.get("access_token", ""))
    before = orders(exchanged, site)
    terminal.request(f"GET /back/orders/    with {short(exchanged)}, exchanged from hers")
    terminal.answer(before.status, note="while she is signed in")
    revoked = send(f"{site}/o/revoke_token/", {"client_id": SPA.client_id, "token": alices_token})
    terminal.request(f"POST /o/revoke_token/   {short(alices_token)}")
    terminal.answer(revoked.status)
    after = orders(exchanged, site)
    terminal.request(f"GET /back/orders/    with {short(exchanged)}")
    terminal.answer(after.status, note=_complaint(after))
    terminal.gap()
    stage.claim((before.status, after.status) == (200, 401), "The token exchanged from hers is inactive at once.")
    told = ExchangeRecord.objects.filter(outcome=ExchangeRecord.Outcome.REVOKED).order_by("-pk").first()
    revoked_too = told.trace[0]["revoked"] if told else 0
    stage.claim(revoked_too >= 2, f"A record says that {revoked_too} tokens were revoked with hers.")


def _complaint(answer: Answer) -> str:
    """Return the description in a challenge (RFC 6750 §3)."""
    challenge = answer.headers.get("WWW-Authenticate", "")
    return ": ".join(re.findall(r'error(?:_description)?="([^"]*)"', challenge))
