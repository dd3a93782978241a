"""Revoke the descendants of a token when its row is deleted or revoked, by its user, an administrator or a logout."""

from __future__ import annotations

from typing import Any, Final

from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from token_exchange.models import LinkedAccount
from token_exchange.tokens import lineage

UID: Final = "token_exchange.lineage"


def connect() -> None:
    """Connect the receivers to the models of access tokens and refresh tokens, swapped or not."""
    from token_exchange.toolkit.compat import access_token_model, refresh_token_model

    post_delete.connect(_deleted, sender=access_token_model(), dispatch_uid=UID)
    # The toolkit keeps the row of a revoked refresh token, so that its reuse is noticed.
    post_save.connect(_refresh_token_saved, sender=refresh_token_model(), dispatch_uid=UID)
    post_delete.connect(_refresh_token_deleted, sender=refresh_token_model(), dispatch_uid=UID)
    pre_save.connect(_account_saved, sender=LinkedAccount, dispatch_uid=UID)
    post_delete.connect(_account_unlinked, sender=LinkedAccount, dispatch_uid=UID)


def _deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    # A descendant never outlives its ancestor, so the clean-up of expired tokens needs no cascade.
    if lineage.is_cascading() or instance.expires <= timezone.now():
        return
    lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _refresh_token_saved(sender: Any, instance: Any, created: bool, using: str, **kwargs: Any) -> None:
    if instance.revoked is not None and not created and not lineage.is_cascading():
        lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _refresh_token_deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    # Already revoked: its descendants were revoked then.
    if instance.revoked is None and not lineage.is_cascading():
        lineage.revoke_descendants(instance.token_checksum, using, because="token_revoked")


def _account_saved(sender: Any, instance: LinkedAccount, using: str, **kwargs: Any) -> None:
    before = LinkedAccount.objects.using(using).filter(pk=instance.pk).first()
    linked = ("trusted_issuer_id", "subject", "user_id")
    if before is not None and any(getattr(before, name) != getattr(instance, name) for name in linked):
        _account_unlinked(sender, before, using)


def _account_unlinked(sender: Any, instance: LinkedAccount, using: str, **kwargs: Any) -> None:
    # The external subject is no longer linked to this user, so the tokens that it obtained as this user end.
    lineage.revoke_of_issuer(instance.trusted_issuer_id, str(instance.user_id), using, because="account_unlinked")
