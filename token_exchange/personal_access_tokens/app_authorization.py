"""Check that the app which made a personal access token for its user is still authorized by that user."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from token_exchange.models import ExchangedToken, PersonalAccessToken
from token_exchange.toolkit.compat import access_token_model, refresh_token_model, token_database


def is_given(row: PersonalAccessToken) -> bool:
    """Return True if no app made the token, or if that app is usable and holds an active token of the owner.

    The toolkit stores a user's consent in the app's tokens only: after they are revoked or expired, the app could not
    make a personal access token either. An access token that an exchange issued is not consent.
    """
    if row.created_by_id is None:
        return True
    client = row.created_by
    usable = client is not None and bool(client.is_usable(None))
    return usable and (_has_refresh_token(row) or _has_access_token(row))


def _has_refresh_token(row: PersonalAccessToken) -> bool:
    tokens = refresh_token_model()._default_manager.using(token_database())
    return bool(tokens.filter(user=row.owner_id, application=row.created_by_id, revoked__isnull=True).exists())


def _has_access_token(row: PersonalAccessToken) -> bool:
    exchanged = ExchangedToken.objects.filter(fingerprint=OuterRef("token_checksum"))
    tokens = access_token_model()._default_manager.using(token_database())
    unexpired = tokens.filter(user=row.owner_id, application=row.created_by_id, expires__gt=timezone.now())
    return bool(unexpired.filter(~Exists(exchanged)).exists())
