"""Check the provider of django-allauth whose accounts an issuer's row uses to find users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from token_exchange.configuration.shared_issuers import IMMUTABLE_INSTEAD
from token_exchange.models.validation import FieldError, Lists
from token_exchange.trusted_issuers import social_accounts

FIELD = "allauth_provider"


def social_provider(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error unless the provider uses this issuer and identifies its accounts by the row's subject claim.

    Otherwise the account of one subject could be taken for that of another.
    """
    provider = getattr(row, FIELD, None)
    if not provider or not social_accounts.are_kept():
        return
    if row.subject_claim in IMMUTABLE_INSTEAD:
        yield FieldError(FIELD, gettext("The subject claim is a name that other people can take over."))
    for settings in social_accounts.apps_of(provider):
        server = settings.get("server_url")
        if server and _without_ending(server) != _without_ending(row.issuer):
            yield FieldError(FIELD, gettext("Its app in django-allauth uses another server: %s") % server)
        elif server and settings.get("uid_field", "sub") != row.subject_claim:
            yield FieldError(FIELD, gettext("Its app in django-allauth identifies accounts by another claim."))


def _without_ending(url: str) -> str:
    # django-allauth accepts the address of an issuer as well as that of its metadata.
    return url.partition("/.well-known/")[0].rstrip("/")
