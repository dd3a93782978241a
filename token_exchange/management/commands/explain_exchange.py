"""Would this exchange be allowed, and why: the decision and its full trace, for tokens that need not exist."""

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
from token_exchange.management import recorded
from token_exchange.management.fitting_options import TYPES
from token_exchange.management.printable import printable
from token_exchange.management.supposition import question_from
from token_exchange.management.usage import USAGE
from token_exchange.models import ExchangePolicy, ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.reasons import Reason
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.policy_sentence import sentence, with_named_rows

REFUSED: Final = 1
WIDEST: Final = 110
LIFETIME: Final = 3600
"""Seconds that a supposed token still lives, where nothing else is said."""


class Command(BaseCommand):
    """Asks what the token endpoint would answer; mints nothing and writes nothing."""

    help = (
        "Tells whether an exchange would be allowed, which policy decides, and what would have to change. "
        "Exits with 0 if it would, with 1 if not, with 2 if the question makes no sense."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who calls, with whose token, asking for what."""
        add = parser.add_argument
        add("--request-id", metavar="ID", help="a recorded exchange to ask again; other options replace what it tells")
        add("--client", metavar="ID", help="the client that calls the token endpoint")
        subject = parser.add_mutually_exclusive_group()
        subject.add_argument("--subject", metavar="USER", help="whose token is traded: a username or a primary key")
        subject.add_argument("--subject-client", metavar="ID", help="the client whose own token is traded")
        subject.add_argument(
            "--issuer", metavar="ISSUER", help="a trusted issuer whose token is traded: name or issuer"
        )
        add("--issued-to", metavar="ID", help="the client the subject token was issued to (default: the caller)")
        add("--audience", nargs="+", action="extend", metavar="NAME", help="targets asked for, by name")
        add("--resource", nargs="+", action="extend", metavar="URI", help="targets asked for, by resource URI")
        add("--scope", nargs="+", action="extend", help="scopes asked for (default: the parameter is left out)")
        add("--requested-token-type", metavar="URI", help="the token type asked for")
        self._add_held(parser)
        self._add_claims(parser)
        add("--json", action="store_true", help="write a JSON document instead")

    def _add_held(self, parser: CommandParser) -> None:
        held = parser.add_argument_group("what the presented tokens hold")
        add = held.add_argument
        add("--subject-scope", nargs="*", action="extend", metavar="SCOPE", help="default: all that its client may get")
        add("--subject-audience", nargs="+", action="extend", metavar="NAME", help="targets that it is meant for")
        add("--acting", nargs="+", metavar="PARTY", help="who acts in it already, newest first: client:ID or a user")
        add("--may-act", metavar="PARTY", help="who alone may act with it: client:ID or a user")
        actor = held.add_mutually_exclusive_group()
        actor.add_argument("--actor-user", metavar="USER", help="an actor token of this user, issued to the caller")
        actor.add_argument("--actor-client", metavar="ID", help="an actor token of this client")
        add("--actor-scope", nargs="*", action="extend", metavar="SCOPE", help="default: all that its client may get")
        add("--lifetime", type=int, metavar="SECONDS", help=f"how long they still live (default: {LIFETIME})")
        add("--ticket-of", metavar="USER", help="the person who asked for the impersonation ticket, and acts with it")
        add("--reason", metavar="TEXT", help="why the person acts, as a ticket or a user reference says")
        add("--approved-by", metavar="USER", help="who approved the ticket")
        add("--reference", metavar="TEXT", help="the case that they work on, likewise")

    def _add_claims(self, parser: CommandParser) -> None:
        add = parser.add_argument_group("what a JWT says; never the token itself").add_argument
        add("--claim", action="append", metavar="NAME=VALUE", help="a claim that is a text; replaces one of the file")
        add("--claims", metavar="FILE", help="a JSON object of claims; iss, aud, iat and exp are added if they lack")
        add(
            "--subject-token-type",
            choices=TYPES,
            help="as what it is declared (default: access_token; of an issuer, what its row takes)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Explain, and exit with the verdict."""
        if not token_exchange_settings.enabled:
            self._switched_off(options["json"])
        using, now = token_database(), time.time()
        record = recorded.find(options["request_id"], using) if options["request_id"] else None
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
        change = "Set ENABLED in TOKEN_EXCHANGE: exchanges are switched off, whatever is asked."
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
    """Return the options with what the record tells and with the defaults; raise CommandError for too few."""
    told = recorded.options_of(record, options, using) if record is not None else {}
    whole = {**options, **{name: value for name, value in told.items() if options[name] is None}}
    if whole["client"] is None:
        raise CommandError("Name the calling client with --client.", returncode=USAGE)
    if not (whole["subject"] or whole["subject_client"] or whole["issuer"]):
        raise CommandError("Say whose token: add --subject, --subject-client or --issuer.", returncode=USAGE)
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
