"""Sign Alice in, and return the token that the demo begins with."""

from __future__ import annotations

from demo_project.cast import ALICE, ALL_SCOPES, SPA
from demo_project.logging_in import sign_in
from demo_project.shortening import without_tokens
from demo_project.story.stage import Stage


def play(stage: Stage) -> str:
    """Show Alice signing in, and return her token."""
    terminal = stage.terminal
    terminal.act(1, "Alice signs in to the app")
    login = sign_in(ALICE, SPA, stage.site)
    terminal.request("GET /o/authorize/", {"client_id": SPA.client_id, "scope": ALL_SCOPES})
    terminal.answer(302, note="back to the app, with a code")
    terminal.request("POST /o/token/", {"grant_type": "authorization_code"})
    shown = {name: value for name, value in without_tokens(login).items() if name in ("access_token", "scope")}
    terminal.answer(200, shown)
    terminal.gap()
    stage.claim(
        set(login.get("scope", "").split()) == set(ALL_SCOPES.split()), "Her token has all scopes that she allowed."
    )
    return str(login["access_token"])
