"""Let a script work for Bob with a personal access token, until he revokes it."""

from __future__ import annotations

import html
import re

from django.utils import timezone

from demo_project import statements
from demo_project.browsing import Browser, signed_in
from demo_project.cast import AUDIENCE, BOB, LONGEST_LIFETIME, NIGHTLY
from demo_project.exchanging import Exchange, trade
from demo_project.front_api.back_api import orders
from demo_project.shortening import short
from demo_project.story import recording
from demo_project.story.presenting import call, present
from demo_project.story.stage import Stage
from token_exchange.explanation import verdict
from token_exchange.models import PersonalAccessToken
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN

PAGES = "/account/tokens/"
VALUE = re.compile(r'id="token-value"[^>]*>([^<]+)<')
DAYS = 30


def play(stage: Stage) -> None:
    """Make a token, let the script use it, make three requests that are refused, and revoke it."""
    stage.terminal.act(7, "Bob lets a script in")
    stage.terminal.prose(
        "Every night, a script of Bob's fetches his orders. With his password it could do everything, for ever. So he "
        f"makes a personal access token on his own page: for the back API, to read and change orders, for {DAYS} days. "
        "The script, nightly, exchanges it for a token that can do what is needed now."
    )
    browser = signed_in(BOB, stage.site)
    name = f"nightly, since {timezone.localtime():%Y-%m-%d %H:%M:%S}"
    value = _make(stage, browser, name)
    exchange = _fetch(stage, value)
    _ask_for_more(stage, value)
    _mistype(stage, value)
    _revoke(stage, browser, name, value, exchange)


def _make(stage: Stage, browser: Browser, name: str) -> str:
    form = {"name": name, "targets": AUDIENCE, "scopes": ["orders:read", "orders:write"], "lifetime": str(DAYS)}
    browser.get(f"{stage.site}{PAGES}new/")
    shown = browser.post(f"{stage.site}{PAGES}new/", form)
    found = VALUE.search(shown.body.decode())
    value = html.unescape(found[1]).strip() if found else ""
    stage.terminal.gap()
    stage.terminal.request(f"POST {PAGES}new/", form)
    stage.terminal.answer(shown.status, {"your new token": f"{short(value)}, shown this once"})
    return value


def _fetch(stage: Stage, value: str) -> Exchange:
    exchange = present(stage, "a) every night", NIGHTLY, value, PERSONAL_ACCESS_TOKEN)
    seen, given = call(stage, "GET /back/orders/", exchange), exchange.answer.json
    stage.claim(
        (seen.get("user"), seen.get("acting"), given.get("scope")) == (BOB.username, [NIGHTLY.client_id], "orders:read")
        and 0 < given.get("expires_in", 0) <= LONGEST_LIFETIME,
        f"The new token can read orders for {given.get('expires_in', 0)} seconds.",
    )
    return exchange


def _ask_for_more(stage: Stage, value: str) -> None:
    scope = "orders:read releases:write"
    answer = present(stage, "b) more than Bob allowed", NIGHTLY, value, PERSONAL_ACCESS_TOKEN, scope=scope).answer
    found = verdict.of_record(recording.record_of(answer))
    stage.claim(
        (answer.json.get("error"), found.rule) == ("invalid_scope", "scope"),
        "The policy lets nightly announce releases. Bob's token does not.",
    )


def _mistype(stage: Stage, value: str) -> None:
    typo = value[:-1] + ("a" if value[-1:] != "a" else "b")
    table = PersonalAccessToken._meta.db_table
    with statements.naming(table) as genuine:
        trade(NIGHTLY, value, stage.site, token_type=PERSONAL_ACCESS_TOKEN)
    with statements.naming(table) as mistyped:
        answer = present(stage, "c) with a typo", NIGHTLY, typo, PERSONAL_ACCESS_TOKEN).answer
    stage.terminal.pair("queries", f"{len(mistyped)}; without the typo {len(genuine)}")
    stage.claim(
        (answer.status, recording.record_of(answer).reason) == (400, "token_unknown")
        and not mistyped
        and genuine != [],
        "The checksum shows that it is a typo, without a query of the database.",
    )


def _revoke(stage: Stage, browser: Browser, name: str, value: str, exchange: Exchange) -> None:
    terminal, token = stage.terminal, str(exchange.answer.json.get("access_token", ""))
    before = orders(token, stage.site)
    key = _key_of(name, browser.get(f"{stage.site}{PAGES}").body.decode())
    terminal.gap()
    terminal.request(f"POST {PAGES}{key}/revoke/   Bob does not need it any more")
    terminal.answer(browser.post(f"{stage.site}{PAGES}{key}/revoke/", {}).status)
    after = orders(token, stage.site)
    terminal.request(f"GET /back/orders/      with {short(token)}")
    terminal.answer(after.status)
    refused = present(stage, "d) the next night", NIGHTLY, value, PERSONAL_ACCESS_TOKEN).answer
    stage.claim(
        (before.status, after.status) == (200, 401), "The token that was exchanged from it is inactive at once."
    )
    stage.claim(recording.record_of(refused).reason == "token_revoked", "The next night the script gets no token.")


def _key_of(name: str, page: str) -> str:
    """Return the number of the token with this name on the page that lists them; empty if it is not there."""
    cards = [card for card in page.split('<li class="card">')[1:] if html.escape(name) in card]
    found = re.search(rf"{PAGES}(\d+)/revoke/", cards[0]) if cards else None
    return found[1] if found else ""
