"""Find access tokens of this server, as parents of exchanged tokens and beside ID tokens."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.tokens import lineage
from token_exchange.tokens.parent_kinds import Leak, ParentKind
from token_exchange.toolkit.compat import access_token_model, fingerprint_of, token_database


def active(fingerprints: Collection[str], now: float, using: str) -> dict[str, Any]:
    """Return the rows of those access tokens that have not expired and whose clients are usable, by fingerprint."""
    rows = access_token_model()._default_manager.using(using).select_related("application")
    current = rows.filter(token_checksum__in=fingerprints, expires__gt=timezone.now())
    return {row.token_checksum: row for row in current if row.application and row.application.is_usable(None)}


def beside_id_token(token_id: UUID, using: str) -> Any | None:
    """Return the access token issued together with an ID token, with its user, application and ID token.

    Return None after a logout, a revocation, or a refresh, which issues a new ID token.
    """
    rows = access_token_model()._default_manager.using(using).select_related("id_token", "user", "application")
    return rows.filter(id_token__jti=token_id, user__isnull=False, application__isnull=False).first()


@sensitive_variables()
def _revoke_leaked(value: str) -> Leak | None:
    # The toolkit deletes the row of a revoked access token: a row that exists has not been revoked.
    using, fingerprint = token_database(), fingerprint_of(value)
    row = access_token_model()._default_manager.using(using).filter(token_checksum=fingerprint).first()
    if row is None:
        return None
    stopped = lineage.revoke(fingerprint, using, because=lineage.LEAKED) - 1
    return Leak(token_type=ACCESS_TOKEN, stopped=stopped, row=row)


KIND: Final = ParentKind(
    token_type=ACCESS_TOKEN,
    plural="access tokens",
    model=access_token_model,
    fingerprint="token_checksum",
    revoked=None,
    active=active,
    revoke_leaked=_revoke_leaked,
)
