"""Measure what one exchange costs: statements, function calls, and CPU compared with the toolkit's client_credentials.

    python -m benchmarks.exchange [--database sqlite|postgres] [--rounds N] [--json FILE]

Exits with 1 where statements or calls miss their bound; ratios of CPU are shown and judged by people.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.start import described, start


def main() -> int:
    """Measure, print, and return the exit code."""
    options = _options()
    start(options.database)
    from benchmarks.databases import fresh_databases

    with fresh_databases("default"):
        result = _measure(options.rounds)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    for line in result["missed"]:
        print(f"MISSED  {line}")
    return 1 if result["missed"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exchange", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=40, help="rounds of CPU in turns; 0 leaves them out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to this file")
    return parser.parse_args()


def _measure(rounds: int) -> dict[str, Any]:
    from benchmarks.variants import furnish
    from benchmarks.wsgi import Site
    from tests.worlds.world import World

    site, variants, environment = Site(), furnish(World()), described()
    print(", ".join(f"{name} {version}" for name, version in environment.items()), flush=True)
    result = {"environment": environment, **_count(site, variants)}
    if rounds:
        result |= {**_take_turns(site, variants, rounds), **_hash(site, variants)}
    return result


def _count(site: Any, variants: list[Any]) -> dict[str, Any]:
    from benchmarks import measuring, report

    counted = {
        variant.name: (measuring.statements(site, variant), measuring.calls(site, variant)) for variant in variants
    }
    print("\n" + report.counts(variants, counted), flush=True)
    print("\n" + report.by_statement(counted), flush=True)
    return {
        "counts": {name: report.plain_counts(*figures) for name, figures in counted.items()},
        "missed": [
            line
            for variant, (statements, calls) in zip(variants, counted.values(), strict=True)
            for line in report.too_many_statements(variant, statements) + report.too_many_calls(variant, calls)
        ],
    }


def _take_turns(site: Any, variants: list[Any], rounds: int) -> dict[str, Any]:
    from benchmarks import measuring, report

    spent = measuring.in_turns({variant.name: partial(measuring.block, site, variant) for variant in variants}, rounds)
    print("\n" + report.turns(variants, spent), flush=True)
    print("\n" + report.compared(variants, spent) + "\n", flush=True)
    return {"rounds": rounds, "cpu": report.plain_turns(variants, spent)}


def _hash(site: Any, variants: list[Any]) -> dict[str, Any]:
    from benchmarks.hashing import cold

    (hashed,) = (variant for variant in variants if variant.name == "hashed")
    first = cold(site, hashed)
    for how, milliseconds in first.items():
        print(f"the first request of a client, secret {how}: {milliseconds:.1f} ms of CPU", flush=True)
    return {"first_request_milliseconds": first}


if __name__ == "__main__":
    sys.exit(main())
