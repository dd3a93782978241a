"""The form of an impersonation permission: refuses what can never be used and what endangers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.rule_form import DenialForm
from token_exchange.impersonation.validation import LISTS, errors_in
from token_exchange.models import ImpersonationPermission

LOOKED_AT = ("effect", "methods", "scopes", "privileged_subjects", "approval_required")


class ImpersonationPermissionForm(DenialForm):
    """Sees the related lists before they are stored."""

    privileged_knowingly = forms.BooleanField(
        label=_("I know what this means"),
        required=False,
        help_text=_("Needed once, when staff and superusers can first be reached."),
    )

    class Meta:
        model = ImpersonationPermission
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        """Look at the permission as a whole, once each field is sound."""
        cleaned = super().clean()
        if not self.errors:
            row = SimpleNamespace(**{name: self._value(name) for name in LOOKED_AT})
            lists = {name: list(self.cleaned_data.get(name, ())) for name in LISTS}
            for error in errors_in(row, lists):
                self.add_error(error.field, error.message)
            newly = "privileged_subjects" in self.changed_data
            if row.privileged_subjects and newly and not self.cleaned_data.get("privileged_knowingly"):
                self.add_error("privileged_knowingly", gettext("Tick this too, if you mean it."))
        return cleaned
