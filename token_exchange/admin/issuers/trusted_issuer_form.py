"""The form of a trusted issuer: refuses a row that would believe too much."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

from django.utils.translation import gettext

from token_exchange.admin.kit.authority_form import AuthorityForm
from token_exchange.admin.kit.stated_checkbox import StatedCheckbox
from token_exchange.models import TrustedIssuer
from token_exchange.models.policy_draft import FieldError
from token_exchange.trusted_issuers.validation import objections_to


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
