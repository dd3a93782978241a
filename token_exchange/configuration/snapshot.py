"""Keep one frozen snapshot of the configuration per process, and read it anew when the version has changed."""

from __future__ import annotations

import logging
from threading import Lock
from typing import Final

from django.db import OperationalError, transaction

from token_exchange.configuration.issuers import read_issuers
from token_exchange.configuration.permissions import read_permissions
from token_exchange.configuration.policies import read_policies
from token_exchange.configuration.reading import UnreadableRow
from token_exchange.configuration.targets import read_targets
from token_exchange.models import ConfigurationVersion
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.policy import Effect

logger = logging.getLogger(__name__)

Snapshot = tuple[Configuration, tuple[UnreadableRow, ...]]
"""The configuration, and the enabled rows that cannot be read in full."""

ATTEMPTS: Final = 3
"""Number of readings without a lock, so that administrators who save rules need not wait for a reader."""

_snapshots: dict[str, Snapshot] = {}
_loading = Lock()


class ConfigurationIsChanging(OperationalError):
    """Raised if the configuration changed while it was read although its version was locked."""


def current(using: str, version: int | None = None) -> Configuration:
    """Return the configuration at `version`, or at the one that the database holds now.

    The first statement of an exchange returns the version: a snapshot is current by its version, never by its age.
    """
    return _snapshot(using, version)[0]


def unreadable_rows(using: str) -> tuple[UnreadableRow, ...]:
    """Return the enabled rows that cannot be read in full."""
    return _snapshot(using, None)[1]


def forget() -> None:
    """Drop every snapshot of this process; for tests, which replace the content of the database."""
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
        # The rules change all the time: with the lock, a change waits until these statements have been read.
        with transaction.atomic(using=using):
            snapshot = _read(using, _version(using, locked=True))
    if snapshot is None:
        raise ConfigurationIsChanging
    _snapshots[using] = snapshot
    for row in snapshot[1]:
        logger.warning(
            "The %s %r has fields that cannot be read and is left out: %s.",
            row.model._meta.verbose_name,
            row.name,
            ", ".join(row.fields),
        )
    return snapshot


def _read(using: str, version: int) -> Snapshot | None:
    """Return the content of the database; None if the version has changed while it was read, which may mix two."""
    enabled, known, odd_targets = read_targets(using)
    targets = {Effect.PERMIT: enabled, Effect.DENY: known}
    policies, odd_policies = read_policies(using, targets)
    issuers, odd_issuers = read_issuers(using)
    permissions, odd_permissions = read_permissions(using, targets)
    if _version(using) != version:
        return None
    unreadable = (*odd_targets, *odd_policies, *odd_issuers, *odd_permissions)
    configuration = Configuration(version, enabled.values(), policies, issuers, permissions)
    return configuration, tuple(reading.row_with_fields() for reading in unreadable)
