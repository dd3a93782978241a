"""How the front API reaches the back API: it trades the token it was given, and calls with the one it gets."""

from __future__ import annotations

from dataclasses import dataclass

from demo_project.cast import AUDIENCE, FRONT
from demo_project.shortening import without_tokens
from demo_project.wire import Answer, Form, send
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to the token endpoint, and its answer."""

    form: Form
    answer: Answer

    def told(self) -> dict[str, Form]:
        """Request and answer, the tokens in them shortened."""
        return {"request": without_tokens(self.form), "response": without_tokens(self.answer.json)}


def trade(subject_token: str, site: str, *, scope: str = "orders:read", audience: str = AUDIENCE) -> Exchange:
    """Trade a user's token for one that is good for the back API and for this scope only (RFC 8693 §2.1)."""
    form = {
        "grant_type": GRANT_TYPE,
        "subject_token": subject_token,
        "subject_token_type": ACCESS_TOKEN,
        "audience": audience,
        "scope": scope,
    }
    return Exchange(form, send(f"{site}/o/token/", form, basic=(FRONT.client_id, FRONT.secret)))


def orders(token: str, site: str) -> Answer:
    """Ask the back API for the orders of whomever the token speaks for."""
    return send(f"{site}/back/orders/", bearer=token)
