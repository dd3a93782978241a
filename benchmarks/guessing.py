"""Measure an honest client while another address guesses its secret, at every endpoint of a site behind nginx.

python -m benchmarks.guessing [--wrong N] [--seconds N] [--doors DOOR...] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.proxied import Proxied, nginx, proxied

HONEST, ATTACKER = "127.0.0.2", "127.0.0.3"
DOORS: Final = ("client_credentials", "exchange", "introspection", "revocation")
QUIET: Final = 100
"""Requests of the honest client before the attack."""
AT_ONCE: Final = 4
"""Connections of the attacker."""


@dataclass(slots=True)
class Figures:
    """The results of both clients."""

    quiet: list[float] = field(default_factory=list)
    """Milliseconds that each request of the honest client took before the attack."""
    attacked: list[float] = field(default_factory=list)
    """Milliseconds that each request of the honest client took during the attack."""
    honest: Counter[str] = field(default_factory=Counter)
    """HTTP statuses that the honest client got."""
    guesses: dict[str, Counter[str]] = field(default_factory=dict)
    """HTTP statuses that the attacker got, by endpoint."""
    without_retry_after: int = 0
    """Number of answers with status 429 and without `Retry-After`."""
    cpu: float = 0.0
    """Seconds of CPU of the site for each wrong secret."""
    seconds: float = 0.0
    """Seconds that the attack took."""


def main() -> int:
    """Measure, print, and return 1 if the honest client was refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guessing", description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", type=int, default=1_000)
    parser.add_argument(
        "--per-second", type=float, default=0, help="wrong secrets a second; 0 is as many as there can be"
    )
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--doors", nargs="+", choices=DOORS, default=DOORS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    program = nginx()
    if program is None:
        parser.error("nginx is not installed")
    with tempfile.TemporaryDirectory() as name, _site(Path(name)) as token, proxied(program, Path(name)) as site:
        figures = _measure(site, token, options)
    plain = {each.name: getattr(figures, each.name) for each in fields(figures)}
    print(json.dumps(plain) if options.json else _table(figures))
    return 0 if set(figures.honest) == {"200"} else 1


@contextmanager
def _site(directory: Path) -> Iterator[str]:
    """Make the rows of the site, and yield a token that the honest client may exchange; clear Redis at the end."""
    prefix = f"benchmark-{uuid4().hex}"
    os.environ |= {"BENCHMARK_FILE": str(directory / "site.sqlite3"), "BENCHMARK_PREFIX": prefix}
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.proxied_settings"
    import django

    django.setup()
    from django.core.cache import cache
    from django.core.management import call_command

    from tests.worlds.world import World

    call_command("migrate", verbosity=0)
    world = World()
    world.policy()
    try:
        yield world.login_token()
    finally:
        redis = cache._cache.get_client()
        for key in redis.scan_iter(match=f"{prefix}:*"):
            redis.delete(key)


def _measure(site: Proxied, token: str, options: argparse.Namespace) -> Figures:
    figures = Figures(guesses={door: Counter() for door in options.doors})
    for _warming in range(2 * len(site.processes)):  # each process hashes the right secret once
        _honest(site, token)
    _keep_asking(site, token, figures.quiet, figures.honest, lambda: len(figures.quiet) >= QUIET)
    spent, began = site.cpu(), time.monotonic()
    attackers = _attackers(site, figures, options, until=began + options.seconds)
    _keep_asking(
        site, token, figures.attacked, figures.honest, lambda: not any(map(threading.Thread.is_alive, attackers))
    )
    figures.seconds = time.monotonic() - began
    of_honest = _cpu_of_honest(site, token)
    guesses = sum(sum(statuses.values()) for statuses in figures.guesses.values())
    spent = site.cpu() - spent - of_honest * (len(figures.attacked) + QUIET)
    figures.cpu = max(spent, 0.0) / max(guesses, 1)
    return figures


def _cpu_of_honest(site: Proxied, token: str) -> float:
    """Return the CPU seconds that a request of the honest client costs the site."""
    before = site.cpu()
    for _request in range(QUIET):
        _honest(site, token)
    return (site.cpu() - before) / QUIET


def _keep_asking(site: Proxied, token: str, took: list[float], statuses: Counter[str], is_enough: Any) -> None:
    while not took or not is_enough():
        began = time.perf_counter()
        statuses[str(_honest(site, token))] += 1
        took.append((time.perf_counter() - began) * 1_000)
        time.sleep(0.02)


def _honest(site: Proxied, token: str) -> int:
    from tests.worlds.world import SECRET

    return _post(site, HONEST, "exchange", token, SECRET)[0]


def _attackers(site: Proxied, figures: Figures, options: Any, *, until: float) -> list[threading.Thread]:
    doors, lock = islice(enumerate(cycle(options.doors)), options.wrong), threading.Lock()
    began, pause = time.monotonic(), 1 / options.per_second if options.per_second else 0.0

    def guess() -> None:
        while time.monotonic() < until:
            with lock:
                number, door = next(doors, (0, ""))
            if not door:
                return
            time.sleep(max(0.0, began + number * pause - time.monotonic()))
            status, retry_after = _post(site, ATTACKER, door, "a-token-of-nobody", f"wrong-{uuid4().hex}")
            with lock:
                figures.guesses[door][str(status)] += 1
                figures.without_retry_after += status == 429 and not retry_after

    threads = [threading.Thread(target=guess) for _connection in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    return threads


def _post(site: Proxied, address: str, door: str, token: str, secret: str) -> tuple[int, str | None]:
    """Send one request of the client `front` from a loopback address; return status and Retry-After."""
    from tests.worlds.world import basic_header, exchange_form

    path, form = {
        "client_credentials": ("/o/token/", [("grant_type", "client_credentials")]),
        "exchange": ("/o/token/", exchange_form(token)),
        "introspection": ("/o/introspect/", [("token", token)]),
        "revocation": ("/o/revoke_token/", [("token", token)]),
    }[door]
    headers = {
        "Authorization": basic_header("front", secret),
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": HONEST,  # what the attacker says of itself: nginx adds the truth behind it
    }
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60, source_address=(address, 0))
    try:
        connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After")
    finally:
        connection.close()


def _table(figures: Figures) -> str:
    from benchmarks.report import table

    rows = [
        [name, str(len(took)), f"{median(took):.1f}", f"{quantiles(took, n=20)[-1]:.1f}"]
        for name, took in (("without an attack", figures.quiet), ("during the attack", figures.attacked))
        if len(took) > 1
    ]
    doors = [
        [door, *(str(statuses.pop(status, 0)) for status in ("401", "429")), str(dict(statuses) or "")]
        for door, statuses in figures.guesses.items()
    ]
    return "\n\n".join(
        (
            table(["honest client", "requests", "median ms", "p95 ms"], rows),
            f"Its statuses: {dict(figures.honest)}",
            table(["guesses at", "401", "429", "others"], doors),
            f"429 without Retry-After: {figures.without_retry_after}. The attack took {figures.seconds:.1f} s.",
            f"CPU of the site for each wrong secret: {figures.cpu:.4f} s",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
