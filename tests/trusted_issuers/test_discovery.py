"""Discovery asks two URLs, and reports the failure that helps most."""

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
    """Return the outcome of discovery for these answers of the two URLs, or the URL that it finds."""
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
def test_the_more_helpful_failure_is_reported(monkeypatch, first, second):
    """A flaw in metadata that were read is reported rather than a page that was not found."""
    told = outcome_of(monkeypatch, first, second)
    if "ok" in (first, second):
        assert told == GOOD["jwks_uri"]
    elif first == second == "status_404":
        assert told == "no_metadata"
    else:
        best = next(rank for rank in RANKS if rank & {first, second})
        assert told == next(outcome for outcome in (first, second) if outcome in best)


def test_metadata_may_begin_with_a_byte_order_mark(monkeypatch):
    """A byte order mark before the metadata is ignored; in a token it is refused."""
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
    """The outcome says that no key fits the chosen algorithms only if that is the reason for all keys."""
    keys = read_jwk_set(jwk_set(*LEFT_OUT[outcome]), frozenset({"RS256"}))
    assert outcomes.why_unusable(keys) == outcome


def test_every_pinned_algorithm_makes_a_key_usable():
    """The same key sets under all algorithms leave out only keys with other flaws."""
    assert outcomes.why_unusable(read_jwk_set(jwk_set(*LEFT_OUT["key_private"]), ASYMMETRIC)) == "key_private"


class Publishing:
    """Publish the given keys of an issuer in place of those that the key server has."""

    def __init__(self, key_server, *entries):
        self.document = {"keys": [*key_server.jwks()["keys"], *entries]}

    def __call__(self):
        return self.document


def test_single_keys_that_are_left_out_are_named_on_the_page(superuser, key_server, issuer, present):
    """The page names the keys that the last fetch left out."""
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
    """The page shows since when each key is known, also if a new key has the name of an old one."""
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
    """If no key can be used, the page shows the flaw of each."""
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
