"""Define the requests to compare; the site is set up through its own endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.wsgi import Answer, environ
from tests.worlds.world import SECRET, World, exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN

UNIT: Final = "cc"
"""Name of the variant that the ratios refer to."""
OURS: Final = "exchange"
HANDWRITTEN: Final = "handwritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One kind of request, with the limits that apply to it."""

    name: str
    what: str
    path: str
    client: str
    form: list[tuple[str, str]]
    status: str = "200 OK"
    gated: bool = False
    """True if exceeding the limits of calls and statements is a failure."""
    most: Mapping[str, float] = field(default_factory=dict)
    """Largest allowed ratio of its CPU time to that of another variant."""

    def environ(self) -> dict[str, Any]:
        """Return a new request."""
        return environ(self.path, self.form, client_id=self.client, secret=SECRET)

    def check(self, answer: Answer) -> None:
        """Raise an error if the site did not answer as expected."""
        if answer.status != self.status:
            raise AssertionError(f"{self.name}: {answer.status} instead of {self.status}: {answer.body!r}")


def furnish(world: World) -> list[Variant]:
    """Register clients, write policies, log users in, and return the variants to measure."""
    for client_id, fields in {
        "plain": {"hash_client_secret": False},
        "hashed": {},
        "gateway": {"hash_client_secret": False},
        "onward": {"hash_client_secret": False},
    }.items():
        setattr(world, client_id, world.client(client_id, **fields))
    for client in (world.plain, world.hashed):
        world.policy(client=client, scopes=["read", "orders:read"])
    world.policy(client=world.gateway, ways=["delegation"], lists={"actor_clients": [world.gateway]})
    world.policy(client=world.onward, issued_to=[world.plain], max_chain_depth=2)
    subject = world.login_token()
    return [*_yardsticks(subject), *_exchanges(world, subject), *_refusals(subject)]


def _yardsticks(subject: str) -> list[Variant]:
    alone = [("grant_type", "client_credentials"), ("scope", "read")]
    form = exchange_form(subject, audience="back-api", scope="read")
    return [
        Variant(
            name=UNIT, what="client_credentials of the toolkit", path="/toolkit/token/", client="plain", form=alone
        ),
        Variant(name="cc-installed", what="with this app installed", path="/o/token/", client="plain", form=alone),
        Variant(
            name=HANDWRITTEN,
            what="exchange by hand: no policy, no record",
            path="/handwritten/token/",
            client="plain",
            form=form,
        ),
    ]


def _exchanges(world: World, subject: str) -> list[Variant]:
    form = exchange_form(subject, audience="back-api", scope="read")
    acting = [*form, *actor_pairs(world.client_token(world.gateway))]
    first = world.exchange(subject, client=world.plain, audience="back-api", scope="read").json()["access_token"]
    again = exchange_form(first, audience="back-api", scope="read")
    ours: Any = {"path": "/o/token/", "gated": True}
    bounds = {UNIT: 1.3, HANDWRITTEN: 0.8}
    return [
        Variant(name=OURS, what="policy, actor, lineage, record", client="plain", form=form, most=bounds, **ours),
        Variant(
            name="actor-token", what="with an actor token", client="gateway", form=acting, most={UNIT: 1.3}, **ours
        ),
        Variant(name="hashed", what="hashed secret, warm", client="hashed", form=form, most={OURS: 1.05}, **ours),
        Variant(name="second-hop", what="of an exchanged token", client="onward", form=again, path="/o/token/"),
        Variant(name="stock-view", what="through the toolkit's view", client="plain", form=form, path="/stock/token/"),
    ]


def _refusals(subject: str) -> list[Variant]:
    unknown = exchange_form(subject, audience="nobody-knows", scope="read")
    too_wide = exchange_form(subject, audience="back-api", scope="read write")
    refused: Any = {"path": "/o/token/", "client": "plain", "status": "400 Bad Request", "gated": True}
    return [
        Variant(name="unknown-target", what="refused: unknown audience", form=unknown, most={OURS: 1.0}, **refused),
        Variant(name="wide-scope", what="refused: scope too wide", form=too_wide, most={OURS: 1.0}, **refused),
    ]


def actor_pairs(token: str) -> list[tuple[str, str]]:
    """Return the parameters that add an actor token to an exchange."""
    return [("actor_token", token), ("actor_token_type", ACCESS_TOKEN)]
