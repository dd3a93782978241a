"""Keep `named_kinds` of each rule up to date, to distinguish an emptied list from one that was always empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from token_exchange.models import ExchangePolicy, ImpersonationPermission
from token_exchange.models.named_kinds import filled_lists, kinds_in
from token_exchange.sts.policy import Effect


def note_added(sender: Any, instance: Any, action: str, reverse: bool, model: Any, using: str, **kwargs: Any) -> None:
    """Note the kind of the parties that were added to a list of a rule, from either side of the relation."""
    if action != "post_add":
        return
    if reverse:
        remember(model, kwargs["pk_set"], _lists_through(model, sender), using)
    else:
        stored = remember(type(instance), [instance.pk], _lists_through(type(instance), sender), using)
        instance.named_kinds = stored.get(instance.pk, instance.named_kinds)


def restore(sender: Any, instance: Any, created: bool, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Restore the kinds of a denial that was saved from an older copy in memory, which lacks some of them."""
    if created or raw or instance.effect != Effect.DENY:
        return
    model = instance._meta.concrete_model
    filled = filled_lists(model, [instance.pk], using).get(instance.pk, set())
    stored = remember(model, [instance.pk], filled, using)
    instance.named_kinds = stored.get(instance.pk, instance.named_kinds)


def remember(model: Any, keys: Iterable[Any], filled: Collection[str], using: str) -> dict[Any, list[str]]:
    """Add the kinds of these filled lists to the rules with these keys; return all kinds of each rule by key."""
    model = model._meta.concrete_model
    kinds = kinds_in(model, filled)
    with transaction.atomic(using=using):
        rows = model._base_manager.using(using).select_for_update().filter(pk__in=list(keys))
        pairs = rows.values_list("pk", "named_kinds")
        stored = {key: known if isinstance(known, list) else [] for key, known in pairs}
        for key, known in stored.items():
            if missing := [kind for kind in kinds if kind not in known]:
                stored[key] = [*known, *missing]
                model._base_manager.using(using).filter(pk=key).update(named_kinds=stored[key])
    return stored


def reset(row: Any, using: str) -> None:
    """Store the kinds that a rule names now, after an administrator has confirmed that a list was emptied."""
    model = row._meta.concrete_model
    row.named_kinds = kinds_in(model, filled_lists(model, [row.pk], using).get(row.pk, set()))
    model._base_manager.using(using).filter(pk=row.pk).update(named_kinds=row.named_kinds)


def _lists_through(model: Any, through: Any) -> list[str]:
    return [
        field.name
        for rule in (ExchangePolicy, ImpersonationPermission)
        if issubclass(model, rule)
        for field in rule._meta.many_to_many
        if field.remote_field.through is through
    ]
