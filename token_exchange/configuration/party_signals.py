"""Keep the rules right when a user, group, client or target that they name is deleted or renamed."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any, Final

from django.db.models import Exists, Q

from token_exchange.configuration import named_kind_signals
from token_exchange.models import ConfigurationVersion, ExchangePolicy, ImpersonationPermission, Target
from token_exchange.models.configuration_version import ONLY_ROW, raise_version
from token_exchange.models.named_kinds import filled_lists, lost
from token_exchange.models.validation import relation_names
from token_exchange.sts.policy import Effect

logger = logging.getLogger(__name__)

_NAMING: Final = (ExchangePolicy, ImpersonationPermission, Target)
_DENYING: Final = (ExchangePolicy, ImpersonationPermission)
_DENIALS: Final = "_token_exchange_denials"
_FORMER: Final = "_token_exchange_former_client_id"


def note_denials(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    """Raise the version before a party is deleted that a rule names, and note the denials that name it."""
    from token_exchange.toolkit.compat import token_database

    # Users may be stored in another database than the rules; no rule names such a user.
    if using != token_database() or not is_named(instance, using):
        return
    raise_version(using)
    noted: dict[Any, list[Any]] = defaultdict(list)
    for model in _DENYING:
        for field in _fields(model, instance):
            rows = model._base_manager.using(using).filter(effect=Effect.DENY.value, **{field: instance.pk})
            keys = list(rows.values_list("pk", flat=True))
            named_kind_signals.remember(model, keys, [field], using)
            noted[model] += keys
    setattr(instance, _DENIALS, noted)


def disable_emptied_denials(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    """Disable each denial whose last party of a kind was deleted: the empty list would deny all of that kind."""
    for model, keys in getattr(instance, _DENIALS, {}).items():
        filled = filled_lists(model, keys, using)
        for row in model._base_manager.using(using).filter(pk__in=keys, enabled=True):
            if kinds := lost(row, filled.get(row.pk, set())):
                model._base_manager.using(using).filter(pk=row.pk).update(enabled=False)
                logger.warning(
                    "The %s %r is disabled: all %s that it named are deleted.",
                    model._meta.verbose_name,
                    row.name,
                    ", ".join(kinds),
                )


def note_client_id(sender: Any, instance: Any, using: str, update_fields: Any = None, **kwargs: Any) -> None:
    """Note the stored client id of a client before the client is saved."""
    if instance.pk is None or (update_fields is not None and "client_id" not in update_fields):
        former = instance.client_id
    else:
        rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        former = rows.values_list("client_id", flat=True).first()
    setattr(instance, _FORMER, former)


def raise_if_renamed(sender: Any, instance: Any, created: bool, using: str, **kwargs: Any) -> None:
    """Raise the version if the client id has changed and a rule names the client: snapshots hold client ids."""
    former = instance.__dict__.pop(_FORMER, None)
    if not created and former != instance.client_id and is_named(instance, using):
        raise_version(using)


def is_named(party: Any, using: str) -> bool:
    """Return True if a policy, permission or target names this user, group, client or target."""
    naming = Q()
    for model in _NAMING:
        for field in _fields(model, party):
            naming |= Q(Exists(model._base_manager.filter(**{field: party.pk})))
    # Without any rule yet, the version has no row, and one statement answers for both.
    versions = ConfigurationVersion.objects.using(using).filter(pk=ONLY_ROW)
    return bool(naming) and versions.filter(naming).exists()


def _fields(model: Any, party: Any) -> list[str]:
    concrete = party._meta.concrete_model
    names = relation_names(model)
    return [name for name in names if model._meta.get_field(name).related_model._meta.concrete_model is concrete]
