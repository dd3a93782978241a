"""INV-9: one atomic insert records a single-use token before anything is issued, for longer than it is valid."""

from __future__ import annotations

import time

import pytest
import time_machine
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jose.issuer import Issuer, jwk_set
from tests.worlds.external_issuer import current, trusting
from token_exchange.models import LinkedAccount, TrustedIssuer, UsedToken
from token_exchange.sts.vocabulary import JWT, LEEWAY

pytestmark = pytest.mark.scenario("INV-9")

SIGNER = Issuer()


@pytest.fixture
def row(world):
    """Return an issuer whose tokens are accepted once."""
    return trusting(world, SIGNER, single_use=True)


@pytest.fixture
def token(row):
    """Return a function that makes a token of that issuer."""
    return lambda **claims: SIGNER.token(**current(iss=row.issuer, sub="alice", **claims))


@pytest.fixture
def present(world, row):
    """Return a function that exchanges a token."""
    return lambda token, **parameters: world.exchange(token, subject_token_type=JWT, **parameters)


def assert_replayed(world, present, token):
    """Check that the token is refused as used, between two other tokens that are accepted."""
    world.refused(
        lambda: present(SIGNER.token(**current(sub="alice"))),
        lambda: present(token),
        error="invalid_request",
        reason="token_replayed",
    )


@pytest.mark.scenario("D54")
def test_d54_the_second_time_is_once_too_often(world, present, token):
    """A second request with the token is refused, also with other parameters."""
    once = token()
    assert present(once).status_code == 200
    assert_replayed(world, present, once)
    assert_replayed(world, lambda text: present(text, scope="read"), once)


@pytest.mark.scenario("D56")
@pytest.mark.parametrize("seconds", [298, 299])
def test_d56_to_the_end_of_its_life(world, present, token, seconds):
    """In the last second of its leeway a used token is still refused as used."""
    start = int(time.time())
    with time_machine.travel(start, tick=False) as clock:
        once, unused = token(), token(jti="never used")
        assert present(once).status_code == 200
        clock.move_to(start + seconds)
        assert_replayed(world, present, once)
        assert present(unused).status_code == 200


@pytest.mark.scenario("D56")
@pytest.mark.parametrize("seconds", [0, LEEWAY - 1, LEEWAY, LEEWAY + 1, 2 * LEEWAY])
def test_d56_a_record_outlives_every_chance_of_the_token(world, present, token, seconds):
    """Pruning at any time around expiry and leeway does not delete the record of a token that is still acceptable."""
    start = int(time.time())
    with time_machine.travel(start, tick=False) as clock:
        once = token()
        assert present(once).status_code == 200
        clock.move_to(start + 300 + seconds)
        call_command("prune_exchange_records", verbosity=0)
        before = world.counts()
        world.assert_refusal(present(once), before, error="invalid_request")
        assert UsedToken.objects.count() == 1
        assert UsedToken.objects.get().expires.timestamp() >= start + 300 + LEEWAY


@pytest.mark.scenario("D61")
@pytest.mark.parametrize("statement", ["INSERT INTO {tokens}", "INSERT INTO {exchanged}", "INSERT INTO {records}"])
def test_d61_what_was_used_stays_used_if_minting_fails(world, present, token, failing_database, statement):
    """If issuing fails after the token was recorded as used, the token stays used."""
    once, before = token(), world.counts()
    with failing_database(statement):
        answer = present(once)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    records = 0 if "{records}" in statement else 1
    assert world.counts() == {**before, "records": before["records"] + records}
    assert_replayed(world, present, once)


@pytest.mark.scenario("D59")
def test_d59_a_store_that_fails_uses_nothing_up(world, present, token, failing_database):
    """If the record of used tokens fails, the exchange is refused, and the token can be exchanged once later."""
    once, before = token(), world.counts()
    with failing_database("INSERT INTO {used}"):
        answer = present(once)
    world.assert_refusal(answer, before, error="temporarily_unavailable", reason="server_failure", status=503)
    assert present(once).status_code == 200
    assert_replayed(world, present, once)


def test_a_refused_request_uses_nothing_up(world, present, token):
    """A refused request does not use the token up: the client can correct the request and try again."""
    once = token()
    before = world.counts()
    world.assert_refusal(present(once, audience="nope"), before, error="invalid_target")
    assert present(once).status_code == 200


@pytest.mark.scenario("INV-27")
def test_two_issuers_may_use_one_id(world, row, present):
    """Tokens of two issuers may have the same `jti`: each is accepted once (Keycloak CVE-2026-4282)."""
    other = Issuer(name="another")
    second = TrustedIssuer.objects.create(
        name="another",
        issuer=f"{row.issuer}:1",
        audiences=row.audiences,
        verification="pasted",
        pasted_keys=jwk_set(other.jwk()).decode(),
        single_use=True,
        scope_mapping=row.scope_mapping,
    )
    LinkedAccount.objects.create(trusted_issuer=second, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [second]})
    # Put together without lengths, the two would make one text.
    first = SIGNER.token(**current(iss=row.issuer, sub="alice", jti="1:x"))
    assert present(first).status_code == 200
    assert present(other.token(**current(iss=second.issuer, sub="alice", jti="x"))).status_code == 200
    assert_replayed(world, present, first)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    identifier=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
    life=st.integers(LEEWAY, 3_000),
)
def test_inv_9_any_token_counts_once_for_longer_than_it_lives(world, row, present, token, identifier, life):
    """A token with any `jti` and lifetime is accepted once, and its record lasts past expiry and leeway."""
    UsedToken.objects.all().delete()
    now = int(time.time())
    once = token(jti=identifier, exp=now + life)
    assert [present(once).status_code for _time in range(3)] == [200, 400, 400]
    assert UsedToken.objects.get().expires.timestamp() >= now + life + LEEWAY
