"""Find refresh tokens of this server, and tell which of them are active and until when."""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import Any, Final

from token_exchange.sts.vocabulary import REFRESH_TOKEN
from token_exchange.tokens.parent_kinds import ParentKind
from token_exchange.toolkit.compat import refresh_token_lifetime, refresh_token_model
from token_exchange.toolkit.timestamps import to_seconds


def find(fingerprint: str, using: str) -> Any | None:
    """Return the row of an unrevoked refresh token, with its user, application and access token, if there is one."""
    return _unrevoked(using).filter(token_checksum=fingerprint).first()


def expires(row: Any) -> float:
    """Return when an unrevoked refresh token expires, in seconds since the epoch; infinity if it never does.

    The toolkit adds the lifetime of refresh tokens to the end of the access token beside it. A refresh token without
    an access token has expired, and one without a set lifetime never expires.
    """
    if row.access_token is None:
        return 0.0
    lifetime = refresh_token_lifetime()
    return inf if lifetime is None else to_seconds(row.access_token.expires + lifetime)


def active(fingerprints: Collection[str], now: float, using: str) -> dict[str, Any]:
    """Return the rows of those refresh tokens that are active and whose clients are usable, by fingerprint."""
    rows = _unrevoked(using).filter(token_checksum__in=fingerprints)
    return {row.token_checksum: row for row in rows if expires(row) > now and row.application.is_usable(None)}


def _unrevoked(using: str) -> Any:
    rows = refresh_token_model()._default_manager.using(using).filter(revoked__isnull=True)
    return rows.select_related("user", "application", "access_token")


KIND: Final = ParentKind(
    token_type=REFRESH_TOKEN,
    plural="refresh tokens",
    model=refresh_token_model,
    fingerprint="token_checksum",
    active=active,
)
