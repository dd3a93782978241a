"""Find personal access tokens: by the value that a client presents, by owner, or by fingerprint."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import app_authorization
from token_exchange.personal_access_tokens.revocation import revoke
from token_exchange.tokens import lineage
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.timestamps import to_datetime

PREFIX: Final = "txpat_"
"""The first characters of every value, by which scanners of source code and logs find it."""
MAX_ENDED: Final = 50
"""The number of revoked and expired tokens that an owner is shown: a script may make a token every day."""


def find(value: str) -> PersonalAccessToken | None:
    """Return the row of a value with its owner, active or not; a value with a wrong checksum costs no statement.

    A token of an app that the owner no longer authorizes is revoked here, because no event announces that.
    """
    if not token_values.is_well_formed(value, PREFIX):
        return None
    current, *former = token_values.fingerprints(value)
    rows = PersonalAccessToken.objects.using(token_database()).select_related("owner")
    row = rows.filter(fingerprint__in=[current, *former]).first()
    if row is None or (row.fingerprint != current and not _rehash(row, current)):
        return None
    if row.revoked is None and not app_authorization.is_given(row):
        revoke(row, because="app_not_authorized")
        row.refresh_from_db(fields=["revoked"])
    return row


def _rehash(row: PersonalAccessToken, fingerprint: str) -> bool:
    """Store the fingerprint under the site's current key, in the row and in those of its descendants.

    Return False if the token was renewed meanwhile: its old value must not become valid again.
    """
    using, old = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        rows = PersonalAccessToken.objects.using(using).filter(pk=row.pk)
        # The condition and the change are one statement: of two requests at once, the second finds the first's row.
        if rows.filter(fingerprint=old).update(fingerprint=fingerprint):
            lineage.follow_refresh(old, fingerprint, using)
        elif not rows.filter(fingerprint=fingerprint).exists():
            return False
    row.fingerprint = fingerprint
    return True


def of_owner(owner: Any) -> list[PersonalAccessToken]:
    """Return the owner's tokens with their targets, newest first: all active ones, then the last that have ended.

    Tokens of apps that the owner no longer authorizes are revoked first.
    """
    rows = PersonalAccessToken.objects.using(token_database()).filter(owner=owner).prefetch_related("targets")
    for row in rows.filter(created_by__isnull=False, revoked__isnull=True, expires__gt=timezone.now()):
        if not app_authorization.is_given(row):
            revoke(row, because="app_not_authorized")
    unended = Q(revoked__isnull=True, expires__gt=timezone.now())
    return [*rows.filter(unended), *rows.exclude(unended)[:MAX_ENDED]]


def active(fingerprints: Collection[str], now: float, using: str) -> dict[str, PersonalAccessToken]:
    """Return the active tokens with these fingerprints, by fingerprint; `now` is in seconds since the epoch."""
    rows = PersonalAccessToken.objects.using(using).filter(fingerprint__in=fingerprints, revoked__isnull=True)
    unexpired = rows.filter(expires__gt=to_datetime(now)).select_related("created_by")
    return {row.fingerprint: row for row in unexpired if app_authorization.is_given(row)}
