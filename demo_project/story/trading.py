"""Exchange Alice's token as front, and call back with the new one."""

from __future__ import annotations

from typing import Any

from demo_project.cast import ALICE, AUDIENCE, FRONT, LONGEST_LIFETIME
from demo_project.shortening import short
from demo_project.story.stage import Stage
from demo_project.wire import send

SHOWN = ("access_token", "expires_in", "scope")


def play(stage: Stage, alices_token: str) -> None:
    """Show the call of the app, and what front does for it."""
    terminal = stage.terminal
    terminal.act(2, "The app calls front; front exchanges the token and calls back")
    _call_directly(stage, alices_token)
    terminal.request(f"GET /front/orders/   with {short(alices_token)}")
    answer = send(f"{stage.site}/front/orders/", bearer=alices_token)
    exchange, seen = answer.json.get("exchange", {}), answer.json.get("back_api", {})
    with terminal.indented():
        terminal.prose("Behind that call, front does this:")
        _show(stage, exchange, seen)
    terminal.answer(answer.status, note="and Alice has her orders")
    terminal.gap()
    _claims(stage, exchange.get("response", {}), seen)


def _call_directly(stage: Stage, alices_token: str) -> None:
    terminal = stage.terminal
    terminal.prose("First: what happens if front passes her token on?")
    terminal.request(f"GET /back/orders/    with {short(alices_token)}")
    answer = send(f"{stage.site}/back/orders/", bearer=alices_token)
    terminal.answer(answer.status, note=str(answer.json.get("detail", "")))
    terminal.gap()
    stage.claim(answer.status == 403, "back refuses her own token, because it was not issued for back.")
    terminal.gap()


def _show(stage: Stage, exchange: dict[str, Any], seen: dict[str, Any]) -> None:
    terminal, response = stage.terminal, exchange.get("response", {})
    terminal.request(f"POST /o/token/       as {FRONT.client_id}, with its secret", exchange.get("request", {}))
    terminal.answer(200 if "access_token" in response else 400, {name: response.get(name, "") for name in SHOWN})
    terminal.request(f"GET /back/orders/    with {response.get('access_token', 'nothing')}")
    orders = seen.get("orders", [])
    told = {name: seen.get(name, "") for name in ("user", "acting", "audience", "scope")}
    terminal.answer(200 if orders else 403, {**told, "orders": [order["what"] for order in orders]})


def _claims(stage: Stage, response: dict[str, Any], seen: dict[str, Any]) -> None:
    stage.claim(
        (seen.get("user"), seen.get("acting")) == (ALICE.username, [FRONT.client_id]),
        "back sees who acts for whom: front, for alice.",
    )
    stage.claim(response.get("scope") == "orders:read", "The new token can read orders. It cannot change them.")
    stage.claim(seen.get("audience") == [AUDIENCE], f"It is valid for {AUDIENCE} only.")
    lifetime = response.get("expires_in", 0)
    stage.claim(0 < lifetime <= LONGEST_LIFETIME, f"It expires after {lifetime} seconds.")
