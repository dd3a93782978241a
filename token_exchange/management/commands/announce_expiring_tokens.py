"""Send an e-mail to the owners of personal access tokens that expire soon."""

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
    """Send the e-mails once for each token, so that the command can run every night."""

    help = (
        "Sends an e-mail to the owner of every personal access token that expires within the given days, once for "
        "each token. It can be interrupted and run again: no owner gets two e-mails about one token."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--days", type=int, default=7, help="days before the expiry (default: 7)")
        parser.add_argument("--batch-size", type=int, default=500, help="tokens read in one query (default: 500)")
        parser.add_argument("--dry-run", action="store_true", help="only count the tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the e-mails, or count the tokens."""
        if not 1 <= options["days"] <= MOST_DAYS or options["batch_size"] < 1:
            raise CommandError(f"Enter 1 to {MOST_DAYS:,} days, and a batch size of at least 1.")
        within = timedelta(days=options["days"])
        total, announced = expiry_letters.count(within), 0
        if options["dry_run"]:
            self.stdout.write(f"Would announce at most {total:,} tokens.")
            return
        with Progress(self.stderr, "Sending e-mails", total) as progress:
            for number in expiry_letters.announce(within, batch_size=options["batch_size"]):
                announced += number
                progress.show(announced)
        logger.info("expiring personal access tokens announced", extra={"tokens": announced})
        self.stdout.write(f"Announced {announced:,} tokens to their owners.")
