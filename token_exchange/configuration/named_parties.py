"""Remembers which kinds of parties a rule has named: a list that loses them all is told from one always empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from token_exchange.models import ExchangePolicy, ImpersonationPermission
from token_exchange.models.named_parties import filled_lists, kinds_in
from token_exchange.sts.policy import Effect


def note(sender: Any, instance: Any, action: str, reverse: bool, model: Any, using: str, **kwargs: Any) -> None:
    """Follow a list of a rule to which somebody or something is added, from either side."""
    if action != "post_add":
        return
    if reverse:
        remember(model, kwargs["pk_set"], _filled_by(model, sender), using)
    else:
        stored = remember(type(instance), [instance.pk], _filled_by(type(instance), sender), using)
        instance.named = stored.get(instance.pk, instance.named)


def complete(sender: Any, instance: Any, created: bool, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Follow the saving of a denial from an older copy of it, which would take back what has been noted since."""
    if created or raw or instance.effect != Effect.DENY:
        return
    model = instance._meta.concrete_model
    filled = filled_lists(model, [instance.pk], using).get(instance.pk, set())
    stored = remember(model, [instance.pk], filled, using)
    instance.named = stored.get(instance.pk, instance.named)


def remember(model: Any, keys: Iterable[Any], filled: Collection[str], using: str) -> dict[Any, list[str]]:
    """Note the kinds of parties that these filled lists name; return what is noted, by row."""
    model = model._meta.concrete_model
    kinds = kinds_in(model, filled)
    with transaction.atomic(using=using):
        rows = model._base_manager.using(using).select_for_update().filter(pk__in=list(keys))
        stored = {key: named if isinstance(named, list) else [] for key, named in rows.values_list("pk", "named")}
        for key, named in stored.items():
            if missing := [kind for kind in kinds if kind not in named]:
                stored[key] = [*named, *missing]
                model._base_manager.using(using).filter(pk=key).update(named=stored[key])
    return stored


def renew(row: Any, using: str) -> None:
    """Note exactly what a row names now: an administrator has emptied a list of it knowingly."""
    model = row._meta.concrete_model
    row.named = kinds_in(model, filled_lists(model, [row.pk], using).get(row.pk, set()))
    model._base_manager.using(using).filter(pk=row.pk).update(named=row.named)


def _filled_by(model: Any, through: Any) -> list[str]:
    relations = (ExchangePolicy, ImpersonationPermission)
    return [
        field.name
        for rule in relations
        if issubclass(model, rule)
        for field in rule._meta.many_to_many
        if field.remote_field.through is through
    ]
