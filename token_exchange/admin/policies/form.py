"""The form of a policy: refuses what can never permit anything, what misleads and what endangers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.rule_form import DenialForm
from token_exchange.models import ExchangePolicy
from token_exchange.models.policy_draft import FIELDS, LISTS, Draft, drafted, errors_in
from token_exchange.policies import validation


class ExchangePolicyForm(DenialForm):
    """Sees the related lists before they are stored."""

    privileged_knowingly = forms.BooleanField(
        label=_("I know what this means"),
        required=False,
        help_text=_("Needed once, when staff and superusers are first covered."),
    )

    class Meta:
        model = ExchangePolicy
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        """Look at the policy as a whole, once each field is sound."""
        cleaned = super().clean()
        if not self.errors:
            draft = self._draft()
            for error in errors_in(draft, validation.RULES):
                self.add_error(error.field, error.message)
            if draft.privileged_subjects and not self._knows():
                self.add_error("privileged_knowingly", gettext("Tick this too, if you mean it."))
        return cleaned

    def _knows(self) -> bool:
        newly = "privileged_subjects" in self.changed_data
        return not newly or bool(self.cleaned_data.get("privileged_knowingly"))

    def _draft(self) -> Draft:
        values = {name: self._value(name) for name in (*FIELDS, "ways", "scopes")}
        lists = {name: list(self.cleaned_data.get(name, ())) for name in LISTS}
        return drafted(SimpleNamespace(**values), lists)


FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (None, {"fields": ["name", "effect", "description"]}),
    (_("Who calls"), {"fields": ["client"]}),
    (
        _("What it presents"),
        {"fields": ["subject_token_types", "takes_local_tokens", "issuing_clients", "trusted_issuers", "conditions"]},
    ),
    (
        _("For whom"),
        {
            "fields": [
                "subject_kind",
                "subject_users",
                "subject_groups",
                "privileged_subjects",
                "privileged_knowingly",
            ]
        },
    ),
    (
        _("Who acts"),
        {
            "fields": [
                "ways",
                "actor_users",
                "actor_groups",
                "actor_clients",
                "limited_to_actor_scopes",
                "max_chain_depth",
            ]
        },
    ),
    (_("For where"), {"fields": ["targets"]}),
    (
        _("What is issued"),
        {
            "fields": [
                "scopes",
                "narrows_scope",
                "issued_token_types",
                "max_lifetime",
                "revoked_with_parents",
                "may_act",
            ]
        },
    ),
    (
        _("When, and whether at all"),
        {"fields": ["enabled", "report_only", "emptied_knowingly", "position", "begins", "ends"]},
    ),
]

RELATIONS: Final = (
    "client",
    "issuing_clients",
    "trusted_issuers",
    "subject_users",
    "subject_groups",
    "actor_users",
    "actor_groups",
    "actor_clients",
    "targets",
    "may_act",
)
