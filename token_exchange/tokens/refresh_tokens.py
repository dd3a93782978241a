"""This server's refresh tokens: which of them stand, and until when."""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import Any

from token_exchange.toolkit.compat import refresh_token_lifetime, refresh_token_model
from token_exchange.toolkit.timestamps import to_seconds


def find(fingerprint: str, using: str) -> Any | None:
    """Return the row of an unrevoked refresh token, with its user, application and access token, if there is one."""
    return _unrevoked(using).filter(token_checksum=fingerprint).first()


def expires(row: Any) -> float:
    """Return when an unrevoked refresh token ends, in seconds since the epoch.

    The toolkit counts from the end of the access token beside it, and ends it at once where there is none; where no
    lifetime is set, a refresh token has no end.
    """
    if row.access_token is None:
        return 0.0
    lifetime = refresh_token_lifetime()
    return inf if lifetime is None else to_seconds(row.access_token.expires + lifetime)


def status(fingerprints: Collection[str], now: float, using: str) -> set[str]:
    """Return those of the fingerprints whose refresh token stands."""
    rows = _unrevoked(using).filter(token_checksum__in=fingerprints)
    return {row.token_checksum for row in rows if expires(row) > now and row.application.is_usable(None)}


def _unrevoked(using: str) -> Any:
    rows = refresh_token_model()._default_manager.using(using).filter(revoked__isnull=True)
    return rows.select_related("user", "application", "access_token")
