"""Whether an app that made a personal access token for its user is still authorized by that user."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from token_exchange.models import ExchangedToken, PersonalAccessToken
from token_exchange.toolkit.compat import access_token_model, refresh_token_model, token_database


def holds(row: PersonalAccessToken) -> bool:
    """Return whether the token was made without an app, or its app is usable and holds a live token of the owner.

    The toolkit keeps no other trace of a user's consent than the app's tokens: once they have been revoked or have
    expired, the app could not make a personal access token either. One that was exchanged is no consent.
    """
    if row.made_by_id is None:
        return True
    client = row.made_by
    return client is not None and bool(client.is_usable(None)) and (_refreshes(row) or _calls(row))


def _refreshes(row: PersonalAccessToken) -> bool:
    tokens = refresh_token_model()._default_manager.using(token_database())
    return bool(tokens.filter(user=row.owner_id, application=row.made_by_id, revoked__isnull=True).exists())


def _calls(row: PersonalAccessToken) -> bool:
    exchanged = ExchangedToken.objects.filter(fingerprint=OuterRef("token_checksum"))
    tokens = access_token_model()._default_manager.using(token_database())
    live = tokens.filter(user=row.owner_id, application=row.made_by_id, expires__gt=timezone.now())
    return bool(live.filter(~Exists(exchanged)).exists())
