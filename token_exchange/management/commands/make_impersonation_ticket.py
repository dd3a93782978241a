"""Makes an impersonation ticket in an emergency: asked for and handed over in one go, as the permissions allow."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import ticket_collection, ticket_context, ticket_log, ticket_request
from token_exchange.impersonation.ticket_request import TicketRequest
from token_exchange.management.terminal import USAGE
from token_exchange.models import ImpersonationTicket, Target
from token_exchange.people import lookup
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.rule_words import check_in_words

logger = logging.getLogger("token_exchange")

REFUSED: Final = 1
WAITS: Final = 3


class Command(BaseCommand):
    """Permissions and approval count here as they do everywhere: no option goes around them."""

    help = (
        "Makes a ticket by which one user acts as another, once and for ten minutes, and writes nothing but its value "
        "to standard output. Exits with 0 if it did, with 1 if no permission allows it or it wants more to be said, "
        "with 2 if the question makes no sense, with 3 if the ticket waits for somebody's approval."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who acts as whom, where, how far and why."""
        add = parser.add_argument
        add("--actor", required=True, metavar="USER", help="who acts: a username or a primary key")
        add("--subject", required=True, metavar="USER", help="who is acted for: a username or a primary key")
        add("--target", required=True, nargs="+", action="extend", metavar="NAME", help="where, by audience name")
        add("--scope", required=True, nargs="+", action="extend", metavar="SCOPE", help="how far")
        add("--reason", default="", help="why, for the record and for the person acted for")
        add("--reference", default="", help="the number of the support case, for instance")
        add(
            "--context", default="", metavar="TEXT", help="more for the record: lines of “key: value”, or a JSON object"
        )

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and hand over; the admin's log and the log of the site tell that it was done here."""
        wish = _ticket_request(options)
        ticket = _asked(wish)
        ticket_log.changed(wish.actor, ticket, gettext("Asked for at the command line."))
        logger.warning(
            "impersonation ticket asked for at the command line",
            extra={"ticket": ticket.pk, "actor": str(wish.actor.pk), "subject": str(wish.subject.pk)},
        )
        collected = None if ticket.approval_required else ticket_collection.collect(ticket, wish.actor)
        if collected is None:
            raise CommandError(
                f"Ticket {ticket.pk} waits for somebody else to approve it, within the hour. "
                f"Then {wish.actor.get_username()} collects it, in the admin or by API.",
                returncode=WAITS,
            )
        self.stdout.write(collected.value)


def _ticket_request(options: dict[str, Any]) -> TicketRequest:
    for text, most in (("reason", ticket_request.LONGEST_REASON), ("reference", ticket_request.LONGEST_REFERENCE)):
        if len(options[text]) > most or "\0" in options[text]:
            raise CommandError(f"--{text} takes at most {most} characters.", returncode=USAGE)
    try:
        said = ticket_context.read(options["context"])
    except ValidationError as error:
        raise CommandError(f"--context: {' '.join(error.messages)}", returncode=USAGE) from error
    return TicketRequest(
        actor=_user(options["actor"]),
        subject=_user(options["subject"]),
        targets=[_target(name) for name in dict.fromkeys(options["target"])],
        scopes=list(dict.fromkeys(scope for text in options["scope"] for scope in text.split())),
        reason=options["reason"],
        reference=options["reference"],
        context=said,
    )


def _asked(wish: TicketRequest) -> ImpersonationTicket:
    try:
        return ticket_request.submit(wish)
    except ticket_request.NotPermitted as refused:
        raise CommandError("\n".join(_why(refused.failed_checks)), returncode=REFUSED) from refused
    except ticket_request.Refused as refused:
        raise CommandError("\n".join(one.message for one in refused.errors), returncode=REFUSED) from refused


def _why(asked: Sequence[tuple[str, str]]) -> list[str]:
    lines = [f"- {name}: {check_in_words(failure)}" for name, failure in asked]
    return [
        gettext("No impersonation permission allows it:")
        if lines
        else gettext("There is no impersonation permission."),
        *lines,
    ]


def _user(name: str) -> Any:
    found = lookup.user_named(name) or lookup.user_with_key(name)
    if found is None:
        raise CommandError(f"There is no user {name!r}.", returncode=USAGE)
    return found


def _target(name: str) -> Target:
    target: Target | None = lookup.exact(Target.objects.using(token_database()).filter(enabled=True), name=name)
    if target is not None:
        return target
    raise CommandError(f"There is no target {name!r}, or it is disabled.", returncode=USAGE)
