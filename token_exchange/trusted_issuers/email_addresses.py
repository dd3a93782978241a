"""Decide which e-mail addresses of an external token may be used: those that its issuer has verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from token_exchange.sts.conditions import claim_at, names_address, verified_address_at


def is_address_field(name: str) -> bool:
    """Return True if this field of the user model holds an e-mail address."""
    user_model: Any = get_user_model()
    if name == user_model.get_email_field_name():
        return True
    try:
        return isinstance(user_model._meta.get_field(name), models.EmailField)
    except FieldDoesNotExist:
        return False


def may_be_used(claims: Mapping[str, object], claim: str, field: str) -> bool:
    """Return True unless the claim or the field holds an e-mail address that the issuer has not verified.

    With an unverified address, a person could take the account of its owner, or register the address before them.
    """
    value = claim_at(claims, claim)
    is_address = names_address(claim) or is_address_field(field) or _is_address(claims, value)
    return not is_address or _is_verified(claims, claim, value)


def _is_address(claims: Mapping[str, object], value: object) -> bool:
    address = claims.get("email")
    return isinstance(value, str) and isinstance(address, str) and value.casefold() == address.casefold()


def _is_verified(claims: Mapping[str, object], claim: str, value: object) -> bool:
    return isinstance(value, str) and value in (
        verified_address_at(claims, claim),
        verified_address_at(claims, "email"),
    )
