"""This server's ID tokens, each found with the access token of the same answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from token_exchange.toolkit.compat import access_token_model


def access_token_beside(token_id: UUID, using: str) -> Any | None:
    """Return the access token issued together with an ID token, with its user, application and ID token.

    There is none any more after a logout, a revocation or a refresh, which brings a new ID token.
    """
    rows = access_token_model()._default_manager.using(using).select_related("id_token", "user", "application")
    return rows.filter(id_token__jti=token_id, user__isnull=False, application__isnull=False).first()
