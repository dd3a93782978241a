"""Make and renew personal access tokens: validate the row, store it, and write to the owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from token_exchange.models import PersonalAccessToken, Target
from token_exchange.models.validation import FieldError
from token_exchange.personal_access_tokens import letters
from token_exchange.personal_access_tokens.lookup import PREFIX
from token_exchange.personal_access_tokens.validation import App, errors_in_token
from token_exchange.tokens import lineage
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database


class Refused(Exception):
    """The token breaks a rule of `validation`, or was revoked or renewed meanwhile; nothing was stored."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class NewToken:
    """Hold a token's row and its value, which the owner sees once; the database stores only a keyed hash of it."""

    row: PersonalAccessToken
    value: str = field(repr=False)


@sensitive_variables()
def make(row: PersonalAccessToken, targets: Sequence[Target], app: App | None = None) -> NewToken:
    """Make the token that an unsaved row describes, and write to its owner after the commit; raise `Refused`.

    `app` is the app that makes the token for its owner; None if the owner makes it without one.
    """
    using = token_database()
    with transaction.atomic(using=using):
        _lock_owner(row.owner, using)
        _refuse(errors_in_token(row, {"targets": targets}, app))
        made = create(
            row.owner,
            name=row.name.strip(),
            scopes=row.scopes,
            targets=targets,
            expires=row.expires,
            created_by=app.client if app else None,
        )
        # Robust: the owner has to see the value even if the letter cannot be sent.
        transaction.on_commit(lambda: letters.made(made.row), using=using, robust=True)
    return made


@sensitive_variables()
def renew(row: PersonalAccessToken, *, expires: datetime, app: App | None = None) -> NewToken:
    """Give an unrevoked token a new value and expiry, and write to its owner after the commit; raise `Refused`."""
    using, read_fingerprint = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        # The token is locked before its owner, as an exchange does: the other order could end in a deadlock.
        row.refresh_from_db(using=using, from_queryset=PersonalAccessToken.objects.select_for_update())
        _lock_owner(row.owner, using)
        if row.revoked is not None:
            raise Refused([FieldError("", gettext("This token has been revoked. Make a new one."))])
        if row.fingerprint != read_fingerprint:
            raise Refused([FieldError("", gettext("This token has been renewed meanwhile."))])
        renewed = copy(row)
        renewed.expires = expires
        _refuse(errors_in_token(renewed, {"targets": ()}, app))
        made = rotate(row, expires=expires)
        transaction.on_commit(lambda: letters.renewed(made.row), using=using, robust=True)
    return made


def create(
    owner: Any,
    *,
    name: str,
    scopes: Iterable[str],
    targets: Iterable[Target],
    expires: datetime,
    created_by: Any = None,
) -> NewToken:
    """Store a token without validating it: `make` does that first."""
    value = token_values.generate(PREFIX)
    using = token_database()
    with transaction.atomic(using=using):
        row = PersonalAccessToken.objects.using(using).create(
            owner=owner,
            created_by=created_by,
            name=name,
            scopes=sorted(scopes),
            expires=expires,
            fingerprint=token_values.fingerprint(value),
        )
        row.targets.set(targets)
    return NewToken(row, value)


def rotate(row: PersonalAccessToken, *, expires: datetime) -> NewToken:
    """Store a new value and expiry without validating them; the old value and its descendants are revoked at once."""
    value, using = token_values.generate(PREFIX), token_database()
    with transaction.atomic(using=using):
        old, row.fingerprint = row.fingerprint, token_values.fingerprint(value)
        row.expires, row.expiry_announced = expires, None
        row.save(using=using, update_fields=["fingerprint", "expires", "expiry_announced"])
        lineage.revoke_descendants(old, using, because="token_rotated")
    return NewToken(row, value)


def _lock_owner(owner: Any, using: str) -> None:
    # Two requests of one owner run one after the other: two clicks at once must not make two tokens of one name.
    get_user_model()._default_manager.using(using).select_for_update().filter(pk=owner.pk).first()


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise Refused(errors)
