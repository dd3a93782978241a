"""What becomes of the rules when a user, group, client or target that they name is deleted."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any, Final

from django.db.models import Exists, Q

from token_exchange.configuration import named_parties
from token_exchange.models import ConfigurationVersion, ExchangePolicy, ImpersonationPermission, Target
from token_exchange.models.configuration_version import ONLY_ROW, raise_version
from token_exchange.models.named_parties import filled_lists, lost
from token_exchange.sts.policy import Effect

logger = logging.getLogger(__name__)

RULES: Final = (ExchangePolicy, ImpersonationPermission, Target)
DENYING: Final = (ExchangePolicy, ImpersonationPermission)
_NOTED: Final = "_token_exchange_denials"


def before(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    """Raise the version if a rule names what is about to be deleted, and note the denials that do."""
    from token_exchange.toolkit.compat import token_database

    # A user may live in another database than the rules, where none names it.
    if using != token_database() or not is_named(instance, using):
        return
    raise_version(using)
    noted: dict[Any, list[Any]] = defaultdict(list)
    for model in DENYING:
        for field in _fields(model, instance):
            rows = model._base_manager.using(using).filter(effect=Effect.DENY.value, **{field: instance.pk})
            keys = list(rows.values_list("pk", flat=True))
            named_parties.remember(model, keys, [field], using)
            noted[model] += keys
    setattr(instance, _NOTED, noted)


def after(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    """Switch off the denials that have lost the last of the parties that they named: they would deny everybody."""
    for model, keys in getattr(instance, _NOTED, {}).items():
        filled = filled_lists(model, keys, using)
        for row in model._base_manager.using(using).filter(pk__in=keys, enabled=True):
            if kinds := lost(row, filled.get(row.pk, set())):
                model._base_manager.using(using).filter(pk=row.pk).update(enabled=False)
                logger.warning(
                    "The %s %r is switched off: what it named is deleted (%s).",
                    model._meta.verbose_name,
                    row.name,
                    ", ".join(kinds),
                )


def is_named(party: Any, using: str) -> bool:
    """True if any policy, permission or target names this user, group, client or target."""
    naming = Q()
    for model in RULES:
        for field in _fields(model, party):
            naming |= Q(Exists(model._base_manager.filter(**{field: party.pk})))
    # Where there has never been a rule, there is no version either.
    versions = ConfigurationVersion.objects.using(using).filter(pk=ONLY_ROW)
    return bool(naming) and versions.filter(naming).exists()


def _fields(model: Any, party: Any) -> list[str]:
    concrete = party._meta.concrete_model
    relations = (*model._meta.many_to_many, *(field for field in model._meta.concrete_fields if field.remote_field))
    return [field.name for field in relations if field.related_model._meta.concrete_model is concrete]
