"""What the provider of django-allauth is refused for that an issuer's row names: it decides who its subjects are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from token_exchange.configuration.shared_issuers import IMMUTABLE_INSTEAD
from token_exchange.models.validation import FieldError, Lists
from token_exchange.trusted_issuers import social_accounts

FIELD = "allauth_provider"


def social_provider(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Its accounts are told by this issuer, and by the very claim that tells subjects (INV-16)."""
    provider = getattr(row, FIELD, None)
    if not provider or not social_accounts.are_kept():
        return
    if row.subject_claim in IMMUTABLE_INSTEAD:
        yield FieldError(FIELD, gettext("The subject claim is a name that others may bear one day."))
    for settings in social_accounts.apps_of(provider):
        server = settings.get("server_url")
        if server and _without_ending(server) != _without_ending(row.issuer):
            yield FieldError(FIELD, gettext("Its app in django-allauth asks another server: %s") % server)
        elif server and settings.get("uid_field", "sub") != row.subject_claim:
            yield FieldError(FIELD, gettext("Its app in django-allauth tells accounts by another claim."))


def _without_ending(url: str) -> str:
    # django-allauth takes an issuer and the address of its metadata alike.
    return url.partition("/.well-known/")[0].rstrip("/")
