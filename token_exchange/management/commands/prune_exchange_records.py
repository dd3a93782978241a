"""Delete records, tickets and personal access tokens after their retention, and rows about expired tokens."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from token_exchange.conf import token_exchange_settings
from token_exchange.management.progress import Progress
from token_exchange.models import (
    ExchangedToken,
    ExchangeRecord,
    ImpersonationTicket,
    PersonalAccessToken,
    UsedToken,
)
from token_exchange.tokens.pruning import Prunable
from token_exchange.toolkit.compat import token_database

logger = logging.getLogger("token_exchange")

GRACE: Final = timedelta(days=1)
"""How long rows about expired tokens are kept: for questions about them, and in case the clock is set back."""


class Command(BaseCommand):
    """Delete in batches; nothing else deletes exchange records."""

    help = (
        "Deletes exchange records older than RECORD_RETENTION_DAYS, impersonation tickets and personal access tokens "
        "that expired longer ago than that, and rows about tokens that expired more than a day ago. Each batch is one "
        "transaction: the command can be interrupted and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--days",
            type=_whole_number(0),
            default=None,
            help="keep the records of the last DAYS days (default: TOKEN_EXCHANGE RECORD_RETENTION_DAYS, else 365)",
        )
        parser.add_argument(
            "--batch-size",
            type=_whole_number(1),
            default=10_000,
            help="rows deleted by one statement (default: 10000)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only count the rows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the rows, or count them, and write the numbers."""
        days = options["days"]
        days = token_exchange_settings.record_retention_days if days is None else days
        now = timezone.now()
        try:
            kept_from = now - timedelta(days=days)
        except OverflowError as error:
            raise CommandError(f"{days} days are too many.") from error
        tasks = _tasks(now, kept_from, token_database())
        if options["dry_run"]:
            message = f"Would delete {_listed({name: task.count() for name, task in tasks.items()})}."
        else:
            message = f"{self._prune(tasks, options)} Kept: the records of the last {days} days."
        if options["verbosity"] > 0:
            self.stdout.write(message)

    def _prune(self, tasks: dict[str, Prunable], options: dict[str, Any]) -> str:
        began, deleted = time.monotonic(), dict.fromkeys(tasks, 0)
        try:
            for name, task in tasks.items():
                with _progress(self.stderr, name, task, options) as show:
                    for count in task.delete(options["batch_size"]):
                        deleted[name] += count
                        show(deleted[name])
        except KeyboardInterrupt:
            self.stdout.write("Interrupted. The finished batches stay deleted. Run the command again for the rest.")
            raise SystemExit(130) from None
        finally:
            seconds = time.monotonic() - began
            logger.info(
                "exchange records pruned",
                extra={
                    **{name.replace(" ", "_"): count for name, count in deleted.items()},
                    "records_before": tasks["records"].before.isoformat(),
                    "seconds": round(seconds, 1),
                },
            )
        return f"Deleted {_listed(deleted)} in {seconds:.1f} s."


@contextmanager
def _progress(stream: Any, name: str, task: Prunable, options: Mapping[str, Any]) -> Iterator[Callable[[int], None]]:
    """Show the progress; with `--verbosity 0` show nothing, and do not count the rows beforehand."""
    if options["verbosity"] < 1:
        yield lambda done: None
        return
    with Progress(stream, f"Deleting {name}", task.count()) as progress:
        yield progress.show


def _tasks(now: datetime, kept_from: datetime, using: str) -> dict[str, Prunable]:
    expired, ended = now - GRACE, min(kept_from, now - GRACE)
    return {
        "records": Prunable(model=ExchangeRecord, moment="created", before=kept_from, using=using),
        # Not earlier, even with a smaller `--days`: without this row an active token has neither actors nor parents.
        "exchanged tokens": Prunable(model=ExchangedToken, moment="expires", before=expired, using=using),
        # Not earlier, even with a smaller `--days`: without this row a token could be used a second time.
        "used tokens": Prunable(model=UsedToken, moment="expires", before=expired, using=using),
        # Kept as long as records: only the ticket says who requested it and who declined it.
        "impersonation tickets": Prunable(model=ImpersonationTicket, moment="expires", before=ended, using=using),
        "personal access tokens": Prunable(model=PersonalAccessToken, moment="expires", before=ended, using=using),
    }


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _whole_number(least: int) -> Callable[[str], int]:
    def parsed(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
        return int(text)

    return parsed
