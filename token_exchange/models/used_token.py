"""Define used tokens, the record of single-use tokens that have been exchanged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class UsedToken(models.Model):
    """Holds a hash of purpose, issuer and `jti`: only the request that inserts the hash may use the token."""

    fingerprint = models.CharField(max_length=64)
    expires = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["fingerprint"], name="token_exchange_used_token")]
        indexes: ClassVar = [models.Index(fields=["expires"], name="token_exchange_used_expiry")]

    def __str__(self) -> str:
        return self.fingerprint[-8:]
