"""T02: a caller that guesses secrets or tokens has to wait; other callers do not."""

from __future__ import annotations

import pytest
import time_machine

from tests.worlds.world import basic_header, exchange_form
from token_exchange.models import ExchangeRecord


@pytest.fixture(autouse=True)
def one_minute():
    """Keep all requests of a test within one minute of the count."""
    with time_machine.travel("2030-01-01T00:00:10Z", tick=False):
        yield


@pytest.fixture
def limited(settings):
    """Set limits that a test can reach."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 3, "BAD_TOKENS_PER_MINUTE": 3}


def test_b14_wrong_secrets_make_wait(world, limited):
    """After several wrong secrets a caller has to wait; the right secret is accepted from every address."""
    world.policy()
    form = exchange_form(world.login_token())
    for _guess in range(3):
        assert world.post(form, client=world.front, secret="wrong").status_code == 401
    waiting = world.post(form, client=world.front, secret="wrong")
    assert waiting.status_code == 429
    assert 0 < int(waiting["Retry-After"]) <= 60
    assert waiting["Content-Type"] == "application/json"
    assert "Too many failed attempts" in waiting.json()["error_description"]
    assert world.post(form, client=world.front).status_code == 200
    assert world.post(form, client=world.front, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert world.post(form, client=world.front, secret="wrong", REMOTE_ADDR="192.0.2.7").status_code == 401


def test_a_gateway_is_not_locked_out_by_its_visitors(world, limited):
    """Unknown subject tokens that a visitor sends through a gateway do not lock out its other visitors."""
    world.policy()
    for number in range(12):
        assert world.exchange(f"guess-number-{number}").status_code == 400
    assert world.exchange(world.login_token()).status_code == 200


@pytest.mark.parametrize("path", ["/o/introspect/", "/o/revoke_token/"])
def test_guessed_tokens_make_wait(world, limited, path):
    """After several unknown tokens a client has to wait; valid tokens and other clients do not."""
    token = world.client_token()
    for number in range(3):
        assert world.post({"token": f"guess-number-{number}"}, client=world.front, path=path).status_code == 200
    waiting = world.post({"token": "guess-number-4"}, client=world.front, path=path)
    assert (waiting.status_code, 0 < int(waiting["Retry-After"]) <= 60) == (429, True)
    assert world.post({"token": "guess-number-5"}, client=world.agent, path=path).status_code == 200
    assert world.post({"token": token}, client=world.front, path=path).status_code == 200


DOORS = {
    "exchange": ("/o/token/", lambda token: exchange_form(token)),
    "client credentials": ("/o/token/", lambda token: {"grant_type": "client_credentials"}),
    "introspection": ("/o/introspect/", lambda token: {"token": token}),
    "revocation": ("/o/revoke_token/", lambda token: {"token": f"{token}-of-nobody"}),
}


def knock(world, door, token, **how):
    path, form = DOORS[door]
    return world.post(form(token), path=path, **{"client": world.front, **how}).status_code


@pytest.mark.scenario("INV-30")
@pytest.mark.parametrize("basic", [True, False], ids=["basic", "body"])
@pytest.mark.parametrize("door", DOORS)
def test_inv_30_every_endpoint_shares_one_count(world, limited, door, basic):
    """After three wrong secrets at one endpoint the next has to wait at all others; the right one is accepted."""
    world.policy()
    token = world.login_token()
    for _guess in range(3):
        assert knock(world, door, token, secret="wrong", basic=basic) == 401
    for other in DOORS:
        assert knock(world, other, token, secret="wrong", basic=basic) == 429, other
        assert knock(world, other, token, basic=basic) in (200, 400), other


@pytest.mark.scenario("INV-30")
def test_inv_30_neither_made_up_ids_nor_wrong_secrets_lock_a_client_out(world):
    """A right secret is accepted from a proxy's address, through which others sent wrong secrets and unknown ids."""
    world.policy()
    form = exchange_form(world.login_token())
    for number in range(120):
        world.post(form, client=world.front, secret=f"wrong-{number}")
        headers = {"Authorization": basic_header(f"made-up-{number}", "secret")}
        world.post(form, headers=headers)
    assert world.post(form, client=world.front).status_code == 200
    assert world.post(form, client=world.front, secret="wrong").status_code == 429


@pytest.mark.parametrize("address", ["2001:db8::1", "2001:db8::ffff:1", "::ffff:192.0.2.9"])
def test_one_network_of_ipv6_is_one_address(world, limited, address):
    """The IPv6 network of a subscriber counts as one address; a mapped IPv4 address counts as that address."""
    form = {"grant_type": "client_credentials"}
    same = {"2001:db8::1": "2001:db8::2:3", "2001:db8::ffff:1": "2001:db8:0:0:aaaa::", "::ffff:192.0.2.9": "192.0.2.9"}
    for _guess in range(3):
        assert world.post(form, client=world.front, secret="wrong", REMOTE_ADDR=address).status_code == 401
    assert world.post(form, client=world.front, secret="wrong", REMOTE_ADDR=same[address]).status_code == 429
    assert world.post(form, client=world.front, secret="wrong", REMOTE_ADDR="2001:db8:0:1::1").status_code == 401


def test_callers_behind_proxies(world, limited, settings):
    """NUM_PROXIES of REST framework selects the address; without it the X-Forwarded-For header is ignored."""
    settings.REST_FRAMEWORK = {"NUM_PROXIES": 1}
    form = {"grant_type": "client_credentials"}

    def guess(forwarded, **extra):
        headers = {"X-Forwarded-For": forwarded}
        return world.post(form, client=world.front, secret="wrong", headers=headers, **extra).status_code

    assert [guess(f"198.51.100.{n}, 192.0.2.1") for n in range(4)] == [401, 401, 401, 429]
    assert guess("192.0.2.1, 192.0.2.2") == 401
    settings.REST_FRAMEWORK = {}
    assert [guess(f"192.0.2.{n}", REMOTE_ADDR="203.0.113.1") for n in range(4)] == [401, 401, 401, 429]


MALFORMED = {
    "a query": {"path": "/o/token/?x=1"},
    "plain HTTP": {"secure": False},
    "a client id twice": {"parameters": [("client_id", "front"), ("client_id", "front")]},
}


@pytest.mark.parametrize("how", MALFORMED)
def test_strangers_write_no_more_records_than_the_limit(world, limited, how):
    """Refusals before authentication are counted too; over the limit one record says so, and no more are written."""
    change = dict(MALFORMED[how])
    form = [*exchange_form("a-token-of-nobody"), *change.pop("parameters", [])]
    before = ExchangeRecord.objects.count()
    # An address has room for the failures of five clients.
    statuses = [world.post(form, **change).status_code for _attempt in range(20)]
    assert set(statuses[:3]) == {400}
    assert set(statuses[15:]) == {429}
    assert ExchangeRecord.objects.count() - before <= 16


@pytest.mark.parametrize("backend", ["dummy.DummyCache", "redis.RedisCache"])
def test_a_cache_that_does_not_count(world, settings, backend):
    """With a cache that stores nothing, or does not respond, a wrong secret is still answered as one."""
    location = {"LOCATION": "redis://127.0.0.1:1/0"} if "redis" in backend else {}
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}", **location}}
    world.policy()
    form = exchange_form(world.login_token())
    assert world.post(form, client=world.front, secret="wrong").status_code == 401
    assert world.post(form, client=world.front).status_code == 200


def test_honest_refusals_are_not_counted(world, limited):
    """Refusals by policy are not counted as failures, however many there are."""
    world.policy()
    token = world.login_token()
    for _attempt in range(6):
        assert world.exchange(token, audience="unknown").status_code == 400
    assert world.exchange(token).status_code == 200


def test_no_limit(world, settings):
    """Zero switches the limits off."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 0, "BAD_TOKENS_PER_MINUTE": 0}
    world.policy()
    for number in range(5):
        world.exchange(f"guess-number-{number}")
    assert world.exchange(world.login_token()).status_code == 200
