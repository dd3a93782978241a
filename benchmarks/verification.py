"""Measure what verifying an external token costs, compared with a plain `decode` of PyJWT.

    python -m benchmarks.verification [--rounds N]

Both have their key object at hand, and both check issuer, audience and times. Exits with 1 where the median
ratio of CPU for RS256 misses its bound.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median, quantiles

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from token_exchange.jose.claims import check
from token_exchange.jose.compact import read
from token_exchange.jose.keys import read_jwk_set
from token_exchange.jose.signature import verify

BOUND = 1.5
BLOCK = 50
"""Number of verifications of one side in a row."""

ISSUER, AUDIENCE = "https://issuer.example", "https://api.example"
WARM_UP = 5

KEYS = {
    "RS256": rsa.generate_private_key(65_537, 2_048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
}
WRITERS = {"RS256": RSAAlgorithm.to_jwk, "ES256": ECAlgorithm.to_jwk}

SMALL = {"sub": "alice", "jti": "7c0b3f0e", "scope": "read write"}
# As much as Keycloak says about a user.
LARGE = {
    **SMALL,
    "realm_access": {"roles": ["offline_access", "uma_authorization", "default-roles-example"]},
    "resource_access": {f"api-{index}": {"roles": ["view-profile", "manage-account"]} for index in range(6)},
    "name": "Alice Example",
    "email": "alice@issuer.example",
    "email_verified": True,
    "groups": [f"/department/team-{index}" for index in range(12)],
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    packages = ", ".join(f"{name} {version(name)}" for name in ("PyJWT", "cryptography"))
    print(f"Python {platform.python_version()}, {packages}\n")
    print(f"{'token':14}{'ours':>10}{'PyJWT':>10}{'ratio':>8}   quartiles")
    ratios = {
        f"{algorithm} {name}": _compare(f"{algorithm} {name}", *_sides(algorithm, claims), rounds)
        for algorithm in KEYS
        for name, claims in {"small": SMALL, "large": LARGE}.items()
    }
    missed = [name for name, ratio in ratios.items() if name.startswith("RS256") and ratio > BOUND]
    for name in missed:
        print(f"MISSED  {name}: more than {BOUND} times PyJWT's decode")
    return 1 if missed else 0


def _sides(algorithm: str, claims: dict[str, object]) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return our verification and PyJWT's, for the same token with the same key."""
    now = int(time.time())
    private, pinned = KEYS[algorithm], frozenset({algorithm})
    payload = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3_600, **claims}
    text = jwt.encode(payload, private, algorithm, headers={"kid": "key-1"})
    public = private.public_key()
    document = json.dumps({"keys": [{**WRITERS[algorithm](public, as_dict=True), "kid": "key-1"}]})
    keys = read_jwk_set(document.encode(), pinned)

    def ours() -> object:
        signed = verify(read(text), keys, pinned)
        return check(signed, issuer=ISSUER, audiences=frozenset({AUDIENCE}), now=time.time(), max_age=3_600)

    def theirs() -> object:
        return jwt.decode(text, public, [algorithm], issuer=ISSUER, audience=AUDIENCE)

    return ours, theirs


def _compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> float:
    """Print one row and return the median ratio; in each round both sides have a turn, in random order."""
    sides = {"ours": ours, "theirs": theirs}
    spent: dict[str, list[float]] = {side: [] for side in sides}
    for _round in range(WARM_UP + rounds):
        for side in random.sample(list(sides), len(sides)):
            spent[side].append(_block(sides[side]))
    own, other = (figures[WARM_UP:] for figures in spent.values())
    ratios = [one / two for one, two in zip(own, other, strict=True)]
    lower, middle, upper = quantiles(ratios, n=4, method="inclusive")
    print(f"{name:14}{median(own):8.1f}µs{median(other):8.1f}µs{middle:8.2f}   {lower:.2f} to {upper:.2f}", flush=True)
    return middle


def _block(work: Callable[[], object]) -> float:
    """Return the CPU microseconds of this process that one verification takes."""
    began = time.process_time_ns()
    for _turn in range(BLOCK):
        work()
    return (time.process_time_ns() - began) / BLOCK / 1_000


if __name__ == "__main__":
    sys.exit(main())
