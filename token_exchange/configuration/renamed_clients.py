"""The rules know clients by their id: a client that no rule names, or that keeps its id, changes nothing."""

from __future__ import annotations

from typing import Any, Final

from token_exchange.configuration.departures import is_named
from token_exchange.models.configuration_version import raise_version

_FORMER: Final = "_token_exchange_former_client_id"


def note_renaming(sender: Any, instance: Any, using: str, update_fields: Any = None, **kwargs: Any) -> None:
    """Note the client id that is stored, before another one is."""
    if instance.pk is None or (update_fields is not None and "client_id" not in update_fields):
        former = instance.client_id
    else:
        rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        former = rows.values_list("client_id", flat=True).first()
    setattr(instance, _FORMER, former)


def raise_if_renamed(sender: Any, instance: Any, created: bool, using: str, **kwargs: Any) -> None:
    """Raise the version if the id has changed and a rule names the client."""
    former = instance.__dict__.pop(_FORMER, None)
    if not created and former != instance.client_id and is_named(instance, using):
        raise_version(using)
