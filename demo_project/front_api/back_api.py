"""Call the back API from the front API with a token that was exchanged for it."""

from __future__ import annotations

from demo_project import exchanging
from demo_project.cast import AUDIENCE, FRONT
from demo_project.exchanging import Exchange
from demo_project.wire import Answer, send


def trade(subject_token: str, site: str, *, scope: str = "orders:read", audience: str = AUDIENCE) -> Exchange:
    """Exchange a user's token for one that is valid for the back API and this scope only."""
    return exchanging.trade(FRONT, subject_token, site, scope=scope, audience=audience)


def orders(token: str, site: str) -> Answer:
    """Ask the back API for the orders of the token's user."""
    return send(f"{site}/back/orders/", bearer=token)
