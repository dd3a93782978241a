"""Raise the version of the configuration with every change of a rule or of a party that a rule names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from token_exchange.configuration import named_kind_signals, party_signals
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer
from token_exchange.models.configuration_version import raise_version

RULES = (Target, ExchangePolicy, ImpersonationPermission, TrustedIssuer)


def connect() -> None:
    """Connect the signals of the rules, of their lists, and of the parties that they name."""
    from token_exchange.toolkit.compat import application_model

    for model in _with_proxies(*RULES):
        _follow(_changed, model, post_save, post_delete)
    for model in _with_proxies(ExchangePolicy, ImpersonationPermission):
        _follow(named_kind_signals.restore, model, post_save)
    for relation in (*ExchangePolicy._meta.many_to_many, *ImpersonationPermission._meta.many_to_many):
        through = cast("type[models.Model]", relation.remote_field.through)
        _follow(_changed, through, m2m_changed)
        _follow(named_kind_signals.note_added, through, m2m_changed)
    # The database deletes the rows of a list together with the party, without a signal for the list.
    for model in _with_proxies(get_user_model(), Group, application_model(), Target):
        _follow(party_signals.note_denials, model, pre_delete)
        _follow(party_signals.disable_emptied_denials, model, post_delete)
    for model in _with_proxies(application_model()):
        _follow(party_signals.note_client_id, model, pre_save)
        _follow(party_signals.raise_if_renamed, model, post_save)


def _with_proxies(*concrete: Any) -> Iterator[Any]:
    """Yield the models and their proxies: the sender of a signal is the proxy, not its concrete model."""
    wanted = set(concrete)
    yield from (model for model in apps.get_models() if model._meta.concrete_model in wanted)


def _follow(receiver: Any, model: Any, *signals: Any) -> None:
    uid = f"{receiver.__module__}.{receiver.__name__}.{model._meta.label}"
    for signal in signals:
        signal.connect(receiver, sender=model, dispatch_uid=uid)


def _changed(sender: Any, using: str, **kwargs: Any) -> None:
    raise_version(using)
