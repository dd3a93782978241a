"""Measure statements, function calls and CPU time; the first two are the same in every run."""

from __future__ import annotations

import cProfile
import gc
import pstats
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from django.db import connections
from django.test.utils import CaptureQueriesContext

from benchmarks.variants import Variant
from benchmarks.wsgi import Site
from token_exchange.toolkit.compat import token_database

BLOCK = 10
"""Number of requests of one variant in a row."""
AGREEMENT = 0.005
"""Largest difference between three counts of calls; a larger one means that something else was counted too."""

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL statements of one request."""

    data: list[str]
    control: list[str]


def statements(site: Site, variant: Variant, using: str | None = None) -> Statements:
    """Return the SQL of one warm request."""
    variant.check(site(variant.environ()))
    with CaptureQueriesContext(connections[using or token_database()]) as captured:
        answer = site(variant.environ())
    variant.check(answer)
    texts = [query["sql"] for query in captured.captured_queries]
    return Statements(
        data=[text for text in texts if not text.startswith(TRANSACTION_CONTROL)],
        control=[text for text in texts if text.startswith(TRANSACTION_CONTROL)],
    )


def calls(site: Site, variant: Variant) -> int:
    """Return the function calls, Python's and C's, of one warm request."""
    for _warming in range(2):
        variant.check(site(variant.environ()))
    counts = [_counted(site, variant) for _run in range(3)]
    if max(counts) - min(counts) > AGREEMENT * min(counts):
        raise AssertionError(f"{variant.name}: three runs made {counts} calls")
    return sorted(counts)[1]


def _counted(site: Site, variant: Variant) -> int:
    request = variant.environ()
    profile = cProfile.Profile()
    answer = profile.runcall(site, request)
    variant.check(answer)
    return pstats.Stats(profile).total_calls


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of a list of numbers."""

    lower: float
    middle: float
    upper: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Spread:
        """Return the spread of at least two figures."""
        figures = list(figures)
        lower, _, upper = quantiles(figures, n=4, method="inclusive")
        return cls(lower, median(figures), upper)


def in_turns(work: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Return CPU milliseconds by name and round; in each round every variant has a turn, in random order."""
    figures: dict[str, list[float]] = {name: [] for name in work}
    for _round in range(rounds):
        for name in random.sample(list(work), len(work)):
            figures[name].append(work[name]())
    return figures


def block(site: Site, variant: Variant) -> float:
    """Return the CPU milliseconds of this process that a request takes, averaged over one block of requests."""
    requests = [variant.environ() for _request in range(BLOCK)]
    gc.collect()
    began = time.process_time_ns()
    answers = [site(request) for request in requests]
    spent = time.process_time_ns() - began
    for answer in answers:
        variant.check(answer)
    return spent / BLOCK / 1e6


def ratios(figures: dict[str, list[float]], unit: str) -> dict[str, Spread]:
    """Return the CPU time of each variant divided by that of the unit in the same round."""
    return {
        name: Spread.of(own / of_unit for own, of_unit in zip(spent, figures[unit], strict=True))
        for name, spent in figures.items()
    }
