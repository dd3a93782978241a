"""One question: a request as it is sent, and the options that suppose the same one."""

from __future__ import annotations

ALICE = "--subject alice --issued-to spa"
HELD = "--subject-scope read write --lifetime 36000"


class Question:
    """A request by a client, and the same as options of the command."""

    def __init__(self, token, options, *, client=None, **form):
        self.token = token
        self.options = options
        self.client = client
        self.form = form


def plain(world, options="", /, **form):
    """Alice's token, traded by `front`."""
    return Question(world.login_token(), f"--client front {ALICE} {HELD} {options}", **form)
