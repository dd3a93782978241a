"""Explain whether an exchange would be granted, for tokens that need not exist."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.explanation import advice, dry_run, narration, verdict
from token_exchange.explanation.document import document
from token_exchange.explanation.question import Question
from token_exchange.explanation.text import Page
from token_exchange.explanation.verdict import Verdict
from token_exchange.management import recorded_request
from token_exchange.management.fitting_options import TYPES
from token_exchange.management.question import question_from
from token_exchange.management.terminal import REFUSED, USAGE, printable
from token_exchange.models import ExchangePolicy, ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.reasons import Reason
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.policy_sentence import sentence, with_named_rows

WIDEST: Final = 110
LIFETIME: Final = 3600
"""Seconds until a presented token expires, unless an option or a record says otherwise."""


class Command(BaseCommand):
    """Decide a described exchange as the token endpoint would, without issuing or storing anything."""

    help = (
        "Says whether an exchange would be granted, which policy decides, and what would have to change. Issues no "
        "token and stores nothing. Exits with 0 for a permit, 1 for a refusal, 2 for invalid options."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options that describe the client, its tokens and its request."""
        add = parser.add_argument
        add(
            "--request-id",
            metavar="ID",
            help="explain a recorded exchange; other options replace recorded values",
        )
        add("--client", metavar="ID", help="the client that calls the token endpoint")
        subject = parser.add_mutually_exclusive_group()
        subject.add_argument(
            "--subject", metavar="USER", help="the user whose token is exchanged: a username or a primary key"
        )
        subject.add_argument("--subject-client", metavar="ID", help="the client that is the subject of the token")
        subject.add_argument(
            "--issuer", metavar="ISSUER", help="the trusted issuer of the token: its name or its identifier"
        )
        add("--issued-to", metavar="ID", help="the client that the subject token was issued to (default: --client)")
        add("--audience", nargs="+", action="extend", metavar="NAME", help="requested targets, by name")
        add("--resource", nargs="+", action="extend", metavar="URI", help="requested targets, by resource URI")
        add("--scope", nargs="+", action="extend", help="requested scopes (default: no scope parameter)")
        add("--requested-token-type", metavar="URI", help="the requested token type")
        self._add_tokens(parser)
        self._add_claims(parser)
        add("--json", action="store_true", help="write a JSON document instead")

    def _add_tokens(self, parser: CommandParser) -> None:
        held = parser.add_argument_group("the presented tokens")
        add = held.add_argument
        add(
            "--subject-scope",
            nargs="*",
            action="extend",
            metavar="SCOPE",
            help="scopes of the subject token (default: all that its client may get)",
        )
        add(
            "--subject-audience",
            nargs="+",
            action="extend",
            metavar="NAME",
            help="targets of the subject token, by name",
        )
        add(
            "--acting",
            nargs="+",
            metavar="PARTY",
            help="actors in the subject token, the newest first: client:ID or a user",
        )
        add("--may-act", metavar="PARTY", help="the only party that may act with it: client:ID or a user")
        actor = held.add_mutually_exclusive_group()
        actor.add_argument("--actor-user", metavar="USER", help="add an actor token of this user, issued to --client")
        actor.add_argument("--actor-client", metavar="ID", help="add an actor token of this client")
        add(
            "--actor-scope",
            nargs="*",
            action="extend",
            metavar="SCOPE",
            help="scopes of the actor token (default: all that its client may get)",
        )
        add("--lifetime", type=int, metavar="SECONDS", help=f"seconds until the tokens expire (default: {LIFETIME})")
        add("--ticket-of", metavar="USER", help="the user who requested the impersonation ticket, and acts with it")
        add("--reason", metavar="TEXT", help="the reason given with the ticket or the user reference")
        add("--approved-by", metavar="USER", help="the user who approved the ticket")
        add("--reference", metavar="TEXT", help="the case number given with the ticket or the user reference")

    def _add_claims(self, parser: CommandParser) -> None:
        add = parser.add_argument_group("the claims of a JWT; never the token itself").add_argument
        add(
            "--claim",
            action="append",
            metavar="NAME=VALUE",
            help="a claim with a text value; replaces that of the file",
        )
        add(
            "--claims",
            metavar="FILE",
            help="a file with a JSON object of claims; iss, aud, iat and exp are added if missing",
        )
        add(
            "--subject-token-type",
            choices=TYPES,
            help="the declared type (default: access_token; with --issuer, a type that it accepts)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the explanation, and exit with a status for the verdict."""
        if not token_exchange_settings.enabled:
            self._switched_off(options["json"])
        using, now = token_database(), time.time()
        record = recorded_request.find(options["request_id"], using) if options["request_id"] else None
        question = question_from(_complete(options, record, using), now, using)
        event = dry_run.answer(question, now=now, using=using)
        found = verdict.of_event(event)
        sentences = _sentences(found, using)
        changes = [*found.changes, *_scope_limits(event, found, using)]
        if options["json"]:
            self.stdout.write(json.dumps(document(question, event, found, changes, sentences), indent=2))
        else:
            self._show(question, event, found, changes, sentences, record)
        if not found.granted:
            raise SystemExit(REFUSED)

    def _switched_off(self, as_json: bool) -> None:
        change = "Exchanges are switched off: set ENABLED in TOKEN_EXCHANGE to True."
        if as_json:
            refusal = {"verdict": "refusal", "error": "unsupported_grant_type", "changes": [change]}
            self.stdout.write(json.dumps(refusal, indent=2))
        else:
            self.stdout.write(f"{self.style.ERROR('REFUSED')} unsupported_grant_type\n{change}")
        raise SystemExit(REFUSED)

    def _show(
        self,
        question: Question,
        event: ExchangeEvent,
        found: Verdict,
        changes: list[str],
        sentences: dict[Any, str],
        record: ExchangeRecord | None,
    ) -> None:
        page = Page(width=min(shutil.get_terminal_size().columns, WIDEST), style=self.style)
        lines = [*page.headline(found), ""]
        if record is not None:
            lines += page.paragraph("Recorded", narration.recorded(record))
        lines += page.paragraph("Asked", narration.asked(question))
        if event.permit is not None:
            lines += page.paragraph("Granted", narration.granted(event.permit))
        lines += [*page.policies(found, sentences), *page.changes(changes)]
        self.stdout.write(printable("\n".join(lines), self.stdout))


def _complete(options: dict[str, Any], record: ExchangeRecord | None, using: str) -> dict[str, Any]:
    """Return the options, completed from the record and by defaults; raise `CommandError` if too few are given."""
    held = recorded_request.options_of(record, options, using) if record is not None else {}
    whole = {**options, **{name: value for name, value in held.items() if options[name] is None}}
    if whole["client"] is None:
        raise CommandError("Name the calling client with --client.", returncode=USAGE)
    if not (whole["subject"] or whole["subject_client"] or whole["issuer"]):
        raise CommandError(
            "Name the owner of the token with --subject, --subject-client or --issuer.", returncode=USAGE
        )
    return {**whole, "lifetime": LIFETIME if whole["lifetime"] is None else whole["lifetime"]}


def _sentences(found: Verdict, using: str) -> dict[Any, str]:
    keys = [trial["policy"] for trial in found.trace]
    policies = with_named_rows(ExchangePolicy.objects.using(using).filter(pk__in=keys))
    return {policy.pk: sentence(policy) for policy in policies}


def _scope_limits(event: ExchangeEvent, found: Verdict, using: str) -> Iterator[str]:
    if event.exchange is None or found.reason != Reason.NOT_PERMITTED_BY_ANY_POLICY:
        return
    policies = configurations.current(using).policies
    for index in found.deciding:
        yield from advice.for_scopes(event.exchange, policies[found.trace[index]["policy"]])
