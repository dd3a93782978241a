"""What the permissions say about one person acting as another, before any token is made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from token_exchange.configuration import snapshot as configurations
from token_exchange.models import Target
from token_exchange.people.accounts import account_of, party_of, with_rights
from token_exchange.sts.parties import Actor, Subject
from token_exchange.sts.permission import ActAsMethod, ActAsRequest
from token_exchange.sts.permission_checks import Verdict, examine
from token_exchange.toolkit.compat import token_database


def verdict(actor: Any, subject: Any, *, targets: Iterable[Target], scopes: Iterable[str]) -> Verdict:
    """Return what the permissions say to `actor` asking for a ticket to act as `subject`, both users."""
    using = token_database()
    asked = act_as_request(actor, subject, using, targets=(target.name for target in targets), scopes=scopes)
    return examine(asked, configurations.current(using).permissions)


def act_as_request(
    actor: Any, subject: Any, using: str, *, targets: Iterable[str] = (), scopes: Iterable[str] = ()
) -> ActAsRequest:
    """Return what `actor` is about to do with a ticket to act as `subject`, the rights of both as they are now."""
    return ActAsRequest(
        now=time.time(),
        method=ActAsMethod.TICKET,
        actor=Actor(party=party_of(actor), account=with_rights(account_of(actor), using)),
        subject=Subject(party=party_of(subject), account=with_rights(account_of(subject), using)),
        client_id=None,
        targets=frozenset(targets),
        scopes=frozenset(scopes),
    )
