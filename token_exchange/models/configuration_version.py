"""The number that every change of a target or policy raises, in the same transaction."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import models, router, transaction
from django.db.models import F

ONLY_ROW: Final = 1


class ConfigurationVersion(models.Model):
    """One row. Every exchange reads it, so that no process ever decides by rules that have changed (INV-27)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_ROW)
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=ONLY_ROW), name="token_exchange_one_configuration_version")
        ]

    def __str__(self) -> str:
        return str(self.version)


def raise_version(using: str) -> None:
    """Make every snapshot of the configuration stale once the current transaction commits."""
    rows = ConfigurationVersion.objects.using(using)
    if rows.filter(pk=ONLY_ROW).update(version=F("version") + 1):
        return
    _row, created = rows.get_or_create(pk=ONLY_ROW)
    if not created:  # somebody else was first, and theirs is not our change
        rows.filter(pk=ONLY_ROW).update(version=F("version") + 1)


class Versioned(models.Model):
    """A model whose every change raises the version, in one transaction with the change."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save in a transaction, in which a signal raises the version."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(*args, **kwargs)


class VersionedQuerySet(models.QuerySet[Any]):
    """Raises the version on the bulk writes that send no signal."""

    def update(self, **kwargs: Any) -> int:
        """Update the rows and raise the version."""
        changed = super().update(**kwargs)
        raise_version(self.db)
        return changed

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Create the rows and raise the version."""
        created = super().bulk_create(*args, **kwargs)
        raise_version(self.db)
        return created

    update.alters_data = True  # type: ignore[attr-defined]  # Django's own marker for templates
    bulk_create.alters_data = True  # type: ignore[attr-defined]  # as above
