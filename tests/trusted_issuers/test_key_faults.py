"""INV-18, D38 to D45: at any fault of a key server good keys are kept, bad ones are refused, and waiting is bounded."""

from __future__ import annotations

import time
from ipaddress import IPv4Address

import pytest
import time_machine
from django.core.cache import cache

from token_exchange.fetching.addresses import allowed_addresses, is_public
from token_exchange.fetching.outcomes import Unreachable
from token_exchange.models import ExchangeRecord, IssuerHealth
from token_exchange.trusted_issuers import fetch_attempts, key_fetches, keys

pytestmark = pytest.mark.scenario("INV-18")

FAULTS = [
    "empty",
    "nothing",
    "html",
    "broken",
    "500",
    "redirect",
    "50 MB",
    "10,000 keys",
    "gzip bomb",
    "issuer differs",
]


def test_d01_a_good_token_of_a_good_issuer(world, key_server, present):
    """Keys are found by discovery and fetched once, and the token is exchanged for one of Alice."""
    first, second = present(key_server.sign()), present(key_server.sign())
    assert (first.status_code, second.status_code) == (200, 200), first.content
    assert world.introspect(first.json()["access_token"])["username"] == "alice"
    assert key_server.asked_for("/keys") == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_d41_a_fault_before_any_key_is_a_failure_of_ours(key_server, present, fault):
    """Without any keys the answer is 503, nothing is issued, and the page of the issuer shows the outcome."""
    key_server.fault = fault
    answer = present(key_server.sign())
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert IssuerHealth.objects.get().outcome not in ("", "ok")
    assert "/elsewhere" not in key_server.requests  # D40: no redirect is followed


@pytest.mark.parametrize("fault", FAULTS)
def test_d41_good_keys_survive_a_fault(key_server, present, fault):
    """Fetched keys are used during an outage, and an empty or broken answer does not replace them."""
    assert present(key_server.sign()).status_code == 200
    key_server.fault = fault
    with time_machine.travel(time.time() + keys.FRESH + fetch_attempts.COOL_DOWN + 1):
        assert present(key_server.sign()).status_code == 200
    assert key_server.requests.count("/keys") + key_server.requests.count("/.well-known/openid-configuration") > 2


def test_keys_do_not_survive_for_ever(key_server, present):
    """Keys are not used any more after an outage of a day."""
    assert present(key_server.sign()).status_code == 200
    key_server.fault = "500"
    with time_machine.travel(time.time() + key_fetches.STALE + 10):
        assert present(key_server.sign()).status_code == 503


@pytest.mark.parametrize("fault", ["slow drip", "hang"])
def test_q04_a_slow_server_costs_a_bounded_time(key_server, present, fault):
    """A fetch from a slow or hanging server ends after five seconds."""
    key_server.fault = fault
    started = time.monotonic()
    assert present(key_server.sign()).status_code == 503
    assert time.monotonic() - started < 8


def test_d42_an_unknown_key_id_fetches_once_and_then_works(key_server, present):
    """A rotated key is found as soon as the cool-down allows."""
    assert present(key_server.sign()).status_code == 200
    key_server.rotate("two")
    with time_machine.travel(time.time() + fetch_attempts.COOL_DOWN + 1):
        assert present(key_server.sign(kid="two")).status_code == 200
    assert key_server.asked_for("/keys") == 2


@pytest.mark.scenario("TXS-010")
def test_d43_unknown_key_ids_do_not_hammer_the_issuer(key_server, present):
    """Twenty tokens with unknown keys cause one fetch (TXS-010)."""
    assert present(key_server.sign()).status_code == 200
    for number in range(20):
        assert present(key_server.sign(key=key_server.keys["one"], kid=f"random-{number}")).status_code == 503
        assert present(key_server.sign()).status_code == 200
    assert key_server.asked_for("/keys") == 1


def test_d43_an_only_key_without_a_name_is_not_looked_for_again(key_server, issuer, present):
    """A `kid` in a token causes no fetch if the issuer's only key has none."""
    issuer.allows_missing_key_id = True
    issuer.save()
    key = key_server.keys["one"]
    key_server.keys = {None: key}
    begun = time.time()
    for later, fetches in ((0, 1), (fetch_attempts.COOL_DOWN + 1, 1), (keys.FRESH + 1, 2)):
        with time_machine.travel(begun + later):
            assert present(key_server.sign(key=key)).status_code == 200
        assert key_server.asked_for("/keys") == fetches


def test_d44_a_failing_issuer_is_asked_once_a_cool_down(key_server, present):
    """An issuer that never answered is asked once in a cool-down."""
    key_server.fault = "500"
    for _attempt in range(3):
        assert present(key_server.sign()).status_code == 503
    assert key_server.asked_for("/keys") == 1


def test_d45_a_removed_key_is_refused_after_the_documented_age(key_server, present):
    """A key that its issuer has removed is refused when the cached set is too old."""
    token = key_server.sign()
    assert present(token).status_code == 200
    old = dict(key_server.keys)
    key_server.rotate("two")
    with time_machine.travel(time.time() + keys.FRESH + 1):
        assert present(key_server.sign(key=old["one"], kid="one")).status_code == 400


def test_a_certificate_of_an_unknown_authority_is_refused(key_server, issuer, present):
    """A server's certificate of a private authority is refused unless the row contains that authority."""
    issuer.ca_bundle = ""
    issuer.save()
    assert present(key_server.sign()).status_code == 503
    assert IssuerHealth.objects.get().outcome == "certificate_refused"


def test_d39_a_name_that_leads_to_a_private_address_is_refused_at_connect_time(key_server, issuer, present):
    """A private address is refused at every connection unless the row allows private networks."""
    issuer.allows_private_network = False
    issuer.save()
    assert present(key_server.sign()).status_code == 503
    assert IssuerHealth.objects.get().outcome == "address_not_public"
    assert not key_server.requests


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "2002:7f00:1::",
        "224.0.0.1",
        "fec0::1",
        "fe80::1%eth0",
        "ff0e::1",
        "2001:db8::1",
        "4000::1",
        "64:ff9b:1:a00:0:100::",
        "64:ff9b:1:0:0:1:808:808",
    ],
)
def test_d38_addresses_that_are_not_public(address):
    """Private, loopback, link-local, mapped and translated addresses are not public."""
    assert not is_public(address)


def _teredo(server, client):
    return f"2001:0:{_groups(server)}:0:0:{_groups(str(IPv4Address(int(IPv4Address(client)) ^ 0xFFFFFFFF)))}"


def _groups(address):
    number = int(IPv4Address(address))
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


EMBEDDING = {
    "mapped": lambda inner: f"::ffff:{inner}",
    "compatible": lambda inner: f"::{inner}",
    "translated": lambda inner: f"::ffff:0:{inner}",
    "NAT64": lambda inner: f"64:ff9b::{inner}",
    "NAT64 within a site": lambda inner: f"64:ff9b:1::{inner}",
    "NAT64 in a subnet of a site": lambda inner: f"64:ff9b:1:7::{inner}",
    "6to4": lambda inner: f"2002:{_groups(inner)}::1",
    "ISATAP": lambda inner: f"2a00:1450:1:2:0:5efe:{_groups(inner)}",
    "ISATAP of a global address": lambda inner: f"2a00:1450:1:2:200:5efe:{_groups(inner)}",
    "Teredo client": lambda inner: _teredo("8.8.8.8", inner),
    "Teredo server": lambda inner: _teredo(inner, "8.8.8.8"),
}
INNER = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "172.16.3.4", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"]


@pytest.mark.parametrize("form", EMBEDDING)
@pytest.mark.parametrize("inner", INNER)
def test_d38_an_address_counts_as_the_one_that_it_contains(form, inner):
    """An IPv6 address that contains a private IPv4 address is not public."""
    assert is_public(EMBEDDING[form]("8.8.8.8"))
    assert not is_public(EMBEDDING[form](inner))


@pytest.mark.parametrize("address", ["8.8.8.8", "2620:fe::fe", "2a00:1450:4001:80b::200e"])
def test_addresses_that_are_public(address):
    """Ordinary Internet addresses are public."""
    assert is_public(address)


def test_d39_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    """A host with a public and a private address is refused."""
    answers = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(Unreachable, match="address_not_public"):
        allowed_addresses("two-faced.example", 443, private_network=False)


def test_one_issuers_outage_leaves_another_alone(world, key_server, issuer, present):
    """While one issuer hangs, tokens of this server and of other issuers are exchanged as before."""
    key_server.fault = "500"
    assert present(key_server.sign()).status_code == 503
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200


def test_q03_a_cache_that_fails_refuses_and_recovers(key_server, present, monkeypatch):
    """A failing cache leads to a server error, neither to a token nor to a refusal."""

    def broken(*args, **kwargs):
        raise ConnectionError("no cache")

    with monkeypatch.context() as patch:
        patch.setattr(cache, "get", broken)
        assert present(key_server.sign()).status_code == 500
    assert present(key_server.sign()).status_code == 200


def test_no_token_reaches_the_records(key_server, present):
    """No record contains a presented token, verified or not."""
    token = key_server.sign()
    present(token)
    present(token[:-4] + "AAAA")
    for record in ExchangeRecord.objects.all():
        assert not any(part in str(vars(record)) for part in token.split("."))
