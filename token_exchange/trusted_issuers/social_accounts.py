"""Find users by the accounts that django-allauth, if installed, has linked when they logged in at an issuer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Q

from token_exchange.people import lookup
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason


def are_kept() -> bool:
    """Return True if the app of django-allauth that stores social accounts is installed."""
    return apps.is_installed("allauth.socialaccount")


def user_of(provider: str, subject: str, using: str) -> Any | None:
    """Return the user whose account at the provider has this uid; raise `InvalidRequest` if several do."""
    if not provider or not are_kept():
        return None
    accounts = _rows("SocialAccount").using(using).select_related("user")
    users = {account.user for account in lookup.all_exact(accounts, provider=provider, uid=subject)}
    if len(users) > 1:
        raise InvalidRequest(Reason.SUBJECT_AMBIGUOUS, "subject_token")
    return next(iter(users), None)


def apps_of(provider: str) -> Iterator[Mapping[str, Any]]:
    """Yield the settings of each app of django-allauth that stores accounts under this provider id."""
    rows = _rows("SocialApp").filter(Q(provider_id=provider) | Q(provider=provider, provider_id=""))
    for row in rows:  # the database may have found ids in another case (`people.lookup`)
        if provider in (row.provider_id, row.provider):
            yield row.settings


def _rows(model: str) -> Any:
    return apps.get_model("socialaccount", model)._default_manager
