"""INV-11: through any chain of exchanges, scope, expiry and audience stay within those of all earlier tokens."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule

from tests.properties import strategies
from tests.sts.memory import Server
from tests.sts.samples import ALICE, BOB, NOW, policy, token
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.parties import Client
from token_exchange.sts.policy import SubjectKind, Way

clients = st.sampled_from(strategies.CLIENT_IDS).map(lambda name: Client(client_id=name))
accounts = st.sampled_from([ALICE, ALICE, BOB, None])
scopes = st.just(strategies.ALL_SCOPES) | strategies.some(strategies.SCOPES)
asked_scopes = st.none() | scopes.filter(bool).map(lambda names: " ".join(sorted(names)))
asked_targets = st.sampled_from([["back-api"], ["invoices"], ["brief"], ["back-api", "brief"], ["closed"], []])
lifetimes = st.sampled_from([30, 90, 3_600, 10_000])
steps = st.lists(st.tuples(st.sampled_from(["front", "back", "agent"]), asked_scopes), min_size=1, max_size=5)


def open_policy(client_id, key, **changes):
    """Return a policy that permits almost everything, so that the tokens alone limit."""
    fields = {
        **strategies.GENEROUS,
        "key": key,
        "client_id": client_id,
        "issued_to": frozenset(strategies.CLIENT_IDS),
        "subject_kind": SubjectKind.ANYONE,
        "ways": frozenset(Way),
        "max_lifetime": 7_200,
        "narrows_scope": True,
    }
    return policy(**{**fields, **changes})


POLICIES = [
    open_policy("front", 1),
    open_policy("spa", 2, narrows_scope=False),
    open_policy("agent", 3, max_lifetime=60, scopes=frozenset({"read", "admin"}), narrows_scope=False),
    open_policy("agent", 4, limited_to_actor_scopes=False),
]


class Family(NamedTuple):
    """Hold a token, and the intersection of the limits of all its ancestors."""

    value: str
    holder: Client
    scopes: frozenset[str]
    expires: float
    actors: int


class Exchanges(RuleBasedStateMachine):
    """Log in, wait and exchange in any order, and compare every new token with its ancestors."""

    families = Bundle("families")
    actors = Bundle("actors")

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.server = Server(Configuration(1, strategies.TARGETS, POLICIES))

    @rule(target=families, account=accounts, client=clients, scopes=scopes, lifetime=lifetimes)
    def log_in(self, account, client, scopes, lifetime):
        """Log in, for a first token."""
        return self._log_in(account, client, scopes, lifetime)

    @rule(target=actors, account=st.sampled_from([BOB, None]), client=clients, scopes=scopes, lifetime=lifetimes)
    def log_in_to_act(self, account, client, scopes, lifetime):
        """Log in as a user who will act for others."""
        return self._log_in(account, client, scopes, lifetime)

    @rule(seconds=st.sampled_from([0.5, 1, 20]))
    def wait(self, seconds):
        """Let time pass."""
        self.now += seconds

    @rule(target=families, client=clients, subject=families, scope=asked_scopes, audience=asked_targets)
    def exchange(self, client, subject, scope, audience):
        """Exchange a subject token alone."""
        return self._exchange(client, [subject], scope, audience)

    @rule(target=families, subject=families, actor=actors, scope=asked_scopes, audience=asked_targets)
    def delegate(self, subject, actor, scope, audience):
        """Exchange a subject token and an actor token."""
        return self._exchange(actor.holder, [subject, actor], scope, audience, actor_token=actor.value)

    def _log_in(self, account, client, scopes, lifetime):
        expires = self.now + lifetime
        value = self.server.vault.login(token(account, client_id=client.client_id, scopes=scopes, expires=expires))
        return Family(value, client, scopes, expires, 0)

    def _exchange(self, client, parents, scope, audience, **form):
        form |= {"audience": audience, **({"scope": scope} if scope else {})}
        try:
            answer = self.server.exchange(
                parents[0].value, client=client, now=self.now, client_scopes=strategies.ALL_SCOPES, **form
            )
        except TokenExchangeError:
            return multiple()
        event = self.server.trail.events[-1]
        issued = self.server.vault.tokens[answer["access_token"]]
        limits = parents if event.permit.policy.limited_to_actor_scopes else parents[:1]
        least = frozenset.intersection(*(parent.scopes for parent in limits))
        soonest = min(parent.expires for parent in parents)
        assert issued.scopes <= least & event.permit.policy.scopes
        assert scope is None or issued.scopes <= frozenset(scope.split())
        assert self.now + 1 <= issued.expires <= soonest
        assert issued.audiences <= {target.name for target in event.permit.policy.targets}
        assert parents[0].actors <= len(issued.chain) <= parents[0].actors + 1
        return Family(answer["access_token"], client, issued.scopes, issued.expires, len(issued.chain))


TestExchanges = Exchanges.TestCase
TestExchanges.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=steps)
def test_nothing_grows_over_http(world, path):
    """At the token endpoint each new token stays within its parent, for every client and request."""
    clients = {"front": world.front, "back": world.back, "agent": world.agent}
    for client in clients.values():
        world.policy(
            client=client,
            issued_to=[world.spa, *clients.values()],
            scopes=("read", "write"),
            ways=["client_acts"],
            narrows_scope=True,
            max_chain_depth=4,
            max_lifetime=600,
        )
    granted, scope, lifetime = world.login_token(), {"read", "write"}, 600
    for name, asked in path:
        answer = world.exchange(granted, client=clients[name], **({"scope": asked} if asked else {}))
        if answer.status_code != 200:
            continue
        issued = answer.json()
        assert set(issued["scope"].split()) <= scope & set((asked or "read write").split())
        assert 1 <= issued["expires_in"] <= lifetime
        assert world.introspect(issued["access_token"], client=clients[name])["aud"][0] == "back-api"
        granted, scope, lifetime = issued["access_token"], set(issued["scope"].split()), issued["expires_in"]
