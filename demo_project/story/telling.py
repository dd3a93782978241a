"""Run the parts in their order."""

from __future__ import annotations

from demo_project.story import from_outside, refusing, revoking, scripting, signing_in, supporting, trading
from demo_project.story.stage import Stage

PICTURE = """\
alice ──────────▶ spa ──────────▶ front ──────────────────────▶ back
       signs in        her token   │ ▲    the smaller token
                                   ▼ │
                                /o/token/   a policy decides, a record tells"""


def play_login(stage: Stage) -> None:
    """Show one token from the login to its revocation."""
    _introduce(stage)
    alices_token = signing_in.play(stage)
    trading.play(stage, alices_token)
    refusing.play(stage, alices_token)
    revoking.play(stage, alices_token)


STORIES = {
    "login": play_login,
    "outside": from_outside.play,
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
    terminal.title("Token exchange, as it happens")
    terminal.prose(
        "Alice uses an app, spa. The app calls an API, front. To answer, front has to call another API, back. "
        "Which token should it present there?"
    )
    terminal.gap()
    terminal.pair("Alice's own?", "It opens everything that Alice allowed the app, and back would never know of front.")
    terminal.pair("front's own?", "Then back does not know for whom front is asking.")
    terminal.gap()
    terminal.prose(
        "Token exchange (RFC 8693) is the third way: front trades Alice's token for a smaller one, good for back only, "
        "for reading only, for five minutes, in which it says: front, acting for alice."
    )
    terminal.gap()
    for line in PICTURE.splitlines():
        terminal.line(f"   {line}")
    terminal.gap()
    terminal.prose(f"All of this really happens now, over HTTP, at {stage.site}")
