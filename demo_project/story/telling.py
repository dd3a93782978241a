"""Run the parts in their order."""

from __future__ import annotations

from demo_project.story import external_tokens, refusing, revoking, scripting, signing_in, supporting, trading
from demo_project.story.stage import Stage

PICTURE = """\
alice ──────────▶ spa ──────────▶ front ──────────────────────▶ back
       signs in        her token   │ ▲    the new token
                                   ▼ │
                                /o/token/   decided by a policy, and recorded"""


def play_login(stage: Stage) -> None:
    """Show one token from the login to its revocation."""
    _introduce(stage)
    alices_token = signing_in.play(stage)
    trading.play(stage, alices_token)
    refusing.play(stage, alices_token)
    revoking.play(stage, alices_token)


STORIES = {
    "login": play_login,
    "external": external_tokens.play,
    "support": supporting.play,
    "script": scripting.play,
}
"""The parts by name; each can run without the others."""


def tell(stage: Stage) -> None:
    """Run all parts."""
    for play in STORIES.values():
        play(stage)


def _introduce(stage: Stage) -> None:
    terminal = stage.terminal
    terminal.title("Token exchange, step by step")
    terminal.prose(
        "Alice uses an app, spa. The app calls an API, front. To answer, front has to call another API, back. "
        "Which token should it present there?"
    )
    terminal.gap()
    terminal.pair(
        "Alice's own?", "It has every scope that Alice allowed the app, and back would not see that front acts."
    )
    terminal.pair("front's own?", "Then back would not see that front acts for Alice.")
    terminal.gap()
    terminal.prose(
        "Token exchange (RFC 8693) is the third way: front exchanges Alice's token for a new one. It is valid for back "
        "only, for reading only, for five minutes, and it says: front, acting for alice."
    )
    terminal.gap()
    for line in PICTURE.splitlines():
        terminal.line(f"   {line}")
    terminal.gap()
    terminal.prose(f"All requests below are real HTTP requests to {stage.site}")
