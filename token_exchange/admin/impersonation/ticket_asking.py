"""“Act as this user”: a page to ask for a ticket, for any of the staff whom an impersonation permission allows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.translation import gettext

from token_exchange.admin.impersonation.ticket_actions import TicketActionsAdmin
from token_exchange.admin.impersonation.ticket_form import AskingForm
from token_exchange.impersonation import permission_check, ticket_request
from token_exchange.models import ImpersonationPermission
from token_exchange.people import lookup
from token_exchange.provider import in_person
from token_exchange.wording.rule_words import check_in_words


class TicketAskingAdmin(TicketActionsAdmin):
    """Adds the page; it needs no permission of Django's, because the impersonation permissions decide."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.ask_view)
        return [path("ask/<path:key>/", view, name="token_exchange_impersonationticket_ask"), *super().get_urls()]

    def ask_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show what may be asked for, or why nothing may; make out the ticket on POST."""
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        person = lookup.user_with_key(key)
        if not in_person.asks_by_session(request) or (person is None and not _may_see_users(request)):
            raise PermissionDenied
        if person is None:
            return self._nobody(request)
        available = permission_check.available_targets(request.user, person)
        if not available:
            return self._not_permitted(request, person)
        form = AskingForm(request.POST if request.method == "POST" else None, available=available)
        if form.is_valid() and (answer := self._asked(request, form, person)):
            return answer
        return self._form(request, person, form)

    def _asked(self, request: HttpRequest, form: AskingForm, person: Any) -> HttpResponse | None:
        try:
            ticket = ticket_request.submit(form.ticket_request(request.user, person))
        except ticket_request.Refused as refused:
            form.object_with(refused.errors)
            return None
        except ticket_request.NotPermitted as refused:
            form.add_error(None, gettext("No single permission allows all of this together."))
            for line in _why(request, list(refused.failed_checks)):
                form.add_error(None, line)
            return None
        if ticket.needs_approval:
            told = gettext("Asked. A second person has to approve within the hour; then you can collect it here.")
        else:
            told = gettext("The ticket is made out. Collect it when you are ready: it then counts for ten minutes.")
        self.message_user(request, told, messages.SUCCESS)
        return self.back(ticket.pk)

    def _form(self, request: HttpRequest, person: Any, form: AskingForm) -> HttpResponse:
        title = gettext("Act as %(name)s") % {"name": person.get_username()}
        return self.page(request, "ask", title, status=400 if form.errors else 200, person=person, form=form)

    def _not_permitted(self, request: HttpRequest, person: Any) -> HttpResponse:
        # Who may not see users learns nothing of this one, not even that there is one (G08).
        if not _may_see_users(request):
            raise PermissionDenied
        title = gettext("You may not act as %(name)s") % {"name": person.get_username()}
        why = _why(request, permission_check.failed_checks(request.user, person))
        return self.page(request, "refused", title, status=403, person=person, why=why)

    def _nobody(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, "refused", gettext("There is no such person"), status=404, person=None, why=[])


def may_ask(request: HttpRequest, person: Any) -> bool:
    """Whether some permission lets this user, in person, ask for a ticket to act as this person."""
    return in_person.asks_by_session(request) and bool(permission_check.available_targets(request.user, person))


def _may_see_users(request: HttpRequest) -> bool:
    meta = get_user_model()._meta
    return bool(request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"))


def _why(request: HttpRequest, failures: list[tuple[str, str]]) -> list[str]:
    """Return the failures in words, under the names of the permissions for those who may see them (O02)."""
    meta = ImpersonationPermission._meta
    if request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return [f"{name}: {check_in_words(failure)}" for name, failure in failures]
    return list(dict.fromkeys(check_in_words(failure) for _name, failure in failures))
