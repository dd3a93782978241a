"""A deleted access token takes what was exchanged from it along, whoever deleted it: owner, admin or logout."""

from __future__ import annotations

from typing import Any, Final

from django.db.models.signals import post_delete
from django.utils import timezone

from token_exchange.stores import lineage

UID: Final = "token_exchange.lineage"


def connect() -> None:
    """Follow the access token model, whichever it is."""
    from token_exchange.provider.compat import access_token_model

    post_delete.connect(_deleted, sender=access_token_model(), dispatch_uid=UID)


def _deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    # The clean-up of expired tokens must not pay for us: what is derived has expired as well (P48, INV-11).
    if lineage.is_quiet() or instance.expires <= timezone.now():
        return
    lineage.bury(instance.token_checksum, using, because="token_revoked")
