"""The form of a trusted issuer: refuses a row that would believe too much."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from token_exchange.admin.kit.authority import AuthorityForm
from token_exchange.models import TrustedIssuer
from token_exchange.models.policy_draft import FieldError
from token_exchange.trusted_issuers.validation import objections_to


class StatedCheckbox(forms.CheckboxInput):
    """Sends a value when it is not ticked too, so that a form without it leaves the question open."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Put the answer for a box that is not ticked before the box."""
        box = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="false">{}', name, box)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool | None:  # type: ignore[override]  # None is the third answer
        """Return True or False as the browser answered, None if the form did not ask."""
        return bool(super().value_from_datadict(data, files, name)) if name in data else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return True if the form did not ask."""
        return name not in data


class TrustedIssuerForm(AuthorityForm):
    """Knows what this server is called."""

    local_issuers: Collection[str] = ()  # set on the class that the admin makes for each request

    class Meta:
        model = TrustedIssuer
        fields = "__all__"
        widgets: ClassVar = {"is_own_alone": StatedCheckbox}

    def clean(self) -> dict[str, Any] | None:
        """Look at the row as a whole; of a field that is unsound by itself nothing more is said."""
        cleaned, unsound = super().clean(), set(self.errors)
        for error in list(self._objections()):
            if error.field not in unsound:
                self.add_error(error.field, error.message)
        return cleaned

    def _objections(self) -> Iterator[FieldError]:
        row = SimpleNamespace(**{name: self._value(name) for name in self.fields})
        yield from objections_to(row, leaves_open=row.is_own_alone is None)
        if row.issuer in self.local_issuers:  # D34: where no setting names it, each request tells
            yield FieldError("issuer", gettext("This is this server itself."))

    def _value(self, name: str) -> Any:
        return self.cleaned_data[name] if name in self.cleaned_data else getattr(self.instance, name)
