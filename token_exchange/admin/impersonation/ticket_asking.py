"""Let staff request a ticket on the page “Act as this user”, if an impersonation permission allows it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.translation import gettext

from token_exchange.admin.impersonation.ticket_actions import TicketActionsAdmin
from token_exchange.admin.impersonation.ticket_form import TicketRequestForm
from token_exchange.impersonation import permission_check, ticket_request
from token_exchange.models import ImpersonationPermission
from token_exchange.people import lookup
from token_exchange.provider.in_person import presence
from token_exchange.wording.rule_words import check_in_words


class TicketAskingAdmin(TicketActionsAdmin):
    """Add the page; the impersonation permissions decide who may use it, no permission of Django is needed."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with that of the page added."""
        view = self.admin_site.admin_view(self.ask_view)
        return [path("ask/<path:key>/", view, name="token_exchange_impersonationticket_ask"), *super().get_urls()]

    def ask_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show the form, or why this user may not act as that user; request the ticket on POST."""
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        person = lookup.user_with_key(key)
        if not presence.is_in_person_by_session(request) or (person is None and not _may_see_users(request)):
            raise PermissionDenied
        if person is None:
            return self._unknown_user(request)
        available = permission_check.available_targets(request.user, person)
        if not available:
            return self._not_permitted(request, person)
        form = TicketRequestForm(request.POST if request.method == "POST" else None, available=available)
        if form.is_valid() and (answer := self._asked(request, form, person)):
            return answer
        return self._form(request, person, form)

    def _asked(self, request: HttpRequest, form: TicketRequestForm, person: Any) -> HttpResponse | None:
        try:
            ticket = ticket_request.submit(form.ticket_request(request.user, person))
        except ticket_request.Refused as refused:
            form.add_errors(refused.errors)
            return None
        except ticket_request.NotPermitted as refused:
            form.add_error(None, gettext("No single permission allows this combination."))
            for line in _why(request, list(refused.failed_checks)):
                form.add_error(None, line)
            return None
        if ticket.approval_required:
            message = gettext(
                "Requested. A second person has to approve the ticket within an hour. Then you can collect it here."
            )
        else:
            message = gettext(
                "The ticket is ready. Collect it when you need it: from then on it is valid for ten minutes."
            )
        self.message_user(request, message, messages.SUCCESS)
        return self.back(ticket.pk)

    def _form(self, request: HttpRequest, person: Any, form: TicketRequestForm) -> HttpResponse:
        title = gettext("Act as %(name)s") % {"name": person.get_username()}
        return self.page(request, "ask", title, status=400 if form.errors else 200, person=person, form=form)

    def _not_permitted(self, request: HttpRequest, person: Any) -> HttpResponse:
        # A viewer who may not see users must not learn whether this one exists.
        if not _may_see_users(request):
            raise PermissionDenied
        title = gettext("You may not act as %(name)s") % {"name": person.get_username()}
        why = _why(request, permission_check.failed_checks(request.user, person))
        return self.page(request, "refused", title, status=403, person=person, why=why)

    def _unknown_user(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, "refused", gettext("There is no such user"), status=404, person=None, why=[])


def may_ask(request: HttpRequest, person: Any) -> bool:
    """Return True if a permission lets the user of this request, in person, request a ticket to act as `person`."""
    return presence.is_in_person_by_session(request) and bool(permission_check.available_targets(request.user, person))


def _may_see_users(request: HttpRequest) -> bool:
    meta = get_user_model()._meta
    return bool(request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"))


def _why(request: HttpRequest, failures: list[tuple[str, str]]) -> list[str]:
    """Return the failures in words, with the names of the permissions only if this user may view permissions."""
    meta = ImpersonationPermission._meta
    if request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return [f"{name}: {check_in_words(failure)}" for name, failure in failures]
    return list(dict.fromkeys(check_in_words(failure) for _name, failure in failures))
