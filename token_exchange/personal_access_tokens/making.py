"""Making, renewing and revoking a personal access token: reviewed, stored, and its owner told."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from token_exchange.models import PersonalAccessToken, Target
from token_exchange.models.validation import FieldError
from token_exchange.personal_access_tokens import letters as notices
from token_exchange.personal_access_tokens import lifecycle
from token_exchange.personal_access_tokens.lifecycle import NewToken
from token_exchange.personal_access_tokens.validation import App, errors_in_token
from token_exchange.toolkit.compat import token_database


class Refused(Exception):
    """There is something to object to; nothing has changed."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@sensitive_variables()
def make(row: PersonalAccessToken, targets: Sequence[Target], app: App | None = None) -> NewToken:
    """Make the token that an unsaved row describes and write to its owner; raise `Refused`."""
    using = token_database()
    with transaction.atomic(using=using):
        _lock(row.owner, using)
        _refuse(errors_in_token(row, {"targets": targets}, app))
        made = lifecycle.create(
            row.owner,
            name=row.name.strip(),
            scopes=row.scopes,
            targets=targets,
            expires=row.expires,
            made_by=app.client if app else None,
        )
        # Robust: the value has to be shown, whatever becomes of the letter.
        transaction.on_commit(lambda: notices.made(made.row), using=using, robust=True)
    return made


@sensitive_variables()
def renew(row: PersonalAccessToken, *, expires: datetime, app: App | None = None) -> NewToken:
    """Give a token that is not revoked another value and end, and write to its owner; raise `Refused`."""
    using, seen = token_database(), row.fingerprint
    with transaction.atomic(using=using):
        # The token before its owner, as an exchange locks them: the other way round, the two would block each other.
        row.refresh_from_db(using=using, from_queryset=PersonalAccessToken.objects.select_for_update())
        _lock(row.owner, using)
        if row.revoked is not None:
            raise Refused([FieldError("", gettext("This token has been revoked. Make a new one."))])
        if row.fingerprint != seen:
            raise Refused([FieldError("", gettext("The token has been renewed meanwhile."))])
        renewed = copy(row)
        renewed.expires = expires
        _refuse(errors_in_token(renewed, {"targets": ()}, app))
        made = lifecycle.rotate(row, expires=expires)
        transaction.on_commit(lambda: notices.renewed(made.row), using=using, robust=True)
    return made


def revoke(row: PersonalAccessToken) -> int:
    """Revoke a token and everything exchanged from it; return how many tokens of exchanges died."""
    using = token_database()
    with transaction.atomic(using=using):
        # A renewal at this moment would leave us the fingerprint of a value that is no more.
        row.refresh_from_db(using=using, from_queryset=PersonalAccessToken.objects.select_for_update())
        return lifecycle.revoke(row)


def _lock(owner: Any, using: str) -> None:
    # One after the other: two clicks at once must not make two tokens of one name.
    get_user_model()._default_manager.using(using).select_for_update().filter(pk=owner.pk).first()


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise Refused(errors)
