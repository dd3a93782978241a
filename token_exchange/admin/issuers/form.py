"""Validate the form of a trusted issuer, and refuse a row that would accept too many tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from token_exchange.admin.kit.authority import AuthorityForm
from token_exchange.models import TrustedIssuer
from token_exchange.models.validation import FieldError
from token_exchange.trusted_issuers.validation.errors import errors_in_issuer


class ExplicitCheckbox(forms.CheckboxInput):
    """Submit a value for an unticked box too, so that it differs from a form that does not contain the box."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the box, preceded by a hidden field with the value of a box that is not ticked."""
        box = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="false">{}', name, box)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool | None:  # type: ignore[override]  # None is a third value
        """Return True or False as submitted, None if the box was not in the form."""
        return bool(super().value_from_datadict(data, files, name)) if name in data else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return True if the box was not in the form."""
        return name not in data


class TrustedIssuerForm(AuthorityForm):
    """Validate the row with the names of this server, which must not be trusted as an external issuer."""

    local_issuers: Collection[str] = ()  # set on the class that the admin makes for each request

    class Meta:
        model = TrustedIssuer
        fields = "__all__"
        widgets: ClassVar = {"sole_tenant": ExplicitCheckbox}

    def clean(self) -> dict[str, Any] | None:
        """Validate the row as a whole; a field that is invalid by itself gets no further error."""
        cleaned, invalid = super().clean(), set(self.errors)
        self.show([error for error in self._errors_in_row() if error.field not in invalid])
        return cleaned

    def _errors_in_row(self) -> Iterator[FieldError]:
        row = self.described_row()
        yield from errors_in_issuer(row, leaves_open=self.cleaned_data.get("sole_tenant") is None)
        if row.issuer in self.local_issuers:  # without OIDC_ISS_ENDPOINT, the host of each request names this server
            yield FieldError("issuer", gettext("This is the issuer identifier of this server itself."))
