"""Impersonation tickets by API: asked for, decided on, handed over (docs/openapi/impersonation-tickets.json)."""

from __future__ import annotations

from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from token_exchange.impersonation import ticket_approval, ticket_collection, ticket_request, ticket_withdrawal
from token_exchange.impersonation.ticket_request import TicketRequest
from token_exchange.models import ImpersonationTicket, Target
from token_exchange.people import lookup
from token_exchange.people.reserved import IMPERSONATION_TICKETS, TICKET_APPROVAL
from token_exchange.provider.in_person import presence
from token_exchange.rest_framework.impersonation_ticket_serializers import AskingSerializer, TicketSerializer
from token_exchange.rest_framework.permissions import ActsInPerson
from token_exchange.rest_framework.personal_access_tokens import ManagingAuthentication
from token_exchange.toolkit.compat import token_database

SCOPES: Final = {
    "list": (IMPERSONATION_TICKETS, TICKET_APPROVAL),
    "retrieve": (IMPERSONATION_TICKETS, TICKET_APPROVAL),
    "approve": (TICKET_APPROVAL,),
    "decline": (TICKET_APPROVAL,),
}
"""Which scopes admit an app to what only the second person does, or does too."""
MOST: Final = 200
"""Tickets that are listed, the newest."""


class TooLate(APIException):
    """The ticket has come further, or not far enough, for what was asked."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Nothing was changed: see how far the ticket has come.")


class MayAsk(ActsInPerson):
    """Admits a user in person; an app of the user needs the scope `impersonation_tickets`.

    To approve or decline, an app needs `impersonation_ticket_approval` instead: an app that asks for tickets must not
    also speak the second person's word.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True if the user is there in person, and the app was trusted with this."""
        wanted = SCOPES.get(getattr(view, "action", ""), (IMPERSONATION_TICKETS,))
        return any(presence.is_in_person(request, scopes=(scope,)) for scope in wanted)


@method_decorator(never_cache, name="dispatch")
class ImpersonationTicketsView(ViewSet):
    """JSON only: the value of a ticket has no place in a page that a framework draws."""

    authentication_classes = [ManagingAuthentication, SessionAuthentication]
    permission_classes = [MayAsk]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]

    def list(self, request: Request) -> Response:
        """Tell of the user's own tickets and, to who approves, of whatever waits."""
        tickets = ticket_approval.pending_for(request.user).prefetch_related("targets")[:MOST]
        return Response(TicketSerializer(tickets, many=True).data)

    def retrieve(self, request: Request, key: int) -> Response:
        """Tell how far a ticket has come."""
        return Response(TicketSerializer(_ticket(request, key)).data)

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Ask for a ticket: its value at once where nobody has to approve, else how to follow it."""
        sent = AskingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        ticket = _asked(_wish(request.user, sent.validated_data))
        if ticket.approval_required:
            return Response(TicketSerializer(ticket).data, status=status.HTTP_202_ACCEPTED)
        return _handed_over(ticket, request.user, status.HTTP_201_CREATED)

    def approve(self, request: Request, key: int) -> Response:
        """Approve somebody else's ticket."""
        return _decided(request, key, approves=True)

    def decline(self, request: Request, key: int) -> Response:
        """Decline somebody else's ticket."""
        return _decided(request, key, approves=False)

    @method_decorator(sensitive_variables())
    def hand_over(self, request: Request, key: int) -> Response:
        """Give the value to who asked; only this answer holds it."""
        return _handed_over(_ticket(request, key), request.user, status.HTTP_200_OK)

    def withdraw(self, request: Request, key: int) -> Response:
        """End a ticket and what it was exchanged for; tell how many tokens died."""
        ticket = _ticket(request, key)
        died = ticket_withdrawal.withdraw(ticket, request.user)
        if died is None:
            raise TooLate
        return Response({**_told(ticket), "stopped": died})


def _ticket(request: Request, key: int) -> ImpersonationTicket:
    """Return a ticket that the user has to do with; any other does not exist (O03)."""
    return get_object_or_404(ticket_approval.visible_to(request.user), pk=key)


def _told(ticket: ImpersonationTicket) -> dict[str, Any]:
    ticket.refresh_from_db(using=token_database())
    return dict(TicketSerializer(ticket).data)


def _wish(user: Any, sent: dict[str, Any]) -> TicketRequest:
    """Return the wish; raise `PermissionDenied` for a name that nobody and nothing bears, as for one out of reach."""
    subject, names = lookup.user_named(sent["subject"]), set(sent["targets"])
    targets = list(Target.objects.using(token_database()).filter(name__in=names, enabled=True))
    if subject is None or {target.name for target in targets} != names:
        raise _not_permitted()
    return TicketRequest(actor=user, **{**sent, "subject": subject, "targets": targets})


def _asked(wish: TicketRequest) -> ImpersonationTicket:
    try:
        return ticket_request.submit(wish)
    except ticket_request.NotPermitted as refused:
        raise _not_permitted() from refused
    except ticket_request.Refused as refused:
        raise ValidationError({one.field: [one.message] for one in refused.errors}) from refused


def _not_permitted() -> PermissionDenied:
    return PermissionDenied(_("No impersonation permission allows this."))


def _decided(request: Request, key: int, *, approves: bool) -> Response:
    ticket = _ticket(request, key)
    if not ticket_approval.decide(ticket, request.user, approves=approves):
        raise TooLate
    return Response(_told(ticket))


@sensitive_variables()
def _handed_over(ticket: ImpersonationTicket, user: Any, code: int) -> Response:
    collected = ticket_collection.collect(ticket, user)
    if collected is None:
        raise TooLate
    return Response({**_told(collected.ticket), "ticket": collected.value}, status=code)
