"""List exchanged tokens, and show each with its actors, its parents and its children."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.filters import StatusFilter
from token_exchange.admin.kit.large_tables import BoundedPaginator, ExactSearchAdmin
from token_exchange.admin.kit.revocation import ExchangedRevocationAdmin
from token_exchange.admin.tokens.display import children, parents, status
from token_exchange.models import ExchangedToken, ExchangePolicy
from token_exchange.wording.actor_line import tokens_acting_for
from token_exchange.wording.rich_text import as_html


@admin.register(ExchangedToken)
class ExchangedTokenAdmin(ExchangedRevocationAdmin, ExactSearchAdmin):
    """List tokens by the ends of their fingerprints; the table does not hold the tokens themselves."""

    change_form_template = "admin/token_exchange/exchangedtoken/change_form.html"
    exact_fields = ("client_id", "subject", "fingerprint", "root", "token_id")
    fieldsets = [
        (None, {"fields": ["token", "token_id", "token_status", "who", "client_id", "audience_list"]}),
        (_("Grant"), {"fields": ["policy_link", "may_act_next"]}),
        (_("Times"), {"fields": ["issued", "expires", "revoked"]}),
        (_("Lineage"), {"fields": ["generation", "revoked_with_parents", "made_from", "made_of_it"]}),
    ]
    list_display = ["token", "token_status", "who", "client_id", "audience_list", "policy_name", "expires"]
    list_filter = [StatusFilter]
    list_per_page = 50
    paginator = BoundedPaginator
    search_help_text = _("The complete client id, subject, token id (jti) or fingerprint (SHA-256 of the token)")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tokens with the names of their policies.

        A subquery fetches the name: a join would hide the tokens of a deleted policy.
        """
        names = ExchangePolicy.objects.filter(pk=OuterRef("policy_id")).values("name")
        rows: QuerySet[Any] = super().get_queryset(request)
        named: QuerySet[Any] = rows.annotate(policy_found=Subquery(names))
        return named

    @admin.display(description=_("token"))
    def token(self, row: Any) -> SafeString:
        """Return the end of the token's fingerprint."""
        return format_html("<code>{}</code>", row)

    @admin.display(description=_("status"))
    def token_status(self, row: Any) -> SafeString:
        """Return the token's status."""
        return status(row)

    @admin.display(description=_("actor and subject"))
    def who(self, row: Any) -> SafeString:
        """Return the chain of actors and the subject."""
        if not hasattr(row, "acting"):
            row.acting = tokens_acting_for([row])[row.pk]
        return as_html(row.acting)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list, with the names of all its users and clients fetched together."""
        changelist = super().get_changelist_instance(request)
        acting = tokens_acting_for(list(changelist.result_list))
        for row in changelist.result_list:
            row.acting = acting[row.pk]
        return changelist

    @admin.display(description=_("audience"))
    def audience_list(self, row: Any) -> SafeString | str:
        """Return the targets in the token's audience."""
        return ", ".join(map(str, row.audience or ())) or self.get_empty_value_display()

    @admin.display(description=_("policy"))
    def policy_name(self, row: Any) -> SafeString | str:
        """Return the name of the policy that the token was issued under, if the policy still exists."""
        return str(row.policy_found or self.get_empty_value_display())

    @admin.display(description=_("policy"))
    def policy_link(self, row: Any) -> SafeString | str:
        """Return the name of the policy, linked to its page."""
        if row.policy_found is None:
            return self.get_empty_value_display()
        url = reverse(f"{self.admin_site.name}:token_exchange_exchangepolicy_change", args=[row.policy_id])
        return format_html('<a href="{}">{}</a>', url, row.policy_found)

    @admin.display(description=_("may become the next actor"))
    def may_act_next(self, row: Any) -> SafeString | str:
        """Return the only party that may become the next actor, from the `may_act` claim (RFC 8693 §4.4)."""
        return str(row.may_act.get("sub")) if isinstance(row.may_act, dict) else self.get_empty_value_display()

    @admin.display(description=_("parents"))
    def made_from(self, row: Any) -> SafeString:
        """Return the token's parents."""
        return parents(row, self.admin_site.name)

    @admin.display(description=_("children"))
    def made_of_it(self, row: Any) -> SafeString | str:
        """Return the token's children."""
        return children(row, self.admin_site.name)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the token, with a link to its revocation if this user may revoke it."""
        row = self.get_object(request, object_id)
        is_active = row is not None and row.revoked is None and row.expires > timezone.now()
        context = {"may_revoke": is_active and self.has_revoke_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
