"""Revoke tokens that others could have read; their values come from standard input."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.views.decorators.debug import sensitive_variables

from token_exchange.tokens import leaks

logger = logging.getLogger("token_exchange")


class Command(BaseCommand):
    """Read values from standard input: arguments are visible in shell histories and process lists."""

    help = (
        "Reads values from standard input, one on each line. Personal access tokens, impersonation tickets and access "
        "tokens of this site are revoked, with every token exchanged from them; the owners of personal access tokens "
        "get an e-mail. Writes numbers only, never a value."
    )
    stealth_options = ("stdin",)

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Revoke the tokens one by one, and write how many of each kind there were."""
        lines: Iterable[str] = options.get("stdin") or sys.stdin
        found, unknown, before, stopped = Counter[str](), 0, 0, 0
        for line in lines:
            value = line.strip()
            if not value:
                continue
            leak = leaks.revoke(value)
            if leak is None:
                unknown += 1
            elif leak.stopped is None:
                before += 1
            else:
                found[leak.token_type] += 1
                stopped += leak.stopped
        numbers = {kind.plural: found[kind.token_type] for kind in leaks.kinds()}
        counts = ", ".join(f"{number:,} {kind}" for kind, number in numbers.items())
        self.stdout.write(f"Revoked: {counts}, and {stopped:,} active tokens exchanged from them.")
        self.stdout.write(f"Revoked before: {before:,}. Unknown: {unknown:,}.")
        extra = {kind.replace(" ", "_"): number for kind, number in numbers.items()}
        logger.warning("leaked tokens revoked", extra={**extra, "stopped": stopped, "unknown": unknown})
