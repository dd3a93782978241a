"""List impersonation tickets, and show each with its approval, its use and its withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse

from token_exchange.admin.impersonation.ticket_actions import TicketActionsAdmin
from token_exchange.admin.impersonation.ticket_asking import TicketAskingAdmin
from token_exchange.admin.impersonation.ticket_columns import FIELDSETS, TicketColumnsAdmin
from token_exchange.admin.kit.filters import StateFilter
from token_exchange.admin.kit.guarded import ReadOnlyAdmin
from token_exchange.admin.kit.large_tables import BoundedPaginator
from token_exchange.impersonation import ticket_approval, ticket_withdrawal
from token_exchange.impersonation.tickets import State, in_state
from token_exchange.models import ImpersonationTicket


@admin.register(ImpersonationTicket)
class ImpersonationTicketAdmin(TicketAskingAdmin, TicketActionsAdmin, TicketColumnsAdmin, ReadOnlyAdmin):
    """List all tickets to users who may view or approve them, and to other staff their own tickets."""

    class Media:
        css = {"all": ["token_exchange/impersonation_ticket.css"]}

    change_form_template = "admin/token_exchange/impersonationticket/change_form.html"
    fieldsets = FIELDSETS
    list_display = ["state_shown", "who", "reason_start", "requested"]
    list_filter = [StateFilter]
    list_per_page = 50
    list_select_related = ["actor", "subject"]
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may see the ticket, or any ticket if none is given: requesters see their own."""
        if self._sees_all(request):
            return True
        if obj is not None:
            return bool(obj.actor_id == request.user.pk)
        return ImpersonationTicket.objects.filter(actor=request.user.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return True if the admin's index shows the list to this user."""
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tickets that this user may see."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("actor", "subject", "approver")
        return rows if self._sees_all(request) else rows.filter(actor=request.user.pk)

    def get_ordering(self, request: HttpRequest) -> Any:
        """Return the order: newest first, after the waiting tickets for users who may approve them."""
        if not ticket_approval.may_approve(request.user):
            return ["-pk"]
        waits = When(in_state(State.WAITING), then=Value(True))
        return [Case(waits, default=Value(False), output_field=BooleanField()).desc(), "-pk"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the ticket, with a button for each action that this user may take now."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        context = {**self._buttons(request, row), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def _buttons(self, request: HttpRequest, row: Any) -> dict[str, bool]:
        over = row.revoked is not None or row.state in (State.DECLINED, State.EXPIRED)
        return {
            "may_decide": row.state == State.WAITING and ticket_approval.may_decide_on(request.user, row),
            "may_collect": row.state == State.APPROVED and row.actor_id == request.user.pk,
            "may_withdraw": not over and ticket_withdrawal.may_withdraw(request.user, row),
        }

    def _sees_all(self, request: HttpRequest) -> bool:
        return super().has_view_permission(request) or ticket_approval.may_approve(request.user)
