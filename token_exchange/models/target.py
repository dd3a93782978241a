"""Define targets, the APIs for which tokens are issued."""

from __future__ import annotations

from secrets import token_hex
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.settings import oauth2_settings

from token_exchange.models.configuration_version import Versioned, VersionedQuerySet
from token_exchange.models.fields import LinesField
from token_exchange.sts.parsing import is_resource
from token_exchange.sts.targets import TokenFormat


def _texts(resources: object) -> set[str]:
    # A row that was not saved by a form may hold any JSON value.
    return {uri for uri in resources if isinstance(uri, str)} if isinstance(resources, list) else set()


audience_name = RegexValidator(
    r"\A[\x21-\x7e]+\Z",
    _("Use printable ASCII characters without spaces: clients send this name as the audience."),
)


class Target(Versioned):
    """Describes an API: its audience name, its resource URIs and the scopes that it understands (RFC 8693 §2.1)."""

    FORMATS: ClassVar = [
        (TokenFormat.OPAQUE.value, _("Opaque")),
        (TokenFormat.JWT.value, _("JWT (at+jwt)")),
    ]

    name = models.CharField(
        _("audience name"),
        max_length=255,
        validators=[audience_name],
        help_text=_("The value that clients send as <code>audience</code>."),
    )
    description = models.CharField(_("description"), max_length=255, blank=True)
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("Disabling makes every token for this target inactive.")
    )
    resources = LinesField(
        _("resource URIs"),
        help_text=_(
            "One absolute URI without fragment per line. Tokens for this target are valid for these URIs only."
        ),
    )
    scopes = LinesField(_("scopes"), blank=True, help_text=_("The scopes that this target understands, one per line."))
    owner = models.ForeignKey(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The client of the resource server. It may exchange and introspect tokens for this target."),
    )
    max_lifetime = models.PositiveIntegerField(
        _("maximum lifetime"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In seconds. If left empty, the policy alone limits the lifetime."),
    )

    token_format = models.CharField(
        _("token format"),
        max_length=10,
        choices=FORMATS,
        default=TokenFormat.OPAQUE.value,
        help_text=_(
            "An API on another machine can verify a JWT by itself. There, a revoked JWT stays valid until it expires."
        ),
    )
    pairwise_subjects = models.BooleanField(
        _("pairwise subjects"),
        default=False,
        help_text=_(
            "Tokens name each user by a text that no other target gets, so that APIs cannot compare their users. Such "
            "a token is for this target alone."
        ),
    )
    pairwise_key = models.CharField(max_length=64, default=token_hex, editable=False)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="token_exchange_target_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Require valid resource URIs of this target only: the toolkit treats a token without any as unrestricted."""
        errors: dict[str, list[ValidationError]] = {}
        resources = self.resources if isinstance(self.resources, list) else []
        if not resources:
            errors["resources"] = [ValidationError(_("Enter at least one resource URI."), code="required")]
        malformed = [uri for uri in resources if not is_resource(str(uri))]
        if malformed:
            message = _("These are not absolute URIs with a host and without a fragment: %(uris)s")
            errors["resources"] = [ValidationError(message, params={"uris": ", ".join(map(str, malformed))})]
        stored = Target.objects.filter(pk=self.pk).values_list("name", flat=True).first() if self.pk else None
        if stored not in (None, self.name):
            message = _("The audience name cannot change, because issued tokens hold it. Add another target instead.")
            errors["name"] = [ValidationError(message, code="renamed")]
        for other in Target.objects.exclude(pk=self.pk).only("name", "resources"):
            if shared := sorted(_texts(other.resources) & set(map(str, resources))):
                message = _("These URIs already belong to the target %(target)s: %(uris)s")
                params = {"target": other.name, "uris": ", ".join(shared)}
                errors.setdefault("resources", []).append(ValidationError(message, params=params))
        if errors:
            raise ValidationError(errors)
