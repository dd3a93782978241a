"""What is done to a ticket from its page: every change takes a POST and its own right, seeing it is none (INV-21)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import ticket_approval, ticket_collection, ticket_withdrawal
from token_exchange.provider import in_person

FOLDER = "admin/token_exchange/impersonationticket"


class TicketActionsAdmin(admin.ModelAdmin):
    """Adds approve, decline, hand over and withdraw."""

    def get_urls(self) -> list[URLPattern]:
        """Add the pages."""
        views = {
            "approve": self.approve_view,
            "decline": self.decline_view,
            "collect": self.collect_view,
            "withdraw": self.withdraw_view,
        }
        guard, name = self.admin_site.admin_view, "token_exchange_impersonationticket"
        own = [path(f"<int:key>/{what}/", guard(view), name=f"{name}_{what}") for what, view in views.items()]
        return [*own, *super().get_urls()]

    def approve_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Approve a ticket of somebody else."""
        return self._decided(request, key, approves=True)

    def decline_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Decline a ticket of somebody else."""
        return self._decided(request, key, approves=False)

    @method_decorator(never_cache)
    @method_decorator(sensitive_variables())
    def collect_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the value to who asked, on this page and never again; no redirect, it may lie nowhere in between."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        collected = ticket_collection.collect(self.ticket(request, key), request.user)
        if collected is None:
            return self._too_late(request, key)
        return self.page(
            request, "shown", gettext("Copy the ticket now"), ticket=collected.ticket, value=collected.value
        )

    def withdraw_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask on GET, which changes nothing, and say what stops; on POST end the ticket."""
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        ticket = self.ticket(request, key)
        if not ticket_withdrawal.may_withdraw(request.user, ticket):
            raise PermissionDenied
        if request.method == "GET":
            derived = ticket_withdrawal.active_descendants(ticket)
            return self.page(request, "withdraw", gettext("Withdraw this ticket"), ticket=ticket, derived=derived)
        died = ticket_withdrawal.withdraw(ticket, request.user)
        if died is None:
            return self._too_late(request, key)
        told = ngettext("Withdrawn. %(count)d token stopped.", "Withdrawn. %(count)d tokens stopped.", died)
        self.message_user(request, told % {"count": died}, messages.SUCCESS)
        return self.back(key)

    def ticket(self, request: HttpRequest, key: int) -> Any:
        """Return a ticket that this user may see, in person (INV-26); anybody else's does not exist (O03)."""
        if not in_person.asks_by_session(request):
            raise PermissionDenied
        ticket = self.get_object(request, str(key))
        if ticket is None:
            raise Http404
        return ticket

    def page(self, request: HttpRequest, name: str, title: str, status: int = 200, **context: Any) -> TemplateResponse:
        """Return a page of ours inside the admin."""
        own = {"opts": self.opts, "title": title, "media": self.media, "may_list": self.has_view_permission(request)}
        everywhere = self.admin_site.each_context(request)
        return TemplateResponse(request, f"{FOLDER}/{name}.html", {**everywhere, **own, **context}, status=status)

    def back(self, key: int) -> HttpResponse:
        """Lead back to the ticket."""
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:token_exchange_impersonationticket_change", args=[key])
        )

    def _decided(self, request: HttpRequest, key: int, *, approves: bool) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not ticket_approval.decide(self.ticket(request, key), request.user, approves=approves):
            return self._too_late(request, key)
        told = gettext("Approved. Whoever asked can collect it now.") if approves else gettext("Declined.")
        self.message_user(request, told, messages.SUCCESS)
        return self.back(key)

    def _too_late(self, request: HttpRequest, key: int) -> HttpResponse:
        self.message_user(request, gettext("Nothing was changed: see how far the ticket has come."), messages.WARNING)
        return self.back(key)
