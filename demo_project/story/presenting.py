"""Exchange a token and use the new one: show the requests and the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo_project.cast import Client
from demo_project.exchanging import Exchange, trade
from demo_project.shortening import short
from demo_project.story import recording
from demo_project.story.stage import Stage
from demo_project.wire import send


def present(
    stage: Stage, title: str, client: Client, token: str, token_type: str, *, scope: str = "orders:read"
) -> Exchange:
    """Exchange a token as a client, and show the trace of the decision."""
    terminal = stage.terminal
    exchange = trade(client, token, stage.site, token_type=token_type, scope=scope)
    told = exchange.told()
    terminal.gap()
    terminal.request(f"POST /o/token/       {title}, as {client.client_id}")
    terminal.pair("subject_token", str(told["request"]["subject_token"]))
    terminal.pair("subject_token_type", token_type)
    if exchange.answer.status == 200:
        terminal.answer(200, {name: told["response"][name] for name in ("access_token", "expires_in", "scope")})
    recording.show_permit(terminal, exchange.answer)
    return exchange


def call(stage: Stage, line: str, exchange: Exchange) -> dict[str, Any]:
    """Use the new token at the back API, and return its answer."""
    token = str(exchange.answer.json.get("access_token", ""))
    method, _, path = line.partition(" ")
    answer = send(f"{stage.site}{path}", {} if method == "POST" else None, bearer=token)
    stage.terminal.request(f"{line:<22} with {short(token)}")
    stage.terminal.answer(answer.status, dict(_seen(answer.json)))
    return answer.json


def _seen(body: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield what the back API says about its caller."""
    if "user" in body:
        yield "user", body["user"] or "none"
    if "acting" in body:
        yield "acting", body["acting"]
    if body.get("reason"):
        yield "reason", body["reason"]
    if "subject" in body:
        yield "subject", recording.breakable(body["subject"])
