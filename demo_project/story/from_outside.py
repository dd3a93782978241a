"""Tokens from outside: single sign-on, a CI job, the old server, and two that are not what they seem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo_project.cast import ALICE, BOB, DEPLOY, MOBILE, PORTAL, Client
from demo_project.exchanging import Exchange, trade
from demo_project.outside import cast
from demo_project.shortening import short
from demo_project.story import forging, recording
from demo_project.story.stage import Stage
from demo_project.trust import JOB_AUDIENCE
from demo_project.wire import send
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT


def play(stage: Stage) -> None:
    """Trade a token of each kind, then try two that must not count."""
    stage.terminal.act(5, "Tokens from outside")
    stage.terminal.prose(
        f"Another site signs people in, runs CI jobs and was the authorization server before this one: "
        f"{stage.outside.address}, a process of its own. Its users, passwords and keys are not ours. All there is "
        "here are rows of the admin that say whose tokens count, and as whom."
    )
    id_token = stage.outside.id_token(cast.LIDDELL, cast.PORTAL)
    _single_sign_on(stage, id_token)
    _job(stage)
    _old_server(stage)
    forging.play(stage, id_token)


def _single_sign_on(stage: Stage, id_token: str) -> None:
    exchange = _trade(stage, "a) an ID token of single sign-on", PORTAL, id_token, ID_TOKEN)
    orders = _call(stage, "GET /back/orders/", exchange)
    stage.claim(
        (orders.get("user"), orders.get("acting")) == (ALICE.username, [PORTAL.client_id]),
        f"Number {cast.LIDDELL.number} there is alice here: portal acts for her, and nobody asked for a password.",
    )


def _job(stage: Stage) -> None:
    token = stage.outside.job_token(JOB_AUDIENCE)
    exchange = _trade(stage, "b) the token of a CI job", DEPLOY, token, JWT, scope="releases:write")
    release = _call(stage, "POST /back/releases/", exchange)
    stage.claim(
        "user" in release and release["user"] is None and str(release.get("subject")).endswith(f"#{cast.JOB}"),
        "The job announces a release as itself: a workload, and nobody's user.",
    )


def _old_server(stage: Stage) -> None:
    token = stage.outside.opaque_token(cast.BOB, cast.OLD_APP)
    exchange = _trade(stage, "c) an opaque token of the old server", MOBILE, token, ACCESS_TOKEN)
    orders = _call(stage, "GET /back/orders/", exchange)
    stage.claim(
        (orders.get("user"), orders.get("acting")) == (BOB.username, [MOBILE.client_id]),
        "The old server was asked about its token; Bob need not sign in again.",
    )


def _trade(
    stage: Stage, title: str, client: Client, token: str, token_type: str, scope: str = "orders:read"
) -> Exchange:
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


def _call(stage: Stage, line: str, exchange: Exchange) -> dict[str, Any]:
    """Use the new token at the back API, and return what that saw."""
    token = str(exchange.answer.json.get("access_token", ""))
    method, _, path = line.partition(" ")
    answer = send(f"{stage.site}{path}", {} if method == "POST" else None, bearer=token)
    stage.terminal.request(f"{line:<22} with {short(token)}")
    stage.terminal.answer(answer.status, dict(_seen(answer.json)))
    return answer.json


def _seen(body: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """What the back API saw of its caller."""
    if "user" in body:
        yield "user", body["user"] or "nobody"
    if "acting" in body:
        yield "acting", body["acting"]
    if "subject" in body:
        yield "subject", recording.breakable(body["subject"])
