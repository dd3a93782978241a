"""Approve, decline, collect and withdraw tickets; each action needs more than the right to see the ticket."""

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
from token_exchange.provider.in_person import presence

FOLDER = "admin/token_exchange/impersonationticket"


class TicketActionsAdmin(admin.ModelAdmin):
    """Approve, decline, collect or withdraw a ticket."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with those of the actions added."""
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
        """Approve another user's ticket on POST."""
        return self._decided(request, key, approves=True)

    def decline_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Decline another user's ticket on POST."""
        return self._decided(request, key, approves=False)

    @method_decorator(never_cache)
    @method_decorator(sensitive_variables())
    def collect_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the ticket's value to its requester on POST, once.

        The answer is no redirect: the value would have to be stored for the next request.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        collected = ticket_collection.collect(self.ticket(request, key), request.user)
        if collected is None:
            return self._unchanged(request, key)
        return self.page(request, "shown", gettext("Your ticket"), ticket=collected.ticket, value=collected.value)

    def withdraw_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the confirmation page on GET, with the number of tokens that stop; withdraw the ticket on POST."""
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        ticket = self.ticket(request, key)
        if not ticket_withdrawal.may_withdraw(request.user, ticket):
            raise PermissionDenied
        if request.method == "GET":
            derived = ticket_withdrawal.active_descendants(ticket)
            return self.page(request, "withdraw", gettext("Withdraw this ticket"), ticket=ticket, derived=derived)
        stopped = ticket_withdrawal.withdraw(ticket, request.user)
        if stopped is None:
            return self._unchanged(request, key)
        message = ngettext(
            "Withdrawn. %(count)d active token was revoked.",
            "Withdrawn. %(count)d active tokens were revoked.",
            stopped,
        )
        self.message_user(request, message % {"count": stopped}, messages.SUCCESS)
        return self.back(key)

    def ticket(self, request: HttpRequest, key: int) -> Any:
        """Return a ticket that this user may see, or raise `Http404`; without a session, raise `PermissionDenied`."""
        if not presence.is_in_person_by_session(request):
            raise PermissionDenied
        ticket = self.get_object(request, str(key))
        if ticket is None:
            raise Http404
        return ticket

    def page(self, request: HttpRequest, name: str, title: str, status: int = 200, **context: Any) -> TemplateResponse:
        """Return the page that the template `name` makes, with the context of the admin."""
        own = {"opts": self.opts, "title": title, "media": self.media, "may_list": self.has_view_permission(request)}
        everywhere = self.admin_site.each_context(request)
        return TemplateResponse(request, f"{FOLDER}/{name}.html", {**everywhere, **own, **context}, status=status)

    def back(self, key: int) -> HttpResponse:
        """Return a redirect to the ticket's page."""
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:token_exchange_impersonationticket_change", args=[key])
        )

    def _decided(self, request: HttpRequest, key: int, *, approves: bool) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not ticket_approval.decide(self.ticket(request, key), request.user, approves=approves):
            return self._unchanged(request, key)
        message = gettext("Approved. The requester can collect the ticket now.") if approves else gettext("Declined.")
        self.message_user(request, message, messages.SUCCESS)
        return self.back(key)

    def _unchanged(self, request: HttpRequest, key: int) -> HttpResponse:
        self.message_user(
            request,
            gettext("Nothing was changed, because the state of the ticket does not allow it."),
            messages.WARNING,
        )
        return self.back(key)
