"""INV-19, INV-6alg: a valid token is accepted and every changed copy is refused, over HTTP, for every algorithm."""

from __future__ import annotations

import pytest

from tests.jose.issuer import Issuer, jwk_set
from tests.jose.mutations import MISREAD, TYPED, UNSIGNED
from tests.jose.mutations.genuine import Genuine
from tests.worlds.external_issuer import current, trusting
from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import JWT

pytestmark = [
    pytest.mark.scenario("INV-19"),
    pytest.mark.compliance("RFC 8725", "3.1"),
    pytest.mark.compliance("RFC 8725", "3.3"),
]

ALGORITHMS = list(UNSIGNED)


@pytest.fixture
def genuine(world, settings, request):
    """Return a valid token of an issuer with two keys, and a row that pins the algorithm."""
    settings.TOKEN_EXCHANGE = {"BAD_TOKENS_PER_MINUTE": 0}  # one client tries them all
    issuer = Issuer(request.param)
    other = Issuer(request.param, kid="key-2", name="second")
    trusting(world, issuer, pasted_keys=jwk_set(issuer.jwk(), other.jwk()).decode())
    return Genuine(issuer, current(iss="https://issuer.example", sub="alice"))


@pytest.fixture
def refused(world, genuine):
    """Try every changed copy between two exchanges of the valid token; each is refused for one of the reasons."""

    def exchange(token):
        return world.exchange(token, subject_token_type=JWT)

    def attempt(changes, *reasons):
        assert exchange(genuine.token).status_code == 200
        for name, change in changes.items():
            changed, before = change(genuine), world.counts()
            assert changed != genuine.token, name
            world.assert_refusal(exchange(changed), before, error="invalid_request")
            assert ExchangeRecord.objects.latest("pk").reason in reasons, name
        assert exchange(genuine.token).status_code == 200

    return attempt


@pytest.mark.parametrize("genuine", ALGORITHMS, indirect=True)
def test_a_malformed_jwt_is_refused_before_any_key_is_read(refused):
    """Ambiguous JSON or base64url, forbidden headers, JWE and other forms are refused as malformed."""
    refused(MISREAD, "jwt_malformed", "parameter_malformed")


@pytest.mark.parametrize(
    ("genuine", "changes"), [(name, UNSIGNED[name]) for name in ALGORITHMS], indirect=["genuine"], ids=ALGORITHMS
)
def test_what_the_issuer_has_not_signed_is_refused(refused, changes):
    """A token without a signature, or with one by another key or algorithm, or with any other number, is refused."""
    refused(changes, "signature_invalid")


@pytest.mark.parametrize("genuine", ALGORITHMS, indirect=True)
def test_what_the_issuer_signed_as_something_else_is_refused(refused):
    """INV-3: a logout token, a security event and a proof of possession are refused as subject tokens."""
    refused(TYPED, "token_type_not_taken_from_issuer")
