"""Define personal access tokens: users create them for scripts, which exchange them for short-lived tokens."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.settings import oauth2_settings

from token_exchange.models.fields import LinesField


class PersonalAccessToken(models.Model):
    """Describes a token of one owner. Its value is shown once; the row holds a keyed hash, by which it is found."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="+"
    )
    # Deleting the app deletes its tokens: they must not become tokens that the user created in person.
    created_by = models.ForeignKey(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=100)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, editable=False)
    scopes = LinesField(_("scopes"))
    targets = models.ManyToManyField("token_exchange.Target", verbose_name=_("targets"), related_name="+")
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires = models.DateTimeField(_("expires"))
    expiry_announced = models.DateTimeField(_("expiry announced"), null=True, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)
    last_address = models.GenericIPAddressField(_("last used from"), null=True, editable=False)
    addresses = models.JSONField(_("used from"), default=list, editable=False)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("personal access token")
        verbose_name_plural = _("personal access tokens")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fingerprint"], name="token_exchange_personal_fingerprint")
        ]
        indexes: ClassVar = [models.Index(fields=["expires"], name="token_exchange_personal_expiry")]
        permissions: ClassVar = [
            ("revoke_personalaccesstoken", "Can revoke personal access tokens and all derived from them")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """True if the token is neither revoked nor expired; its owner may still be inactive."""
        return self.revoked is None and self.expires > timezone.now()
