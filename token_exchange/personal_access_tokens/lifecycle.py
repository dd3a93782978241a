"""Personal access tokens at rest: made, found, renewed, revoked, and remembered to have been used."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from token_exchange.models import PersonalAccessToken, Target
from token_exchange.personal_access_tokens import app_authorizations
from token_exchange.tokens import lineage
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.timestamps import to_datetime

PREFIX: Final = "txpat_"
"""How every value begins, for scanners of source code and logs."""
USES_NOTED: Final = timedelta(minutes=1)
"""A use within this time of the one noted is not noted again, unless it comes from a new address."""
MOST_ADDRESSES: Final = 32
"""Addresses that are remembered of one token; the oldest make room."""
MOST_ENDED: Final = 50
"""Tokens of an owner that are shown after their end; a script may make one a day."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A row, and the value that nobody will be shown again."""

    row: PersonalAccessToken
    value: str = field(repr=False)


def create(
    owner: Any,
    *,
    name: str,
    scopes: Iterable[str],
    targets: Iterable[Target],
    expires: datetime,
    made_by: Any = None,
) -> NewToken:
    """Make a token of these; whether the owner may have it has been asked before (`review.personal_access_token`)."""
    value = token_values.generate(PREFIX)
    using = token_database()
    with transaction.atomic(using=using):
        row = PersonalAccessToken.objects.using(using).create(
            owner=owner,
            made_by=made_by,
            name=name,
            scopes=sorted(scopes),
            expires=expires,
            fingerprint=token_values.fingerprint(value),
        )
        row.targets.set(targets)
    return NewToken(row, value)


def rotate(row: PersonalAccessToken, *, expires: datetime) -> NewToken:
    """Give a token another value and end; the old value and all that was exchanged from it die at once."""
    value, using = token_values.generate(PREFIX), token_database()
    with transaction.atomic(using=using):
        old, row.fingerprint = row.fingerprint, token_values.fingerprint(value)
        row.expires, row.expiry_announced = expires, None
        row.save(using=using, update_fields=["fingerprint", "expires", "expiry_announced"])
        lineage.revoke_descendants(old, using, because="token_rotated")
    return NewToken(row, value)


def revoke(row: PersonalAccessToken, *, because: str = "token_revoked") -> int:
    """Revoke a token and everything exchanged from it; return how many tokens of exchanges died."""
    using = token_database()
    live = PersonalAccessToken.objects.using(using).filter(pk=row.pk, revoked__isnull=True)
    with transaction.atomic(using=using):
        # The row is written first: an exchange that holds it commits before we look for what it issued (T26).
        live.update(revoked=timezone.now())
        return lineage.revoke_descendants(row.fingerprint, using, because=because)


def find(value: str) -> PersonalAccessToken | None:
    """Return the row of a value, live or not, with its owner; a value with a wrong checksum costs no statement.

    A token of an app that the owner no longer authorizes is revoked here, if nobody has noticed before.
    """
    if not token_values.is_well_formed(value, PREFIX):
        return None
    present, *former = token_values.fingerprints(value)
    rows = PersonalAccessToken.objects.using(token_database()).select_related("owner")
    row = rows.filter(fingerprint__in=[present, *former]).first()
    if row is None or (row.fingerprint != present and not _rehash(row, present)):
        return None
    if row.revoked is None and not app_authorizations.holds(row):
        revoke(row, because="app_not_authorized")
        row.refresh_from_db(fields=["revoked"])
    return row


def of_owner(owner: Any) -> list[PersonalAccessToken]:
    """Return an owner's tokens with their targets, newest first: all live ones, then the last that have ended."""
    rows = PersonalAccessToken.objects.using(token_database()).filter(owner=owner).prefetch_related("targets")
    for row in rows.filter(made_by__isnull=False, revoked__isnull=True, expires__gt=timezone.now()):
        if not app_authorizations.holds(row):
            revoke(row, because="app_not_authorized")
    live = Q(revoked__isnull=True, expires__gt=timezone.now())
    return [*rows.filter(live), *rows.exclude(live)[:MOST_ENDED]]


def live_descendants(row: PersonalAccessToken) -> int:
    """Return how many live tokens were exchanged from a token, down the line."""
    return len(lineage.descendants(row.fingerprint, token_database()))


def active(fingerprints: Collection[str], now: float, using: str) -> dict[str, PersonalAccessToken]:
    """Return the active tokens with these fingerprints, by fingerprint; `now` is in seconds since the epoch."""
    rows = PersonalAccessToken.objects.using(using).filter(fingerprint__in=fingerprints, revoked__isnull=True)
    live = rows.filter(expires__gt=to_datetime(now)).select_related("made_by")
    return {row.fingerprint: row for row in live if app_authorizations.holds(row)}


def record_use(fingerprint: str, address: str | None) -> PersonalAccessToken | None:
    """Note that a token was used; return its row if it came from an address that is none of those known."""
    using, now = token_database(), timezone.now()
    rows = PersonalAccessToken.objects.using(using)
    row = rows.select_related("owner").filter(fingerprint=fingerprint).first()
    if row is None:
        return None
    this = rows.filter(pk=row.pk)
    if address is None or address in row.addresses:
        this.filter(Q(last_used__isnull=True) | Q(last_used__lte=now - USES_NOTED)).update(
            last_used=now, last_address=address
        )
        return None
    known = [*row.addresses, address][-MOST_ADDRESSES:]
    this.update(last_used=now, last_address=address, addresses=known)
    return row if row.addresses else None  # the first address is no news


def _rehash(row: PersonalAccessToken, fingerprint: str) -> bool:
    """Keep the token under the site's present key, and what was exchanged from it with it.

    Return whether the value is still the token's: one that was renewed meanwhile must not come back to life.
    """
    using, old = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        rows = PersonalAccessToken.objects.using(using).filter(pk=row.pk)
        # The condition and the writing are one statement: of two at once the second finds the row as the first left it.
        if rows.filter(fingerprint=old).update(fingerprint=fingerprint):
            lineage.follow_refresh(old, fingerprint, using)
        elif not rows.filter(fingerprint=fingerprint).exists():
            return False
    row.fingerprint = fingerprint
    return True
