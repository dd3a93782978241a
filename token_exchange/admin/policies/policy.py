"""List exchange policies as sentences, in the order of evaluation, and edit them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.active_tokens import active_under_policies
from token_exchange.admin.kit.completion import AutocompleteAdmin
from token_exchange.admin.kit.rule_admin import RuleAdmin
from token_exchange.admin.policies.form import FIELDSETS, ExchangePolicyForm
from token_exchange.admin.policies.order import OrderedAdmin, last_position
from token_exchange.models import ExchangePolicy, policy_rules
from token_exchange.models.validation import errors_in, relation_names, stored_lists
from token_exchange.policies import validation
from token_exchange.policies.policy_warnings import warnings_about
from token_exchange.wording.policy_sentence import phrase_of, with_named_rows
from token_exchange.wording.rich_text import Phrase


@admin.register(ExchangePolicy)
class ExchangePolicyAdmin(OrderedAdmin, AutocompleteAdmin, RuleAdmin):
    """List policies in the order in which an exchange evaluates them."""

    form = ExchangePolicyForm
    raw_id_fields = relation_names(ExchangePolicy)
    rule_fieldsets = FIELDSETS
    radio_fields = {"effect": admin.HORIZONTAL, "subject_kind": admin.VERTICAL}
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    list_display = ["order", "headline", "effect", "enabled"]
    list_display_links = None
    list_filter = ["enabled", "effect", "report_only"]
    list_per_page = 50
    search_fields = ["name", "description", "client__name", "client__client_id", "targets__name"]
    search_help_text = _("Part of the name, the description, the client or a target")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the policies with all rows that their sentences name."""
        return with_named_rows(super().get_queryset(request))

    def phrase_of(self, row: Any) -> Phrase:
        """Return the policy as words and names."""
        return phrase_of(row)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the initial values of a new policy, which comes last in the order."""
        return {"position": last_position(), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists, then show the warnings about the policy."""
        super().save_related(request, form, formsets, change)
        policy = form.instance
        for warning in warnings_about(policy, stored_lists(policy)):
            self.message_user(request, warning, messages.WARNING)

    def validation_errors(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the errors that the form would show for this policy."""
        rules = (*policy_rules.RULES, *validation.RULES)
        return [error.message for error in errors_in(row, stored_lists(row), rules)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return the number of active tokens that were issued under these policies."""
        return active_under_policies([row.pk for row in rows])
