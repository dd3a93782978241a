"""INV-28: a token with a restriction that the new token could not carry is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jose.issuer import Issuer
from tests.worlds.external_issuer import current, trusting
from tests.worlds.old_server import answer_of_the_old_server
from token_exchange.sts.token_kinds import restriction
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = [pytest.mark.scenario("INV-28"), pytest.mark.compliance("RFC 9396", "7")]

SIGNER = Issuer()
DETAILS = [{"type": "payment_initiation", "actions": ["initiate"]}]
OLD = "an-opaque-token-of-the-old-server"

RESTRICTIONS = {
    "bound to a key": {"cnf": {"jkt": "x" * 43}},
    "bound to a certificate": {"cnf": {"x5t#S256": "x" * 43}},
    "an empty binding": {"cnf": None},
    "details": {"authorization_details": DETAILS},
    "details as text": {"authorization_details": json.dumps(DETAILS)},
    "empty details": {"authorization_details": []},
    "no details": {"authorization_details": None},
    **{f"a {scheme} token": {"token_type": scheme} for scheme in ("DPoP", "dpop", "PoP", "mac", "N_A", "", "Basic")},
    **{f"a token of type {json.dumps(word)}": {"token_type": word} for word in (None, 7, True, ["Bearer"], {})},
}
BEARER = ("Bearer", "bearer", "BEARER")


@pytest.fixture
def signed(world):
    """Return a function that exchanges a JWT with these claims under each type that the row accepts."""
    types = [JWT, ACCESS_TOKEN]
    row = trusting(world, SIGNER, token_types=[*types, ID_TOKEN])
    world.policy(ways=["same_subject"], subject_token_types=[ACCESS_TOKEN, ID_TOKEN], lists={"trusted_issuers": [row]})

    def exchange(declared, **claims):
        payload = {**current(iss=row.issuer, sub="alice"), **claims}
        return world.exchange(SIGNER.sign(SIGNER.header(), payload), subject_token_type=declared)

    return exchange


@pytest.mark.parametrize("restricted", RESTRICTIONS.values(), ids=RESTRICTIONS)
@pytest.mark.parametrize("declared", [JWT, ACCESS_TOKEN, ID_TOKEN])
def test_no_restriction_of_a_jwt_is_lost(world, signed, declared, restricted):
    """A JWT that is restricted, or bound to a holder, is refused."""
    world.refused(lambda: signed(declared), lambda: signed(declared, **restricted), error="invalid_request")


@pytest.mark.parametrize("restricted", RESTRICTIONS.values(), ids=RESTRICTIONS)
def test_no_restriction_of_an_introspected_token_is_lost(world, old_server, restricted):
    """A restriction in an introspection answer is treated like one in a JWT."""
    old_server.introspected["restricted-token-of-the-old-server"] = {**answer_of_the_old_server(), **restricted}
    world.refused(
        lambda: world.exchange(OLD),
        lambda: world.exchange("restricted-token-of-the-old-server"),
        error="invalid_request",
    )


@pytest.mark.parametrize("word", BEARER)
def test_a_bearer_token_may_say_so(world, old_server, signed, word):
    """A token type of Bearer, in any case, is no restriction (RFC 6750)."""
    old_server.introspected[OLD]["token_type"] = word
    assert world.exchange(OLD).status_code == 200
    assert signed(ACCESS_TOKEN, token_type=word).status_code == 200


@pytest.mark.parametrize("value", [json.dumps(DETAILS), "[]", "nonsense"])
def test_details_cannot_be_asked_for(world, value):
    """A request with `authorization_details` is refused: the new token would have the whole scope (RFC 9396 §3)."""
    world.policy()
    world.refuses(world.login_token(), authorization_details=value, reason="parameter_unsupported")


def test_a_parameter_without_a_value_is_absent(world):
    """An empty `authorization_details` counts as absent (RFC 6749 §3.2)."""
    world.policy()
    assert world.exchange(world.login_token(), authorization_details="").status_code == 200


@given(word=st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.just("Bearer")))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_known_words_restrict_nothing(word):
    """Every unknown authentication scheme counts as a restriction."""
    known = isinstance(word, str) and word.strip().lower() in (
        *("bearer", "access", "at", "id", "jwt", "jose", "refresh", "rt", "offline", "logout"),
    )
    assert (restriction({"token_type": word}) is None) is known
