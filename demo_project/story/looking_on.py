"""Show Alice on her own page who acts in her name, and let her stop it."""

from __future__ import annotations

import re

from demo_project.browsing import signed_in, text_of
from demo_project.cast import ALICE, CAROL, DAVE
from demo_project.front_api.back_api import orders
from demo_project.shortening import short
from demo_project.story.stage import Stage

PAGE = "/account/tokens/acts/"
STOP = re.compile(r'action="([^"]*/stop/)"')


def play(stage: Stage, token: str, reason: str) -> None:
    """Open the page, press the button, and check the token before and after."""
    terminal, browser = stage.terminal, signed_in(ALICE, stage.site)
    terminal.gap()
    terminal.prose("e) Alice signs in, and opens the page that shows who acted in her name.")
    shown = browser.get(f"{stage.site}{PAGE}")
    card = _card_about(reason, shown.body.decode())
    terminal.request(f"GET {PAGE}")
    terminal.answer(shown.status)
    terminal.pair("the page says", text_of(card))
    stage.claim(
        all(name in text_of(card) for name in (CAROL.username, DAVE.username, reason)),
        "She sees who acts, why, and who approved.",
    )
    terminal.gap()
    before = orders(token, stage.site)
    stop = STOP.search(card)
    if stop:
        terminal.request(f"POST {stop[1]}")
        terminal.answer(browser.post(f"{stage.site}{stop[1]}", {}).status)
    after = orders(token, stage.site)
    terminal.request(f"GET /back/orders/    with {short(token)}, Carol's token")
    terminal.answer(after.status)
    stage.claim((before.status, after.status) == (200, 401), "She stops it, and Carol's token is inactive at once.")


def _card_about(reason: str, page: str) -> str:
    """Return the newest card with this reason; empty if there is none."""
    cards = [card.partition("</li>")[0] for card in page.split('<li class="card">')[1:]]
    return next((card for card in cards if reason in text_of(card)), "")
