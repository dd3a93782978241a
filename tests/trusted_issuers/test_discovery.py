"""Discovery asks at two places: what is told of them is what helps to find the mistake."""

from __future__ import annotations

import json
import time
from itertools import product

import pytest
import time_machine

from tests.admin.conftest import page, text_of
from tests.jose.issuer import Issuer, jwk_set
from token_exchange.configuration.key_locations import location_of
from token_exchange.fetching import discovery, outcomes, transport
from token_exchange.fetching.location import Reach
from token_exchange.fetching.outcomes import Unreachable
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set
from token_exchange.models import IssuerHealth
from token_exchange.trusted_issuers import key_fetches

NOW = int(time.time())
ISSUER = "https://issuer.example/realm"
GOOD = {"issuer": ISSUER, "jwks_uri": "https://issuer.example/keys"}
ANSWERS = {
    "ok": json.dumps(GOOD).encode(),
    "issuer_differs": json.dumps({**GOOD, "issuer": "https://issuer.example/{tenant}"}).encode(),
    "no_jwks_url": json.dumps({"issuer": ISSUER, "jwks_uri": None}).encode(),
    "not_json": b"<html>",
    "name_repeated": b'{"issuer": "a", "issuer": "b"}',
    "not_an_object": b"[]",
    **{code: Unreachable(code) for code in ("status_404", "status_500", "status_302", "too_slow", "too_large")},
}
RANKS = [
    {"issuer_differs", "no_jwks_url"},
    {"not_json", "name_repeated", "not_an_object", "too_large"},
    {"too_slow"},
    {"status_500", "status_302"},
    {"status_404"},
]
"""The most telling first."""


def outcome_of(monkeypatch, first, second):
    """What discovery says where the two places answer so; the URL that it finds, if it finds one."""
    answers = iter([ANSWERS[first], ANSWERS[second]])

    def answer(url, reach):
        found = next(answers)
        if isinstance(found, Unreachable):
            raise Unreachable(found.outcome)
        return found

    monkeypatch.setattr(transport, "request", answer)
    try:
        return discovery.jwks_url_of(ISSUER, Reach())
    except Unreachable as failure:
        return failure.outcome


@pytest.mark.parametrize(("first", "second"), list(product(ANSWERS, repeat=2)))
def test_of_two_places_the_telling_one_is_told(monkeypatch, first, second):
    """Metadata that were read tell more than a page that was not found, whichever was asked first."""
    told = outcome_of(monkeypatch, first, second)
    if "ok" in (first, second):
        assert told == GOOD["jwks_uri"]
    elif first == second == "status_404":
        assert told == "no_metadata"
    else:
        best = next(rank for rank in RANKS if rank & {first, second})
        assert told == next(outcome for outcome in (first, second) if outcome in best)


def test_metadata_may_begin_with_a_byte_order_mark(monkeypatch):
    """Some servers write one before every document; in a token there is none."""
    monkeypatch.setitem(ANSWERS, "ok", b"\xef\xbb\xbf" + ANSWERS["ok"])
    assert outcome_of(monkeypatch, "status_404", "ok") == GOOD["jwks_uri"]


LEFT_OUT = {
    "key_set_empty": [],
    "no_usable_key": [Issuer("ES256").jwk(), Issuer().jwk(use="enc")],
    "key_not_for_signatures": [Issuer().jwk(use="enc")],
    "key_private": [Issuer().jwk(d="AQAB"), Issuer(kid="b").jwk(d="AQAB")],
    "rsa_size": [Issuer(bits=1_024, name="short").jwk()],
    "key_id_repeated": [Issuer(name=str(number)).jwk() for number in range(4)],
    "key_id_missing": [Issuer(kid=None).jwk(), Issuer(kid=None, name="other").jwk()],
    "key_set_unusable": [Issuer().jwk(d="AQAB"), Issuer(bits=1_024, name="short").jwk()],
    "key_malformed": ["no key"],
}


@pytest.mark.parametrize("outcome", LEFT_OUT)
def test_a_set_without_a_usable_key_says_why(outcome):
    """That there is no key for the algorithms chosen is said only where that is so."""
    keys = read_jwk_set(jwk_set(*LEFT_OUT[outcome]), frozenset({"RS256"}))
    assert outcomes.why_unusable(keys) == outcome


def test_every_pinned_algorithm_makes_a_key_usable():
    """The same sets under all algorithms: what is left out is left out for what it is."""
    assert outcomes.why_unusable(read_jwk_set(jwk_set(*LEFT_OUT["key_private"]), ASYMMETRIC)) == "key_private"


class Publishing:
    """Keys of an issuer as they are, in the place of those that the key server has."""

    def __init__(self, key_server, *entries):
        self.document = {"keys": [*key_server.jwks()["keys"], *entries]}

    def __call__(self):
        return self.document


def test_single_keys_that_are_left_out_are_named_on_the_page(superuser, key_server, issuer, present):
    """A fetch that brought keys tells of those that it left out; the next one that leaves none out tells of none."""
    genuine = key_server.jwks
    key_server.jwks = Publishing(key_server, Issuer(kid="enc<1>").jwk(use="enc"), Issuer(kid=None).jwk(d="AQAB"))
    assert present(key_server.sign()).status_code == 200
    health = IssuerHealth.objects.get()
    assert (health.outcome, [left["flaw"] for left in health.warnings]) == (
        "ok",
        ["key_not_for_signatures", "key_private"],
    )
    html = text_of(superuser.get(page("trustedissuer", "change", issuer.pk)))
    assert "The key enc&lt;1&gt; is ignored: it is not meant for verifying the signatures of tokens." in html
    assert "The key number 3 is ignored: it is a private key" in html
    key_server.jwks = genuine
    assert key_fetches.fetch_now(location_of(issuer)) == "ok"
    assert IssuerHealth.objects.get().warnings == []


def test_a_new_key_under_the_old_name_is_seen_as_new(key_server, issuer, present):
    """The page tells since when each key is known, of the key and not of its name; one key in two entries is one."""
    twice = key_server.jwks()["keys"] * 2
    with time_machine.travel(NOW, tick=False):
        key_server.jwks = lambda: {"keys": twice}
        assert key_fetches.fetch_now(location_of(issuer)) == "ok"
    (first,) = IssuerHealth.objects.get().keys
    key_server.jwks = lambda: {"keys": [twice[0], Issuer(kid="one", name="other").jwk()]}
    with time_machine.travel(NOW + 900, tick=False):
        assert key_fetches.fetch_now(location_of(issuer)) == "ok"
    kept, second = IssuerHealth.objects.get().keys
    assert kept == first
    assert second["kid"] == "one"
    assert second["first_seen"] > first["first_seen"]


def test_a_set_of_which_nothing_is_left_is_named_on_the_page(superuser, key_server, issuer, present):
    """The page says what was wrong with each key, also where that left none."""
    key_server.jwks = Publishing(key_server)
    key_server.jwks.document["keys"][0]["use"] = "enc"
    assert present(key_server.sign()).status_code == 503
    html = text_of(superuser.get(page("trustedissuer", "change", issuer.pk)))
    assert "no key for the algorithms" not in html
    assert "None of the published keys can be used" in html
    assert "The key one is ignored: it is not meant for verifying the signatures of tokens." in html
    key_server.fault = "500"
    assert key_fetches.fetch_now(location_of(issuer)) == "status_500"
    assert len(IssuerHealth.objects.get().warnings) == 1
