"""Describe personal access tokens for the table of parent kinds, and revoke a leaked one."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import letters, lookup, revocation
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN
from token_exchange.tokens.lineage import LEAKED
from token_exchange.tokens.parent_kinds import Leak, ParentKind
from token_exchange.toolkit.compat import token_database


@sensitive_variables()
def revoke_leaked(value: str) -> Leak | None:
    """Revoke the personal access token of this value and write to its owner; return None if no token has the value."""
    row = lookup.find(value)
    if row is None:
        return None
    using = token_database()
    with transaction.atomic(using=using):
        stopped = revocation.revoke_on_record(row, because=LEAKED)
        if stopped is not None:
            transaction.on_commit(lambda: letters.revoked_as_leaked(row), using=using, robust=True)
    return Leak(token_type=PERSONAL_ACCESS_TOKEN, stopped=stopped, row=row)


KIND: Final = ParentKind(
    token_type=PERSONAL_ACCESS_TOKEN,
    plural="personal access tokens",
    model=lambda: PersonalAccessToken,
    active=lookup.active,
    prefix=lookup.PREFIX,
    revoke_leaked=revoke_leaked,
)
