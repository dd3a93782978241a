"""Check keys that an administrator pastes, and warn about those that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.jose import pem
from token_exchange.jose.keys import KeySet, KeyWarning, read_pasted
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.models import TrustedIssuer
from token_exchange.models.validation import FieldError
from token_exchange.wording.issuer_words import warning_about_key

# A private key must not be stored in the database, even if other keys of the text can be used.
_SECRET: Final = frozenset({Flaw.KEY_PRIVATE, Flaw.KEY_SYMMETRIC})


def errors_in_pasted_keys(row: Any) -> Iterator[FieldError]:
    """Yield an error if the text is malformed, holds no usable key, or holds a private one."""
    try:
        found = _read(row)
    except Refused as refused:
        yield FieldError("pasted_keys", gettext("The text cannot be read: %s") % refused.flaw.value)
        return
    warnings = [warning for warning in _of_keys(found) if not found.keys or warning.flaw in _SECRET]
    for warning in warnings:
        yield FieldError("pasted_keys", warning_about_key(warning.flaw.value, warning.kid, warning.position))
    if not found.keys:
        yield FieldError("pasted_keys", gettext("The text holds no usable key."))
    if not warnings and pem.mentions_private_key(row.pasted_keys):
        yield FieldError("pasted_keys", gettext("The text holds a private key. Paste public keys only."))


def warnings_about_pasted(row: Any) -> list[str]:
    """Return a warning for each pasted key that cannot be used; none if the text cannot be read."""
    if row.verification != TrustedIssuer.Verification.PASTED:
        return []
    try:
        found = _read(row)
    except Refused:  # the row was not saved by the form; a system check reports it
        return []
    return [warning_about_key(warning.flaw.value, warning.kid, warning.position) for warning in _of_keys(found)]


def _read(row: Any) -> KeySet:
    return read_pasted(row.pasted_keys, frozenset(row.algorithms))


def _of_keys(found: KeySet) -> list[KeyWarning]:
    return [warning for warning in found.warnings if warning.position is not None]
