"""Revoke tokens of this server whose values were found where others could read them."""

from __future__ import annotations

from django.views.decorators.debug import sensitive_variables

from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens import parent_kinds
from token_exchange.tokens.parent_kinds import Leak, ParentKind


def kinds() -> list[ParentKind]:
    """Return the kinds of token that are revoked when they leak, in the order in which a value is looked up."""
    return [kind for kind in parent_kinds.registered() if kind.revoke_leaked is not None]


@sensitive_variables()
def revoke(value: str) -> Leak | None:
    """Revoke the local token that has this value, and its descendants; return None if no local token has the value.

    The owner of a personal access token gets an e-mail.
    """
    if not value or len(value.encode(errors="replace")) > MAX_TOKEN_BYTES:
        return None
    found = (kind.revoke_leaked(value) for kind in kinds() if kind.revoke_leaked)
    return next((leak for leak in found if leak is not None), None)
