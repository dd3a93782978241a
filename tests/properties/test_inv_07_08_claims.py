"""INV-7, INV-8: audience, issuer, subject and times of a token are required, typed and bounded."""

from __future__ import annotations

import time

import pytest
import time_machine
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.jose.issuer import Issuer
from tests.worlds.external_issuer import current, trusting
from tests.worlds.key_server import AUDIENCE
from token_exchange.sts.vocabulary import JWT, LEEWAY

SIGNER = Issuer()
MAX_AGE = 600
MISSING = ...

some = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
names = st.sampled_from([AUDIENCE, AUDIENCE + "/", AUDIENCE.upper(), "https://elsewhere.example", ""])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | names
anything = scalars | st.lists(scalars, max_size=3) | st.dictionaries(names, scalars, max_size=2)


@pytest.fixture
def present(world):
    """Return a function that exchanges a workload's token with these claims."""
    row = trusting(world, SIGNER, subject_mapping="workload", sole_tenant=True, max_age=MAX_AGE)
    policy = {"subject_token_types": [JWT], "lists": {"trusted_issuers": [row]}}
    world.policy(ways=["same_subject"], subject_kind="workloads", **policy)

    def exchange(**claims):
        everything = {**current(iss=row.issuer, sub="alice"), **claims}
        payload = {name: value for name, value in everything.items() if value is not MISSING}
        return world.exchange(SIGNER.sign(SIGNER.header(), payload), subject_token_type=JWT)

    return exchange


def assert_decided(world, present, claims, *, holds):
    """Check that a token with these claims is accepted if they are valid, between two ordinary tokens."""
    if holds:
        answer = present(**claims)
        assert answer.status_code == 200, answer.content
    else:
        world.refused(present, lambda: present(**claims), error="invalid_request")


@pytest.mark.scenario("INV-7")
@some
@given(audience=anything | st.just(MISSING))
@example(audience=MISSING)
@example(audience=[AUDIENCE, None])
@example(audience=[[AUDIENCE]])
@example(audience={AUDIENCE: True})
@example(audience=["https://elsewhere.example", AUDIENCE])
def test_inv_7_it_names_us(world, present, audience):
    """An audience is accepted if it is an audience of the row, or a list of texts that contains one."""
    named = audience if isinstance(audience, list) else [audience]
    holds = AUDIENCE in named and all(isinstance(name, str) and name for name in named)
    assert_decided(world, present, {"aud": audience}, holds=holds)


@pytest.mark.scenario("INV-8")
@some
@given(name=st.sampled_from(["iss", "sub", "exp", "iat"]), value=anything | st.just(MISSING))
@example(name="exp", value=MISSING)
@example(name="iat", value=MISSING)
@example(name="sub", value=MISSING)
@example(name="iss", value=MISSING)
@example(name="iat", value=True)
@example(name="exp", value=2.0**53 + 2)
@example(name="iat", value=-(2**53) - 1)
def test_inv_8_what_is_required_is_there_and_of_its_kind(world, present, name, value):
    """A required claim that is missing, or of another type, is refused."""
    assume(not (name == "sub" and isinstance(value, str) and value))
    # A number may be the right time: when a token is too old or over is the next law's.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    assume(not (name in ("exp", "iat") and is_number and abs(value) <= 2**53))
    assert_decided(world, present, {name: value}, holds=False)


@pytest.mark.scenario("INV-8")
@pytest.mark.scenario("D47")
@some
@given(
    issued=st.integers(-MAX_AGE - 3 * LEEWAY, 3 * LEEWAY) | st.integers(-2_000, 200).map(lambda n: n / 4),
    starts=st.integers(-3 * LEEWAY, 3 * LEEWAY) | st.just(MISSING) | st.integers(-200, 200).map(lambda n: n / 4),
    ends=st.integers(-3 * LEEWAY, 3 * LEEWAY) | st.integers(-200, 200).map(lambda n: n / 4),
)
@example(issued=LEEWAY, starts=MISSING, ends=100)
@example(issued=LEEWAY + 1, starts=MISSING, ends=100)
@example(issued=-MAX_AGE - LEEWAY, starts=MISSING, ends=100)
@example(issued=-MAX_AGE - LEEWAY - 1, starts=MISSING, ends=100)
@example(issued=0, starts=LEEWAY, ends=100)
@example(issued=0, starts=LEEWAY + 1, ends=100)
@example(issued=0, starts=0, ends=1)
@example(issued=0, starts=0, ends=0)
@example(issued=LEEWAY + 0.25, starts=MISSING, ends=100)
@example(issued=-0.5, starts=LEEWAY + 0.25, ends=100)
@example(issued=-0.5, starts=MISSING, ends=0.75)
@example(issued=-0.5, starts=MISSING, ends=1.25)
def test_inv_8_it_is_current(world, present, issued, starts, ends):
    """A token is accepted from `iat` and `nbf` on, within one leeway, up to its maximum age and before `exp`."""
    now = int(time.time())
    times = {"iat": now + issued, "nbf": starts if starts is MISSING else now + starts, "exp": now + ends}
    begun = starts is MISSING or starts <= LEEWAY
    holds = -MAX_AGE - LEEWAY <= issued <= LEEWAY and begun and ends >= 1
    with time_machine.travel(now, tick=False):
        assert_decided(world, present, times, holds=holds)
