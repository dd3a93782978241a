"""Hold one exchange as a request and as options of the command."""

from __future__ import annotations

ALICE = "--subject alice --issued-to spa"
HELD = "--subject-scope read write --lifetime 36000"


class Question:
    """Hold a request by a client, and the options that describe it."""

    def __init__(self, token, options, *, client=None, **form):
        self.token = token
        self.options = options
        self.client = client
        self.form = form


def plain(world, options="", /, **form):
    """Return the exchange of Alice's token by `front`."""
    return Question(world.login_token(), f"--client front {ALICE} {HELD} {options}", **form)
