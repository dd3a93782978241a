"""How the front API reaches the back API: it trades the token it was given, and calls with the one it gets."""

from __future__ import annotations

from demo_project import exchanging
from demo_project.cast import AUDIENCE, FRONT
from demo_project.exchanging import Exchange
from demo_project.wire import Answer, send


def trade(subject_token: str, site: str, *, scope: str = "orders:read", audience: str = AUDIENCE) -> Exchange:
    """Trade a user's token for one that is good for the back API and for this scope only."""
    return exchanging.trade(FRONT, subject_token, site, scope=scope, audience=audience)


def orders(token: str, site: str) -> Answer:
    """Ask the back API for the orders of whomever the token speaks for."""
    return send(f"{site}/back/orders/", bearer=token)
