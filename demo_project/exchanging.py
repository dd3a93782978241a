"""Send one exchange as a client does (RFC 8693 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from demo_project.cast import AUDIENCE, Client
from demo_project.shortening import without_tokens
from demo_project.wire import Answer, Form, opener, send
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to the token endpoint, and its answer."""

    form: Form
    answer: Answer

    def told(self) -> dict[str, Form]:
        """Return request and answer with shortened tokens."""
        return {"request": without_tokens(self.form), "response": without_tokens(self.answer.json)}


def trade(
    client: Client,
    subject_token: str,
    site: str,
    *,
    token_type: str = ACCESS_TOKEN,
    scope: str = "orders:read",
    audience: str = AUDIENCE,
    authority: str = "",
) -> Exchange:
    """Exchange a token as a client for a token with one audience and one scope."""
    form = {
        "grant_type": GRANT_TYPE,
        "subject_token": subject_token,
        "subject_token_type": token_type,
        "audience": audience,
        "scope": scope,
    }
    by = opener(authority=authority)
    return Exchange(form, send(f"{site}/o/token/", form, basic=(client.client_id, client.secret), by=by))
