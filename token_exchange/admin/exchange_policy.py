"""The admin of exchange policies: who may exchange what, read as sentences, asked in order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.completion import CompletedAdmin
from token_exchange.admin.live_tokens import live_under_policies
from token_exchange.admin.policy_fieldsets import FIELDSETS, RELATIONS
from token_exchange.admin.policy_form import ExchangePolicyForm
from token_exchange.admin.policy_order import OrderedAdmin, last_position
from token_exchange.admin.sentence import sentence_html, with_what_it_names
from token_exchange.admin.switching import SwitchedAdmin
from token_exchange.models import ExchangePolicy
from token_exchange.review import own_fields, related_lists
from token_exchange.review.authority import rules_for
from token_exchange.review.cautions import cautions
from token_exchange.review.draft import drafted, objections, stored_lists


@admin.register(ExchangePolicy)
class ExchangePolicyAdmin(OrderedAdmin, CompletedAdmin, SwitchedAdmin):
    """Policies in the order in which they are asked."""

    form = ExchangePolicyForm
    raw_id_fields = RELATIONS
    readonly_fields = ["reads_as"]
    radio_fields = {"effect": admin.HORIZONTAL, "subject_kind": admin.VERTICAL}
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    list_display = ["order", "policy", "effect", "enabled"]
    list_display_links = None
    list_filter = ["enabled", "effect", "report_only"]
    list_per_page = 50
    search_fields = ["name", "description", "client__name", "client__client_id", "targets__name"]
    search_help_text = _("Name, notes, client or target")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch with all that the sentences name."""
        return with_what_it_names(super().get_queryset(request))

    @admin.display(description=_("policy"))
    def policy(self, row: Any) -> SafeString:
        """The name, leading to the policy, and the sentence."""
        link = format_html('<a href="{}/change/">{}</a>', row.pk, row.name)
        return format_html('<strong>{}</strong><div class="token-exchange-sentence">{}</div>', link, sentence_html(row))

    @admin.display(description=_("reads as"))
    def reads_as(self, row: Any) -> SafeString:
        """The sentence, as it was last saved."""
        return format_html('<div class="token-exchange-sentence">{}</div>', sentence_html(row))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the sentence above all, once there is one."""
        top = [(None, {"fields": ["reads_as"]})] if obj is not None else []
        return [*top, *FIELDSETS]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who saves; the class is made anew for every request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Put a new policy last."""
        return {"position": last_position(), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists, then say what deserves a warning."""
        super().save_related(request, form, formsets, change)
        policy = form.instance
        for caution in cautions(drafted(policy, stored_lists(policy))):
            self.message_user(request, caution, messages.WARNING)
        if change and "enabled" in form.changed_data and not policy.enabled:
            self.message_user(request, self.stopped([policy]), messages.WARNING)

    def refusals_to_enable(self, request: HttpRequest, row: Any) -> list[str]:
        """Ask of a policy what its form would ask."""
        rules = (*own_fields.RULES, *related_lists.RULES, *rules_for(request.user))
        return [objection.message for objection in objections(drafted(row, stored_lists(row)), rules)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return how many live tokens were issued under these policies."""
        return live_under_policies([row.pk for row in rows])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell before deleting how many tokens that stops (O09)."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        stopped = {str(_("live tokens that stop working")): live_under_policies([row.pk for row in objs])}
        return listed, {**counts, **stopped}, lacking, protected
