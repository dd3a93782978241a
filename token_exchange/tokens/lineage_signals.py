"""A deleted token takes what was exchanged from it along, whoever deleted it: owner, admin or logout."""

from __future__ import annotations

from typing import Any, Final

from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from token_exchange.models import LinkedAccount
from token_exchange.tokens import lineage

UID: Final = "token_exchange.lineage"


def connect() -> None:
    """Follow the models of access tokens and refresh tokens, whichever they are."""
    from token_exchange.toolkit.compat import access_token_model, refresh_token_model

    post_delete.connect(_deleted, sender=access_token_model(), dispatch_uid=UID)
    # A revoked refresh token stays as a row, so that its reuse is noticed.
    post_save.connect(_refresh_token_saved, sender=refresh_token_model(), dispatch_uid=UID)
    post_delete.connect(_refresh_token_deleted, sender=refresh_token_model(), dispatch_uid=UID)
    pre_save.connect(_account_changes, sender=LinkedAccount, dispatch_uid=UID)
    post_delete.connect(_account_unlinked, sender=LinkedAccount, dispatch_uid=UID)


def _deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    # The clean-up of expired tokens must not pay for us: what is derived has expired as well (P48, INV-11).
    if lineage.is_quiet() or instance.expires <= timezone.now():
        return
    lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _refresh_token_saved(sender: Any, instance: Any, created: bool, using: str, **kwargs: Any) -> None:
    if instance.revoked is not None and not created and not lineage.is_quiet():
        lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _refresh_token_deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    # One that was revoked before has taken its own along already.
    if instance.revoked is None and not lineage.is_quiet():
        lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _account_changes(sender: Any, instance: LinkedAccount, using: str, **kwargs: Any) -> None:
    before = LinkedAccount.objects.using(using).filter(pk=instance.pk).first()
    told = ("trusted_issuer_id", "subject", "user_id")
    if before is not None and any(getattr(before, name) != getattr(instance, name) for name in told):
        _account_unlinked(sender, before, using)


def _account_unlinked(sender: Any, instance: LinkedAccount, using: str, **kwargs: Any) -> None:
    # An external subject that was this user is so no longer, and neither is what it obtained as this user.
    lineage.revoke_of_issuer(instance.trusted_issuer_id, str(instance.user_id), using, because="account_unlinked")
