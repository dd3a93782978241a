"""Whatever is changed in targets and policies, or in what they name, raises the configuration's version."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save

from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer
from token_exchange.models.configuration_version import raise_version


def connect() -> None:
    """Follow the models; applications too, because the snapshot knows clients by their id."""
    from token_exchange.provider.compat import application_model

    for model in (Target, ExchangePolicy, ImpersonationPermission, TrustedIssuer, application_model()):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"token_exchange.version.{model._meta.label}")
    for relation in (*ExchangePolicy._meta.many_to_many, *ImpersonationPermission._meta.many_to_many):
        through = cast("type[models.Model]", relation.remote_field.through)
        m2m_changed.connect(_changed, sender=through, dispatch_uid=f"token_exchange.version.{through._meta.label}")
        # Deleting a user, group, client or target removes its links without m2m_changed.
        post_delete.connect(_changed, sender=through, dispatch_uid=f"token_exchange.version.{through._meta.label}")


def _changed(sender: Any, using: str, **kwargs: Any) -> None:
    raise_version(using)
