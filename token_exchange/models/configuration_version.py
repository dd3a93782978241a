"""Define the version of the configuration, which every change of a rule raises in the same transaction."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import models, router, transaction
from django.db.models import F

ONLY_ROW: Final = 1


class ConfigurationVersion(models.Model):
    """Holds the version in one row; each exchange reads it, so that no process decides by outdated rules."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_ROW)
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=ONLY_ROW), name="token_exchange_one_configuration_version")
        ]

    def __str__(self) -> str:
        return str(self.version)


def raise_version(using: str) -> None:
    """Raise the version: every snapshot of the configuration is outdated when the current transaction commits."""
    rows = ConfigurationVersion.objects.using(using)
    if rows.filter(pk=ONLY_ROW).update(version=F("version") + 1):
        return
    _row, created = rows.get_or_create(pk=ONLY_ROW)
    if not created:  # another transaction inserted the row; its version does not stand for this change
        rows.filter(pk=ONLY_ROW).update(version=F("version") + 1)


class Versioned(models.Model):
    """Saves each change in one transaction with the new version."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row in a transaction in which a signal handler raises the version."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(*args, **kwargs)


class VersionedQuerySet(models.QuerySet[Any]):
    """Raises the version for bulk writes, which send no signals."""

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
