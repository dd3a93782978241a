"""Measure whether an exchange costs the same on a site with many rows, and how fast such a site is cleaned up.

    python -m benchmarks.scale [--database sqlite|postgres] [--policies N] [--tokens N] [--records N] [--tree N]
                               [--rounds N] [--json FILE]

Exits with 1 where a full site takes more statements than an empty one, or a plan reads a large table from end to end.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.start import described, start

COMPARED: Final = ("exchange", "second-hop", "unknown-target")
MUST: Final = "≤ 1.15"


def main() -> int:
    """Fill one of two sites, measure both, and return the exit code."""
    options = _options()
    start(options.database)
    from benchmarks.databases import fresh_databases

    with fresh_databases("default", "full"):
        result = _measure(options)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    for line in result["missed"]:
        print(f"MISSED  {line}")
    return 1 if result["missed"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--tokens", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--tree", type=int, default=10_000, help="descendants of one token that is revoked")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import tidying
    from benchmarks.databases import switched_to
    from benchmarks.filling import Filling
    from benchmarks.variants import furnish
    from tests.worlds.world import World

    environment, furnished = described(), {}
    print(", ".join(f"{name} {version}" for name, version in environment.items()), flush=True)
    for alias in ("default", "full"):
        with switched_to(alias):
            world = World()
            furnished[alias] = {variant.name: variant for variant in furnish(world)}
    missed: list[str] = []
    with switched_to("full"):
        filling = Filling("full")
        seconds = _fill(filling, options)
        snapshot = tidying.load_snapshot("full")
    compared = _compare(furnished, options.rounds, missed)
    with switched_to("full"):
        revoked = tidying.revoke(world, filling, options.tree, missed)
        pruned = tidying.prune("full")
    sizes = {name: getattr(options, name) for name in ("policies", "tokens", "records", "tree", "rounds")}
    return {
        "environment": environment,
        "sizes": sizes,
        "filled_in_seconds": seconds,
        "snapshot": snapshot,
        "compared": compared,
        "revoked": revoked,
        "pruned": pruned,
        "missed": missed,
    }


def _fill(filling: Any, options: argparse.Namespace) -> float:
    began = time.monotonic()
    filling.policies(options.policies)
    filling.tokens(options.tokens)
    filling.records(options.records)
    filling.settle()
    seconds = time.monotonic() - began
    sizes = f"{options.policies:,} policies, {options.tokens:,} tokens, {options.records:,} records"
    print(f"{sizes}, written in {seconds:.0f} s", flush=True)
    return seconds


def _compare(furnished: dict[str, dict[str, Any]], rounds: int, missed: list[str]) -> dict[str, Any]:
    from benchmarks import measuring, plans, report
    from benchmarks.databases import switched_to
    from benchmarks.wsgi import Site

    site, rows, compared = Site(), [], {}

    def block(alias: str, name: str) -> float:
        with switched_to(alias):
            return measuring.block(site, furnished[alias][name])

    for name in COMPARED:
        counts = {}
        for alias, variants in furnished.items():
            with switched_to(alias):
                counts[alias] = measuring.statements(site, variants[name], alias).data
        if len(counts["full"]) != len(counts["default"]):
            missed.append(f"{name}: {len(counts['full'])} statements instead of {len(counts['default'])}")
        scans = plans.scans_of(counts["full"], "full")
        missed += [f"{name}: {scan}" for scan in scans]
        spent = measuring.in_turns({alias: partial(block, alias, name) for alias in furnished}, rounds)
        ratio = measuring.ratios(spent, "default")["full"]
        rows.append([name, str(len(counts["full"])), str(len(scans)), report.spread(ratio), MUST])
        compared[name] = {"statements": len(counts["full"]), "scans": scans, "full_over_empty": asdict(ratio)}
    print("\n" + report.table(["", "SQL", "full scans", "CPU, full ÷ empty", "must"], rows) + "\n", flush=True)
    return compared


if __name__ == "__main__":
    sys.exit(main())
