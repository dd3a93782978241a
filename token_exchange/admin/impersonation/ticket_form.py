"""Ask for the targets, the scopes and the reason of a ticket in a form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from token_exchange.impersonation import ticket_context
from token_exchange.impersonation.permission_check import AvailableTarget
from token_exchange.impersonation.ticket_request import LONGEST_REASON, LONGEST_REFERENCE, TicketRequest
from token_exchange.models import Target
from token_exchange.models.validation import FieldError
from token_exchange.toolkit.compat import scope_descriptions


class ScopeBoxes(forms.CheckboxSelectMultiple):
    """Render check boxes that carry, as `data-targets`, the targets for which each scope is offered."""

    offered_at: dict[str, list[str]]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the template context of one box."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-targets"] = " ".join(self.offered_at[str(value)])
        return option


class ContextField(forms.CharField):
    """Accept a context as text."""

    def clean(self, value: Any) -> Any:
        """Return the context as a dict, read from lines or from JSON."""
        return ticket_context.read(super().clean(value))


class TicketRequestForm(forms.Form):
    """Offer the targets and scopes that some permission allows; the combination is checked after submission."""

    targets = forms.ModelMultipleChoiceField(
        Target.objects.none(), label=_("Targets"), to_field_name="name", widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=ScopeBoxes)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Shown in the records, to those who approve the ticket and to the user you act as."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=AdminTextInputWidget(),
        help_text=_("For instance the number of the support case."),
    )
    context = ContextField(
        label=_("Context"),
        required=False,
        max_length=ticket_context.LONGEST,
        widget=AdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Further details for the records: one “key: value” per line, or a JSON object."),
    )

    def __init__(self, *args: Any, available: Sequence[AvailableTarget], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets, scopes = self._choices("targets"), self._choices("scopes")
        targets.queryset = Target.objects.filter(pk__in=[each.target.pk for each in available])
        offered_at: dict[str, list[str]] = {}
        for each in available:
            for scope in each.scopes:
                offered_at.setdefault(scope, []).append(each.target.name)
        described = scope_descriptions()
        scopes.widget.offered_at = offered_at
        scopes.choices = [(scope, described.get(scope, "")) for scope in sorted(offered_at)]
        if len(available) == 1:
            targets.initial = [available[0].target.name]

    def ticket_request(self, actor: Any, subject: Any) -> TicketRequest:
        """Return the request; the form must be valid."""
        return TicketRequest(
            actor=actor, subject=subject, **{**self.cleaned_data, "targets": list(self.cleaned_data["targets"])}
        )

    def add_errors(self, errors: Iterable[FieldError]) -> None:
        """Add the errors, each to its field if the form has it."""
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def _choices(self, name: str) -> Any:
        return self.fields[name]
