"""INV-18: in any sequence of outages good keys are kept, and the issuer is asked once a cool-down."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import time_machine
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds.key_server import AUDIENCE, KeyServer
from token_exchange.jose.keys import MAX_KEYS
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT
from token_exchange.trusted_issuers import fetch_attempts, keys

pytestmark = pytest.mark.scenario("INV-18")

QUICK_FAULTS = ["empty", "nothing", "html", "broken", "500", "redirect", "10,000 keys", "gzip bomb", "issuer differs"]
DISCOVERY = "/.well-known/openid-configuration"
steps = st.tuples(
    st.sampled_from([None, *QUICK_FAULTS]),
    st.sampled_from([0, 1, 30, fetch_attempts.COOL_DOWN + 1, keys.FRESH + 1]),
    st.booleans(),
)


@pytest.mark.scenario("TXS-010")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=8))
def test_any_sequence_of_outages(world, key_server, present, sequence):
    """A valid token is accepted at every step, one with an unknown key at none."""
    cache.clear()
    key_server.fault, now, asked_at = None, time.time(), []
    for fault, seconds, is_unknown in [(None, 0, False), *sequence]:
        now += seconds
        key_server.fault, asked = fault, key_server.asked_for(DISCOVERY)
        with time_machine.travel(now, tick=False):
            if is_unknown:
                answer = present(key_server.sign(key=key_server.keys["one"], kid="unknown"))
                # Final only if the issuer has just said that it has no such key.
                asked_now = fault is None and key_server.asked_for(DISCOVERY) > asked
                assert answer.status_code == (400 if asked_now else 503)
            assert present(key_server.sign()).status_code == 200
        if key_server.asked_for(DISCOVERY) > asked:
            assert key_server.asked_for(DISCOVERY) == asked + 1
            asked_at.append(now)
    assert all(later - earlier >= fetch_attempts.COOL_DOWN for earlier, later in pairwise(asked_at))


@pytest.fixture
def second_server():
    """Another external issuer on loopback."""
    server = KeyServer()
    yield server
    server.close()


@pytest.mark.parametrize("fault", [*QUICK_FAULTS, "hang"])
def test_one_issuer_down_leaves_another_alone(world, key_server, present, second_server, fault):
    """An issuer that was never reached does not affect tokens of other issuers."""
    row = TrustedIssuer.objects.create(
        name="second",
        issuer=second_server.issuer,
        audiences=[AUDIENCE],
        allows_private_network=True,
        ca_bundle=second_server.ca_bundle,
        scope_mapping={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice-outside", user=world.bob)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    second_server.fault = fault
    assert present(second_server.sign()).status_code == 503
    answer = present(key_server.sign())
    assert world.introspect(answer.json()["access_token"])["username"] == "alice"


@pytest.mark.parametrize(("others", "status"), [(MAX_KEYS - 1, 200), (MAX_KEYS, 503)])
def test_a_key_set_has_a_largest_size(key_server, present, others, status):
    """A set of 32 keys is read, and one of 33 is refused."""
    key_server.keys |= {f"other-{number}": key_server.keys["one"] for number in range(others)}
    assert present(key_server.sign()).status_code == status
