"""The end of a personal access token by somebody else than its owner, which always leaves a record."""

from __future__ import annotations

from django.db import transaction

from token_exchange.models import PersonalAccessToken
from token_exchange.people.accounts import party_of
from token_exchange.personal_access_tokens import lifecycle
from token_exchange.tokens import revocation_record
from token_exchange.toolkit.compat import token_database


def end(row: PersonalAccessToken, *, because: str) -> int | None:
    """Revoke a token and everything exchanged from it; return how many tokens of exchanges died.

    Return None, and change nothing, where it has been revoked, or given another value, since the row was read.
    """
    using, seen = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        row.refresh_from_db(using=using, from_queryset=PersonalAccessToken.objects.select_for_update())
        if row.revoked is not None or row.fingerprint != seen:
            return None
        stopped = lifecycle.revoke(row, because=because)
        if not stopped:  # a cascade writes its own record
            subject = party_of(row.owner).subject
            revocation_record.write(row.fingerprint, [], using, because=because, subject=subject)
    return stopped
