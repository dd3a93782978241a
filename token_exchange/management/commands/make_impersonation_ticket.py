"""Request and collect an impersonation ticket in one step, for emergencies."""

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
from token_exchange.management.terminal import REFUSED, USAGE
from token_exchange.models import ImpersonationTicket, Target
from token_exchange.people import lookup
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.rule_words import check_in_words

logger = logging.getLogger("token_exchange")

WAITS: Final = 3
"""The exit status for a ticket that waits for an approval."""


class Command(BaseCommand):
    """Request a ticket under the same permissions and approvals as everywhere else."""

    help = (
        "Makes a ticket with which one user acts as another, once and within ten minutes, and writes only its value to "
        "standard output. Exits with 0 if it did, 1 if no permission allows it or requires more, 2 for invalid "
        "options, 3 if the ticket waits for an approval."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("--actor", required=True, metavar="USER", help="the user who acts: a username or a primary key")
        add("--subject", required=True, metavar="USER", help="the user to act as: a username or a primary key")
        add("--target", required=True, nargs="+", action="extend", metavar="NAME", help="the targets, by name")
        add("--scope", required=True, nargs="+", action="extend", metavar="SCOPE", help="the scopes")
        add("--reason", default="", help="the reason, for the record and for the subject")
        add("--reference", default="", help="for example the number of a support case")
        add(
            "--context",
            default="",
            metavar="TEXT",
            help="further details: lines of “key: value”, or a JSON object",
        )

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Request and collect the ticket, and log in the admin's log and the site's that this command was used."""
        request = _request(options)
        ticket = _submitted(request)
        ticket_log.changed(request.actor, ticket, gettext("Requested at the command line."))
        logger.warning(
            "impersonation ticket requested at the command line",
            extra={"ticket": ticket.pk, "actor": str(request.actor.pk), "subject": str(request.subject.pk)},
        )
        collected = None if ticket.approval_required else ticket_collection.collect(ticket, request.actor)
        if collected is None:
            raise CommandError(
                f"Ticket {ticket.pk} waits for the approval of another user, within one hour. "
                f"Then {request.actor.get_username()} can collect it in the admin or by API.",
                returncode=WAITS,
            )
        self.stdout.write(collected.value)


def _request(options: dict[str, Any]) -> TicketRequest:
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


def _submitted(request: TicketRequest) -> ImpersonationTicket:
    try:
        return ticket_request.submit(request)
    except ticket_request.NotPermitted as refused:
        raise CommandError("\n".join(_explained(refused.failed_checks)), returncode=REFUSED) from refused
    except ticket_request.Refused as refused:
        raise CommandError("\n".join(one.message for one in refused.errors), returncode=REFUSED) from refused


def _explained(failed: Sequence[tuple[str, str]]) -> list[str]:
    lines = [f"- {name}: {check_in_words(failure)}" for name, failure in failed]
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
