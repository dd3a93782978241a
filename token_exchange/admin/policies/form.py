"""Order the fields of a policy as an exchange uses them, and validate the form."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.rule_form import RuleForm
from token_exchange.models import ExchangePolicy
from token_exchange.policies import validation

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (None, {"fields": ["name", "effect", "description"]}),
    (_("Calling client"), {"fields": ["client"]}),
    (
        _("Subject token"),
        {"fields": ["subject_token_types", "accepts_local_tokens", "issued_to", "trusted_issuers", "conditions"]},
    ),
    (
        _("Subject"),
        {
            "fields": [
                *("subject_kind", "subject_users", "subject_groups"),
                *("privileged_subjects", "privileged_knowingly"),
            ]
        },
    ),
    (
        _("Actor"),
        {
            "fields": [
                *("ways", "actor_users", "actor_groups", "actor_clients"),
                *("limited_to_actor_scopes", "max_chain_depth"),
            ]
        },
    ),
    (_("Targets"), {"fields": ["targets"]}),
    (
        _("Issued token"),
        {
            "fields": [
                *("scopes", "narrows_scope", "issued_token_types", "max_lifetime"),
                *("revoked_with_parents", "may_act"),
            ]
        },
    ),
    (
        _("Activation"),
        {"fields": ["enabled", "report_only", "emptied_knowingly", "position", "begins", "ends"]},
    ),
]


class ExchangePolicyForm(RuleForm):
    """Refuse a policy that can never permit anything, that misleads its reader or that is dangerous."""

    rules = validation.RULES

    class Meta:
        model = ExchangePolicy
        fields = "__all__"
