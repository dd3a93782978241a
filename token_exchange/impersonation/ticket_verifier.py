"""Verify an impersonation ticket that a client presents for exchange."""

from __future__ import annotations

from token_exchange.impersonation import ticket_approval, tickets
from token_exchange.models import ImpersonationTicket
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, accounts_with_rights, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.permission import ActAsMethod, PermittedActor
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.timestamps import to_seconds


class ImpersonationTicketVerifier(TokenVerifier):
    """Verify the ticket by its row; the decision then asks the permissions again."""

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the ticket as its row describes it; raise `InvalidRequest` unless it can be used now."""
        ticket = tickets.find(token.value)
        if ticket is None or ticket.fingerprint is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        if ticket.revoked is not None:
            raise InvalidRequest(Reason.TOKEN_REVOKED)
        if ticket.used is not None:
            raise InvalidRequest(Reason.TOKEN_REPLAYED)
        expires = to_seconds(ticket.expires)
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        scopes = scope_rights.held_by(ticket.subject, scope_rights.held_by(ticket.actor, ticket.scopes))
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=ticket.fingerprint,
            party=party_of(ticket.subject),
            account=account_of(ticket.subject),
            client_id=None,
            scopes=scopes,
            audiences=frozenset(),
            only_for=frozenset(ticket.targets.values_list("name", flat=True)),
            expires=expires,
            root=ticket.fingerprint,
            holder=account_of(ticket.actor),
            justification=_justification(ticket),
            permitted_actor=self._permitted_actor(ticket),
        )

    def _permitted_actor(self, ticket: ImpersonationTicket) -> PermittedActor:
        using = token_database()
        approvers = accounts_with_rights({str(ticket.approver_id)}, using) if ticket.approver_id else {}
        permitted_actor = PermittedActor(method=ActAsMethod.TICKET, actor=party_of(ticket.actor))
        return ticket_approval.confirmed(permitted_actor, ticket, approvers)


def _justification(ticket: ImpersonationTicket) -> dict[str, object]:
    given = {
        "reason": ticket.reason,
        "reference": ticket.reference,
        "context": ticket.context,
        "approver": ticket.approver.get_username() if ticket.approver else "",
    }
    return {name: value for name, value in given.items() if value}
