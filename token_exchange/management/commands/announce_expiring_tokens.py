"""Tells the owners of personal access tokens that these are about to end."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from token_exchange.management.progress import Progress
from token_exchange.personal_access_tokens import expiry_letters

logger = logging.getLogger("token_exchange")

MOST_DAYS: Final = 36_500


class Command(BaseCommand):
    """For the nightly jobs."""

    help = (
        "Writes an e-mail to the owner of every personal access token that ends within so many days, once for each "
        "token. Interrupt it at any time, and run it again: nobody is told twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How long before the end, how many at once, or only to count."""
        parser.add_argument("--days", type=int, default=7, help="how long before the end to tell (default: 7)")
        parser.add_argument("--batch-size", type=int, default=500, help="tokens that are read at once (default: 500)")
        parser.add_argument("--dry-run", action="store_true", help="count, and tell nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell them."""
        if not 1 <= options["days"] <= MOST_DAYS or options["batch_size"] < 1:
            raise CommandError(f"Say a number of days from 1 to {MOST_DAYS:,}, and a batch of at least 1.")
        within = timedelta(days=options["days"])
        total, told = expiry_letters.count(within), 0
        if options["dry_run"]:
            self.stdout.write(f"Would tell of at most {total:,} tokens.")
            return
        with Progress(self.stderr, "Telling owners", total) as progress:
            for number in expiry_letters.announce(within, batch_size=options["batch_size"]):
                told += number
                progress.show(told)
        logger.info("expiring personal access tokens announced", extra={"tokens": told})
        self.stdout.write(f"Told the owners of {told:,} tokens.")
