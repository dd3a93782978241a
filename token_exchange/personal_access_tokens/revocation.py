"""Revoke a personal access token with the tokens exchanged from it: by its owner, an administrator, or as leaked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from token_exchange.models import PersonalAccessToken
from token_exchange.people.accounts import party_of
from token_exchange.tokens import lineage, revocation_record
from token_exchange.toolkit.compat import token_database


def revoke(row: PersonalAccessToken, *, because: str = "token_revoked") -> int:
    """Revoke a token and its descendants; return the number of exchanged tokens that were revoked with it."""
    using = token_database()
    unrevoked = PersonalAccessToken.objects.using(using).filter(pk=row.pk, revoked__isnull=True)
    with transaction.atomic(using=using):
        # The row is changed first: that waits for an exchange which has locked it, so the search for descendants
        # finds the token which that exchange issued.
        unrevoked.update(revoked=timezone.now())
        return lineage.revoke_descendants(row.fingerprint, using, because=because)


def revoke_by_owner(row: PersonalAccessToken) -> int:
    """Revoke a token and its descendants as `revoke` does, after any renewal that is under way."""
    with transaction.atomic(using=token_database()):
        # Without the lock, a renewal at this moment would leave here the fingerprint of the old value.
        _lock(row)
        return revoke(row)


def revoke_on_record(row: PersonalAccessToken, *, because: str) -> int | None:
    """Revoke a token and its descendants as `revoke` does, and leave a record in any case.

    Return None, and change nothing, if the token was revoked or renewed after the row was read.
    """
    using, read_fingerprint = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        _lock(row)
        if row.revoked is not None or row.fingerprint != read_fingerprint:
            return None
        stopped = revoke(row, because=because)
        if not stopped:  # the revocation of descendants writes a record of its own
            subject = party_of(row.owner).subject
            revocation_record.write(row.fingerprint, [], using, because=because, subject=subject)
    return stopped


def active_descendants(row: PersonalAccessToken) -> int:
    """Return the number of active tokens that come from the token, by one exchange or several."""
    return len(lineage.descendants(row.fingerprint, token_database()))


def _lock(row: PersonalAccessToken) -> None:
    row.refresh_from_db(using=token_database(), from_queryset=PersonalAccessToken.objects.select_for_update())
