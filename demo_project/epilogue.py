"""Print what the reader can do next."""

from __future__ import annotations

import sys
from pathlib import Path

from demo_project import curl
from demo_project.cast import ADMIN, ALICE, AUDIENCE, BOB, CAROL, DAVE, FRONT, SPA
from demo_project.logging_in import sign_in
from demo_project.story.stage import Stage
from demo_project.terminal import BOLD, DIM, Terminal


def tell(stage: Stage, *, can_explain: bool) -> None:
    """Print the addresses, the logins and the lines to copy."""
    site, terminal = stage.site, stage.terminal
    terminal.title("Now it is your turn")
    terminal.pair("Start page", f"{site}/")
    terminal.pair("Admin", f"{site}/admin/")
    terminal.pair("", f"sign in as {ADMIN.username} with the password {ADMIN.password}")
    terminal.pair("Records", f"{site}/admin/token_exchange/exchangerecord/")
    terminal.pair("Policies", f"{site}/admin/token_exchange/exchangepolicy/")
    terminal.pair("Users", f"{ALICE.username} ({ALICE.password}), {BOB.username} ({BOB.password})")
    terminal.pair("", f"{CAROL.username} ({CAROL.password}) and {DAVE.username} ({DAVE.password}) of support")
    terminal.pair("Pages of users", f"{site}/account/tokens/")
    terminal.pair("", f"{site}/account/tokens/acts/")
    terminal.pair("External site", stage.external.discovery)
    terminal.pair("Trusted issuers", f"{site}/admin/token_exchange/trustedissuer/")
    terminal.gap()
    terminal.prose("Lines for another terminal:")
    for what, line in curl.lines(site, sign_in(ALICE, SPA, site)["access_token"]):
        terminal.gap()
        terminal.line(f"# {what}", DIM)
        terminal.code([line])
    if can_explain:
        terminal.gap()
        terminal.line("# Why was orders:write refused? This command explains it without sending a request", DIM)
        terminal.code([explanation()])


def explanation() -> str:
    """Return the line that explains the refusal among the lines to copy."""
    python = Path(sys.executable)
    here = Path.cwd()
    shown = python.relative_to(here) if python.is_relative_to(here) else python
    return (
        f"{shown} manage.py explain_exchange --client {FRONT.client_id} --subject {ALICE.username} \\\n"
        f"  --issued-to {SPA.client_id} --audience {AUDIENCE} --scope orders:write"
    )


def serving(terminal: Terminal) -> None:
    """Say that the demo keeps serving."""
    terminal.gap()
    terminal.line("   Serving. Every exchange that you try is shown here; Ctrl-C ends the demo.", BOLD)
    terminal.gap()
