"""Targets, policies and trusted issuers as one frozen snapshot a process, told apart by the configuration's version."""

from __future__ import annotations

import logging
from threading import Lock
from typing import Final

from django.db import OperationalError, transaction

from token_exchange.configuration.issuers import issuer_of
from token_exchange.configuration.permissions import permissions
from token_exchange.configuration.policies import policies
from token_exchange.configuration.strange_rows import ODD, Flaw, Reading, rows_of
from token_exchange.configuration.targets import target
from token_exchange.configuration.unknown_values import refused_fields
from token_exchange.models import ConfigurationVersion
from token_exchange.models import Target as TargetRow
from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.policy import Effect
from token_exchange.sts.targets import Target

logger = logging.getLogger(__name__)

Snapshot = tuple[Configuration, tuple[Flaw, ...]]
"""The rules, and the rows that could not be understood."""

ATTEMPTS: Final = 3
"""How often the rules are read without a lock, which holds up nobody who changes them."""

_snapshots: dict[str, Snapshot] = {}
_loading = Lock()


class ConfigurationIsChanging(OperationalError):
    """The rules changed while they were being read, although the version was locked: the database failed us."""


def current(using: str, version: int | None = None) -> Configuration:
    """Return the configuration at `version`, or at the one that the database holds now.

    The version comes from the statement that opens the exchange: a snapshot is never trusted by its age.
    """
    return _snapshot(using, version)[0]


def flaws(using: str) -> tuple[Flaw, ...]:
    """Return the enabled rows that hold what this version does not know."""
    return _snapshot(using, None)[1]


def forget() -> None:
    """Drop every snapshot of this process, as tests do when they exchange the database under it."""
    _snapshots.clear()


def _snapshot(using: str, version: int | None) -> Snapshot:
    if version is None:
        version = _version(using)
    snapshot = _snapshots.get(using)
    if snapshot is not None and snapshot[0].version == version:
        return snapshot
    with _loading:
        return _load(using)


def _version(using: str, *, locked: bool = False) -> int:
    rows = ConfigurationVersion.objects.using(using).filter(pk=ONLY_ROW)
    row = (rows.select_for_update() if locked else rows).values_list("version", flat=True).first()
    return row or 0


def _load(using: str) -> Snapshot:
    for _attempt in range(ATTEMPTS):
        if snapshot := _read(using, _version(using)):
            break
    else:
        # Where rules change all the time: whoever raises the version waits until these statements are through.
        with transaction.atomic(using=using):
            snapshot = _read(using, _version(using, locked=True))
    if snapshot is None:
        raise ConfigurationIsChanging
    _snapshots[using] = snapshot
    for flaw in snapshot[1]:
        logger.warning(
            "The %s %r holds what this version does not know and is left out: %s.",
            flaw.model._meta.verbose_name,
            flaw.name,
            ", ".join(flaw.fields),
        )
    return snapshot


def _read(using: str, version: int) -> Snapshot | None:
    """Return what the database holds, None if the version has changed meanwhile: then it may be a mix of two."""
    enabled, targets, odd_targets = _targets(using)
    # Of a deny policy a disabled target is kept: left without any, it would deny every other target too.
    found, odd_policies = policies(using, {Effect.PERMIT: enabled, Effect.DENY: targets})
    issuers, odd_issuers = _issuers(using)
    allowed, odd_permissions = permissions(using)
    if _version(using) != version:
        return None
    odd = (*odd_targets, *odd_policies, *odd_issuers, *odd_permissions)
    rules = Configuration(version, enabled.values(), found, issuers, allowed)
    return rules, tuple(reading.flaw() for reading in odd)


def _targets(using: str) -> tuple[dict[int, Target], dict[int, Target], list[Reading]]:
    """Return the enabled targets and all of them, by key, and the enabled rows that hold something odd."""
    enabled, known, odd = {}, {}, []
    for row in rows_of(TargetRow.objects.using(using).select_related("owner")):
        reading = Reading(row)
        known[row.pk] = target(reading)
        if row.enabled and reading.odd:
            odd.append(reading)
        elif row.enabled:
            enabled[row.pk] = known[row.pk]
    return enabled, known, odd


def _issuers(using: str) -> tuple[list[TrustedIssuer], list[Reading]]:
    """Return the enabled issuers, and the rows that hold something odd or believe too much."""
    found, odd = [], []
    for row in rows_of(TrustedIssuerRow.objects.using(using).filter(enabled=True)):
        reading = Reading(row)
        try:
            if not reading.odd:
                found.append(issuer_of(row))
        except ODD:
            reading.odd += refused_fields(row) or ["issuer"]
        if reading.odd:
            odd.append(reading)
    return found, odd
