"""Every model that AccessToken and Application drag along, swapped, under names of their own."""

from __future__ import annotations

import uuid

from django.db import models
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractIDToken,
    AbstractRefreshToken,
    ApplicationManager,
)


class Client(AbstractApplication):
    """An application with a primary key that is no number, and a column that ours does not know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.CharField(max_length=50, blank=True, default="")

    objects = ApplicationManager()

    def natural_key(self):
        return (self.client_id,)


class ClientAccessToken(AbstractAccessToken):
    """An access token whose name and reverse accessors differ from the toolkit's."""

    note = models.CharField(max_length=50, blank=True, default="")


class ClientRefreshToken(AbstractRefreshToken):
    """Refers to the access token and is referred to by it, so the two are swapped together."""


class ClientIDToken(AbstractIDToken):
    """Swapped with the access token that refers to it."""
