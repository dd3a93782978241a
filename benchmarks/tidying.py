"""Measure what a site with many rows does besides exchanges: load its rules, revoke a family, delete records."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from benchmarks.filling import Filling
from benchmarks.plans import scans_of
from benchmarks.wsgi import Site, environ
from tests.worlds.world import SECRET, World
from token_exchange.configuration import snapshot
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.toolkit.compat import fingerprint_of

SMALL = 20
"""Number of descendants in the family whose query plans are read."""


def load_snapshot(using: str) -> dict[str, float]:
    """Measure what every process does once after a change of the rules."""
    snapshot.forget()
    spent, _ = _timed(partial(snapshot.current, using))
    print(f"reading all policies, once a process and change: {spent['cpu']:.2f} s of CPU", flush=True)
    return spent


def revoke(world: World, filling: Filling, count: int, missed: list[str]) -> dict[str, float]:
    """Measure the revocation of a token with many descendants, and read the query plans for a smaller family."""
    request = _revocation(world, filling, SMALL)
    with CaptureQueriesContext(connections[filling.using]) as captured:
        Site()(request)
    statements = [query["sql"] for query in captured.captured_queries]
    missed += [f"revocation: {scan}" for scan in scans_of(statements, filling.using)]
    request = _revocation(world, filling, count)
    spent, answer = _timed(partial(Site(), request))
    live = ExchangedToken.objects.filter(root=fingerprint_of(request["token"]), revoked__isnull=True)
    if live.exists() or not answer.status.startswith("200"):
        raise AssertionError(f"revocation: {answer}, and {live.count()} descendants live on")
    print(
        f"revoking a token and its {count:,} descendants: {spent['wall']:.1f} s, {spent['cpu']:.1f} s of them our CPU"
    )
    return spent


def _revocation(world: World, filling: Filling, count: int) -> dict[str, Any]:
    """Return a request that revokes a token with that number of descendants."""
    token = world.login_token()
    filling.tree(fingerprint_of(token), count)
    request = environ("/o/revoke_token/", {"token": token}, client_id=world.spa.client_id, secret=SECRET)
    return {**request, "token": token}


def prune(using: str) -> dict[str, float]:
    """Measure how fast the older half of the records is deleted."""
    before = ExchangeRecord.objects.count()
    spent, _ = _timed(partial(call_command, "prune_exchange_records", days=182, stdout=StringIO(), stderr=StringIO()))
    pruned = before - ExchangeRecord.objects.count()
    per_second = pruned / spent["wall"]
    share = spent["cpu"] / spent["wall"]
    print(f"pruning {pruned:,} records: {per_second:,.0f} a second (must: ≥ 40,000), {share:.0%} of it our CPU")
    return {**spent, "records": pruned, "per_second": per_second}


def _timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    began, cpu = time.monotonic(), time.process_time()
    result = work()
    return {"wall": time.monotonic() - began, "cpu": time.process_time() - cpu}, result
