"""What is said about pasted keys: an error where they are of no use or secret, else a remark for each one left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.jose import pem
from token_exchange.jose.keys import KeySet, KeyWarning, read_pasted
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.models import TrustedIssuer
from token_exchange.models.validation import FieldError
from token_exchange.wording.issuer_words import remark

# A secret must not be kept in the database, also where the other keys of the paste would do.
_SECRET: Final = frozenset({Flaw.KEY_PRIVATE, Flaw.KEY_SYMMETRIC})


def objections_to_pasted(row: Any) -> Iterator[FieldError]:
    """Yield what forbids saving the row's pasted keys."""
    try:
        found = _read(row)
    except Refused as refused:
        yield FieldError("pasted_keys", gettext("Cannot be read: %s") % refused.flaw.value)
        return
    warnings = [warning for warning in _of_keys(found) if not found.keys or warning.flaw in _SECRET]
    for warning in warnings:
        yield FieldError("pasted_keys", remark(warning.flaw.value, warning.kid, warning.position))
    if not found.keys:
        yield FieldError("pasted_keys", gettext("There is no usable key in this text."))
    if not warnings and pem.mentions_private_key(row.pasted_keys):
        yield FieldError("pasted_keys", gettext("There is a private key in this text. Paste public keys only."))


def remarks_on_pasted(row: Any) -> list[str]:
    """Return a remark for each pasted key that is left out; nothing where no keys are pasted or none can be read."""
    if row.verification != TrustedIssuer.Verification.PASTED:
        return []
    try:
        found = _read(row)
    except Refused:  # a row that was written past its form, of which the system check tells
        return []
    return [remark(warning.flaw.value, warning.kid, warning.position) for warning in _of_keys(found)]


def _read(row: Any) -> KeySet:
    return read_pasted(row.pasted_keys, frozenset(row.algorithms))


def _of_keys(found: KeySet) -> list[KeyWarning]:
    return [warning for warning in found.warnings if warning.position is not None]
