"""Tokens that count once, and have counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class UsedToken(models.Model):
    """A hash over purpose, issuer and `jti`: whoever inserts it first has used the token (INV-9)."""

    fingerprint = models.CharField(max_length=64)
    expires = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["fingerprint"], name="token_exchange_used_token")]
        indexes: ClassVar = [models.Index(fields=["expires"], name="token_exchange_used_expiry")]

    def __str__(self) -> str:
        return self.fingerprint[-8:]
