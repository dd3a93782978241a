"""Provide a support team: `carol` may act as customers by ticket, which `desk` exchanges for `back-api`."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

from tests.worlds.world import exchange_form
from token_exchange.impersonation import ticket_collection, ticket_request, tickets
from token_exchange.impersonation.ticket_request import TicketRequest
from token_exchange.models import ImpersonationPermission
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, USER


class SupportTeam:
    """Hold the rows; `alice` is a customer, `carol` and `dave` are support."""

    def __init__(self, world):
        self.world = world
        self.customers, self.team = Group.objects.create(name="customers"), Group.objects.create(name="support")
        world.alice.groups.add(self.customers)
        self.carol, self.dave = world.user("carol"), world.user("dave")
        for user in (self.carol, self.dave):
            user.groups.add(self.team)
        self.dave.user_permissions.add(Permission.objects.get(codename="approve_impersonationticket"))
        self.desk = world.client("desk", grant="authorization-code")
        self.policy = world.policy(
            client=self.desk,
            subject_token_types=[IMPERSONATION_TICKET, USER],
            issued_to=[],
            ways=["by_permission"],
            limited_to_actor_scopes=False,
        )
        self.permission = self.permit()

    def permit(self, *, lists=None, **fields):
        """Create a permission; fields that are not given are those of the support team."""
        fields = {
            "name": f"permission {ImpersonationPermission.objects.count() + 1}",
            "methods": ["ticket", "actor_token"],
            "scopes": ["read", "orders:read"],
            **fields,
        }
        permission = ImpersonationPermission.objects.create(**fields)
        related = {
            "actor_groups": [self.team],
            "subject_groups": [self.customers],
            "clients": [self.desk],
            "targets": [self.world.target],
        }
        for name, members in (related if lists is None else lists).items():
            getattr(permission, name).set(members)
        return permission

    def ask(self, actor=None, subject=None, **request):
        """Request a ticket."""
        return ticket_request.submit(TicketRequest(**self._fields(actor, subject, **request)))

    def insert(self, actor=None, subject=None, **columns):
        """Insert a ticket without a request, so that nothing has checked it."""
        return tickets.create(permission_id=self.permission.pk, **self._fields(actor, subject, **columns))

    def _fields(self, actor, subject, **changes):
        people = {"actor": actor or self.carol, "subject": subject or self.world.alice}
        return {**people, "targets": [self.world.target], "scopes": ["read"], "reason": "Case 7", **changes}

    def ticket(self, actor=None, subject=None, **request):
        """Return the value of a requested and collected ticket."""
        ticket = self.ask(actor, subject, **request)
        return self.collect(ticket)

    def collect(self, ticket):
        """Return the value of a requested ticket."""
        value = ticket_collection.collect(ticket, ticket.actor).value
        self.world.secrets.add(value)
        return value

    def trade(self, ticket, *, client=None, **parameters):
        """Return the answer to the exchange of a ticket."""
        form = exchange_form(ticket, **{"subject_token_type": IMPERSONATION_TICKET, **parameters})
        return self.world.post(form, client=client or self.desk)

    def traded(self, ticket, **parameters):
        """Return the token that a ticket was exchanged for."""
        answer = self.trade(ticket, **parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    def told(self, token):
        """Return the introspection for `desk`."""
        return self.world.introspect(token, client=self.desk)

    def refused(self, mutated, *, error="invalid_request", reason=None):
        """Refuse a request between two exchanges of valid tickets."""
        return self.world.refused(lambda: self.trade(self.ticket()), mutated, error=error, reason=reason)
