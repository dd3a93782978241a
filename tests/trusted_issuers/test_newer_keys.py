"""A key that is newer than the last fetch is looked for once a cool-down, before a token is called invalid."""

from __future__ import annotations

import json
import time

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.jose.issuer import as_json, encode
from token_exchange.configuration.key_locations import location_of
from token_exchange.fetching import transport
from token_exchange.models import ExchangeRecord, TrustedIssuer
from token_exchange.trusted_issuers import fetch_attempts, key_fetches
from token_exchange.trusted_issuers.fetch_attempts import COOL_DOWN

pytestmark = pytest.mark.scenario("INV-18")


@pytest.fixture
def settled(key_server, present):
    """Return the issuer, whose keys have just been fetched."""
    assert present(key_server.sign()).status_code == 200
    return key_server


def new_key():
    """Return another key of the issuer."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def after(seconds):
    """Set the clock to this many seconds from now."""
    return time_machine.travel(time.time() + seconds, tick=False)


def waits(answer):
    """Return the seconds after which the answer lets the client try again."""
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable"), answer.content
    return int(answer["Retry-After"])


def test_a_new_key_under_the_old_name(settled, present):
    """A signature that no cached key made causes one fetch."""
    settled.rotate("one")
    with after(COOL_DOWN + 1):
        assert present(settled.sign()).status_code == 200
    assert settled.asked_for("/keys") == 2


def test_a_new_key_under_the_old_name_within_the_cool_down(settled, present):
    """Within the cool-down such a signature is refused; after it the same token is accepted."""
    settled.rotate("one")
    token = settled.sign()
    assert present(token).status_code == 400
    assert ExchangeRecord.objects.latest("pk").detail == "signature_wrong"
    with after(COOL_DOWN + 1):
        assert present(token).status_code == 200


def test_wrong_signatures_do_not_hammer_the_issuer(settled, present):
    """Many forged tokens with a known `kid` cause one fetch in a cool-down, and the key is kept."""
    stranger = new_key()
    with after(COOL_DOWN + 1):
        for _attempt in range(5):
            assert present(settled.sign(key=stranger)).status_code == 400
            assert present(settled.sign()).status_code == 200
    assert settled.asked_for("/keys") == 2


@pytest.mark.parametrize("fault", ["500", "empty", "html", "issuer differs"])
def test_a_fault_when_asked_about_a_wrong_signature(settled, present, fault):
    """If that fetch fails, the good keys are kept and the signature is refused."""
    settled.fault = fault
    with after(COOL_DOWN + 1):
        assert present(settled.sign(key=new_key())).status_code == 400
        assert present(settled.sign()).status_code == 200


def test_a_new_name_within_the_cool_down_has_to_wait(settled, present):
    """A token with an unknown `kid` gets 503 within the cool-down, and is accepted after it."""
    settled.keys["two"] = new_key()
    token = settled.sign(kid="two")
    with after(20):
        assert 1 <= waits(present(token)) <= COOL_DOWN - 18
        record = ExchangeRecord.objects.latest("pk")
        assert (record.reason, record.detail) == ("keys_unavailable", "key_unknown")
    with after(COOL_DOWN + 1):
        assert present(token).status_code == 200


def test_a_name_that_the_issuer_does_not_know_is_final(settled, present):
    """If a fetch for this token did not find the `kid`, the token is refused."""
    with after(COOL_DOWN + 1):
        answer = present(settled.sign(kid="two", key=settled.keys["one"]))
        assert (answer.status_code, "Retry-After" in answer) == (400, False)
        record = ExchangeRecord.objects.latest("pk")
        assert (record.reason, record.detail) == ("signature_invalid", "key_unknown")
        # The next one comes within the cool-down that the first one began.
        assert waits(present(settled.sign(kid="three", key=settled.keys["one"]))) <= COOL_DOWN + 1


def test_only_the_token_with_the_unknown_name_waits(settled, present):
    """Unknown `kid`s of one client delay no other request."""
    with after(COOL_DOWN + 1):
        for number in range(5):
            present(settled.sign(kid=f"random-{number}", key=settled.keys["one"]))
            assert present(settled.sign()).status_code == 200


def test_an_issuer_that_cannot_be_asked_about_a_name(settled, present):
    """If the fetch for an unknown `kid` fails, the client gets 503."""
    settled.fault = "500"
    with after(COOL_DOWN + 1):
        token = settled.sign(kid="two", key=settled.keys["one"])
        assert 1 <= waits(present(token)) <= COOL_DOWN + 1
        assert ExchangeRecord.objects.latest("pk").detail == "status_500"
        assert 1 <= waits(present(token)) <= COOL_DOWN + 1
        assert ExchangeRecord.objects.latest("pk").detail == "status_500"
        assert present(settled.sign()).status_code == 200


def test_an_algorithm_that_is_not_pinned_asks_for_nothing(settled, present):
    """A token with an algorithm that the row does not pin is refused without a fetch."""
    with after(COOL_DOWN + 1):
        for algorithm in ("none", "HS256", "ES256"):
            header = encode(as_json({"alg": algorithm, "kid": "two"}))
            answer = present(".".join([header, *settled.sign().split(".")[1:]]))
            assert (answer.status_code, "Retry-After" in answer) == (400, False)
    assert settled.asked_for("/keys") == 1


def test_first_keys_that_cannot_be_had(key_server, present):
    """The first failed fetch and later requests give the same outcome and the time to wait."""
    key_server.fault = "500"
    for _attempt in range(3):
        assert 1 <= waits(present(key_server.sign())) <= COOL_DOWN + 1
        assert ExchangeRecord.objects.latest("pk").detail == "status_500"
    assert key_server.asked_for("/keys") == 1


def test_retry_after_is_long_enough(key_server, present):
    """After the seconds of `Retry-After` the issuer is asked again, at every moment."""
    begun = time.time()  # before the first fetch, which may take long on a busy machine
    assert present(key_server.sign()).status_code == 200
    for moment in (3.2, 59.9):
        with time_machine.travel(begun + moment, tick=False):
            seconds = waits(present(key_server.sign(kid="two", key=key_server.keys["one"])))
        assert moment + seconds >= COOL_DOWN
    key_server.keys["two"] = new_key()
    with time_machine.travel(begun + moment + seconds, tick=False):
        assert present(key_server.sign(kid="two")).status_code == 200


def test_a_fetch_that_is_running_is_worth_a_short_wait(settled, present):
    """While another worker fetches, the client may try again when that fetch has ended."""
    with after(COOL_DOWN + 2):
        assert fetch_attempts.begin(key_fetches.entry_name(location_of(TrustedIssuer.objects.get())))
        assert waits(present(settled.sign(kid="two", key=settled.keys["one"]))) <= transport.SECONDS + 1


def test_a_pasted_key_is_final(key_server, issuer, present):
    """An unknown `kid` is refused if the keys were pasted."""
    issuer.verification, issuer.pasted_keys = "pasted", json.dumps(key_server.jwks())
    issuer.save()
    assert present(key_server.sign()).status_code == 200
    answer = present(key_server.sign(kid="two", key=key_server.keys["one"]))
    assert (answer.status_code, "Retry-After" in answer) == (400, False)
    assert key_server.requests == []
