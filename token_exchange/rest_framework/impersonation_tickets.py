"""Serve the API by which users request, approve and collect tickets (docs/openapi/impersonation-tickets.json)."""

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
from token_exchange.rest_framework.impersonation_ticket_serializers import TicketRequestSerializer, TicketSerializer
from token_exchange.rest_framework.permissions import ActsInPerson
from token_exchange.rest_framework.personal_access_tokens import ManagingAuthentication
from token_exchange.toolkit.compat import token_database

SCOPES: Final = {
    "list": (IMPERSONATION_TICKETS, TICKET_APPROVAL),
    "retrieve": (IMPERSONATION_TICKETS, TICKET_APPROVAL),
    "approve": (TICKET_APPROVAL,),
    "decline": (TICKET_APPROVAL,),
}
"""The scopes of which an app needs one for an action; all other actions need `impersonation_tickets`."""
MOST: Final = 200
"""The number of tickets that a list shows at most, newest first."""


class WrongState(APIException):
    """Refuses an action that the state of the ticket does not allow."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The state of the ticket does not allow this. Nothing was changed.")


class MayUseTickets(ActsInPerson):
    """Admits a user in person; an app of the user needs the scope `impersonation_tickets`.

    To approve or decline, an app needs `impersonation_ticket_approval` instead: an app that requests tickets must not
    be able to approve them as well.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True if the user is there in person, with a session or an app that has a scope for this action."""
        wanted = SCOPES.get(getattr(view, "action", ""), (IMPERSONATION_TICKETS,))
        return any(presence.is_in_person(request, scopes=(scope,)) for scope in wanted)


@method_decorator(never_cache, name="dispatch")
class ImpersonationTicketsView(ViewSet):
    """Serves JSON only: REST framework's browsable pages would show the value of a ticket."""

    authentication_classes = [ManagingAuthentication, SessionAuthentication]
    permission_classes = [MayUseTickets]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]

    def list(self, request: Request) -> Response:
        """List the user's own tickets, and those that the user may approve."""
        tickets = ticket_approval.pending_for(request.user).prefetch_related("targets")[:MOST]
        return Response(TicketSerializer(tickets, many=True).data)

    def retrieve(self, request: Request, key: int) -> Response:
        """Return a ticket with its state."""
        return Response(TicketSerializer(_ticket(request, key)).data)

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Request a ticket. Return it with its value (201), or without it if it has to be approved first (202)."""
        sent = TicketRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        ticket = _asked(_ticket_request(request.user, sent.validated_data))
        if ticket.approval_required:
            return Response(TicketSerializer(ticket).data, status=status.HTTP_202_ACCEPTED)
        return _collected(ticket, request.user, status.HTTP_201_CREATED)

    def approve(self, request: Request, key: int) -> Response:
        """Approve a ticket that another user requested."""
        return _decided(request, key, approves=True)

    def decline(self, request: Request, key: int) -> Response:
        """Decline a ticket that another user requested."""
        return _decided(request, key, approves=False)

    @method_decorator(sensitive_variables())
    def hand_over(self, request: Request, key: int) -> Response:
        """Return an approved ticket with its value to the user who requested it; no other answer holds the value."""
        return _collected(_ticket(request, key), request.user, status.HTTP_200_OK)

    def withdraw(self, request: Request, key: int) -> Response:
        """Revoke a ticket and the tokens made from it; return the number of those tokens as `stopped`."""
        ticket = _ticket(request, key)
        stopped = ticket_withdrawal.withdraw(ticket, request.user)
        if stopped is None:
            raise WrongState
        return Response({**_fresh(ticket), "stopped": stopped})


def _ticket(request: Request, key: int) -> ImpersonationTicket:
    """Return a ticket that the user may see; raise `Http404` for all others."""
    return get_object_or_404(ticket_approval.visible_to(request.user), pk=key)


def _fresh(ticket: ImpersonationTicket) -> dict[str, Any]:
    ticket.refresh_from_db(using=token_database())
    return dict(TicketSerializer(ticket).data)


def _ticket_request(user: Any, sent: dict[str, Any]) -> TicketRequest:
    """Return the request; raise the same `PermissionDenied` for an unknown name as for a forbidden one."""
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
        raise WrongState
    return Response(_fresh(ticket))


@sensitive_variables()
def _collected(ticket: ImpersonationTicket, user: Any, code: int) -> Response:
    collected = ticket_collection.collect(ticket, user)
    if collected is None:
        raise WrongState
    return Response({**_fresh(collected.ticket), "ticket": collected.value}, status=code)
