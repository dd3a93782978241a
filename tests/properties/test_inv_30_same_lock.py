"""INV-30: every endpoint that accepts a client secret or a token counts failures in the same way."""

from __future__ import annotations

import base64

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.worlds.world import SECRET, basic_header, exchange_form
from token_exchange.models import ExchangeRecord
from token_exchange.provider.client_authentication.verified_secrets import verified_secrets

pytestmark = pytest.mark.scenario("INV-30")

DOORS = ("exchange", "client_credentials", "introspection", "revocation")
INTERNAL = (
    *("client", "user", "headers", "http_method", "uri", "body", "scopes", "encoding", "validator_log", "_params"),
    *("refresh_token_instance", "access_token", "expires_in", "extra_credentials", "decoded_body", "oauth2_error"),
)
SPELLINGS = {"upper case": "FRONT", "trailing blank": "front ", "leading blank": " front", "accent": "fr\u00f6nt"}


@pytest.fixture(autouse=True)
def one_minute(settings):
    """Keep all requests within one minute, with limits that a test can reach and no verified secret."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 3, "BAD_TOKENS_PER_MINUTE": 3}
    cache.clear()
    verified_secrets.clear()
    with time_machine.travel("2030-01-01T00:00:10Z", tick=False):
        yield


@pytest.fixture
def knock(world):
    """Return a function that sends a request with more parameters to an endpoint."""
    world.policy()
    tokens = [world.login_token()]

    def at(door, *pairs, headers=None, **extra):
        path, form = {
            "exchange": ("/o/token/", exchange_form(tokens[0])),
            "client_credentials": ("/o/token/", [("grant_type", "client_credentials")]),
            "introspection": ("/o/introspect/", [("token", tokens[0])]),
            "revocation": ("/o/revoke_token/", [("token", tokens[0])]),
        }[door]
        return world.post([*form, *pairs], path=path, headers=headers or {}, **extra)

    verified_secrets.clear()
    return at


@pytest.mark.parametrize("urls", ["tests.urls", "tests.urls_stock"])
@pytest.mark.parametrize("door", DOORS)
def test_wrong_secrets_are_counted_and_the_right_one_is_accepted(knock, settings, door, urls):
    """Wrong secrets have to wait; a right secret that was never verified before is accepted."""
    settings.ROOT_URLCONF = urls
    wrong = [knock(door, headers={"Authorization": basic_header("front", f"wrong{n}")}).status_code for n in range(8)]
    if (door, urls) == ("introspection", "tests.urls_stock"):  # the toolkit's view knows one refusal only
        assert set(wrong) == {403}
    else:
        assert wrong == [401] * 3 + [429] * 5
    assert knock(door, headers={"Authorization": basic_header("front", SECRET)}).status_code == 200


@pytest.mark.parametrize("second", DOORS)
def test_the_endpoints_share_one_count(knock, second):
    """Guesses at one endpoint count at the others."""
    wrong = {"Authorization": basic_header("front", "wrong")}
    for first in DOORS[:3]:
        knock(first, headers=wrong)
    assert knock(second, headers=wrong).status_code == 429


@pytest.mark.parametrize("name", INTERNAL)
@pytest.mark.parametrize("door", DOORS)
def test_no_parameter_becomes_an_attribute_of_the_request(knock, door, name):
    """A parameter named like an attribute of the toolkit's request has no effect."""
    wrong = {"Authorization": basic_header("front", "wrong")}
    assert knock(door, (name, "utf-7"), headers=wrong).status_code == 401
    assert knock(door, (name, "utf-7"), headers={"Authorization": basic_header("front", SECRET)}).status_code == 200


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("where", ["header", "body"])
@pytest.mark.parametrize("door", DOORS)
def test_an_identifier_has_one_spelling(knock, door, where, spelling):
    """A client id is compared exactly, on every database."""
    given = SPELLINGS[spelling]
    if where == "header":
        answer = knock(door, headers={"Authorization": basic_header(given, SECRET)})
    else:
        answer = knock(door, ("client_id", given), ("client_secret", SECRET))
    assert answer.status_code == 401
    assert knock(door, headers={"Authorization": basic_header("front", SECRET)}).status_code == 200


@pytest.mark.parametrize("assertion", [(), (("client_assertion", "x"),)], ids=["alone", "beside an assertion"])
@pytest.mark.parametrize("where", ["header", "body"])
@pytest.mark.parametrize("door", ["exchange", "introspection"])
def test_a_blank_secret_opens_no_door(world, knock, door, where, assertion):
    """A client with a blank secret can neither exchange nor introspect; the toolkit's grants are not changed."""
    world.policy(client=world.client("open", secret=""))
    headers = {"Authorization": basic_header("open", "")} if where == "header" else {}
    pairs = [] if where == "header" else [("client_id", "open")]
    answer = knock(door, *pairs, *assertion, headers=headers)
    assert (answer.status_code, "error" in answer.json()) in {(401, True), (400, True)}


@pytest.mark.parametrize("raw", [b"front:\xff", b"front", b"fr%FFont:x"], ids=["not UTF-8", "no colon", "bad escape"])
@pytest.mark.parametrize("door", DOORS)
def test_a_header_is_read_in_one_way(knock, door, raw):
    """An ambiguous Authorization header is refused."""
    encoded = base64.b64encode(raw).decode()
    right = base64.b64encode(f"front:{SECRET}".encode()).decode()
    for value in (encoded, f"{right[:4]}!{right[4:]}"):
        assert knock(door, headers={"Authorization": f"Basic {value}"}).status_code == 401


@pytest.mark.parametrize("door", DOORS)
def test_another_client_in_the_body(world, knock, door):
    """A body that names another client than the header is refused (CVE-2026-118669)."""
    answer = knock(door, ("client_id", "agent"), headers={"Authorization": basic_header("front", SECRET)})
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.content.decode()


@pytest.mark.parametrize("backend", ["dummy.DummyCache", "redis.RedisCache"])
@pytest.mark.parametrize("door", DOORS)
def test_a_cache_that_fails(knock, settings, door, backend):
    """Without a cache that counts, a wrong secret is refused and a right one accepted."""
    settings.CACHES = {
        "default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "redis://127.0.0.1:1"},
    }
    assert knock(door, headers={"Authorization": basic_header("front", "wrong")}).status_code == 401
    assert knock(door, headers={"Authorization": basic_header("front", SECRET)}).status_code == 200


@pytest.mark.parametrize(
    ("rest_framework", "shared"), [({"NUM_PROXIES": 1}, False), ({}, True)], ids=["one proxy", "no proxy"]
)
def test_an_address_behind_a_proxy(knock, settings, rest_framework, shared):
    """Callers behind a proxy are told apart where the site says how many proxies there are."""
    settings.REST_FRAMEWORK = rest_framework
    wrong = {"Authorization": basic_header("front", "wrong")}
    for _guess in range(4):
        knock("exchange", headers=wrong, HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert (knock("exchange", headers=wrong, HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 429) == shared


def test_an_ipv6_network_is_one_caller(knock):
    """Addresses of one /64 are counted together, those of another are not."""
    wrong = {"Authorization": basic_header("front", "wrong")}
    for number in range(4):
        last = knock("exchange", headers=wrong, REMOTE_ADDR=f"2001:db8::{number + 1}")
    assert last.status_code == 429
    assert knock("exchange", headers=wrong, REMOTE_ADDR="2001:db8:0:1::1").status_code == 401


def test_many_clients_of_one_address(knock):
    """Made-up client ids of one address have to wait and leave few records; the right client is accepted."""
    codes = [knock("exchange", headers={"Authorization": basic_header(f"c{n}", "x")}).status_code for n in range(20)]
    assert codes == [401] * 15 + [429] * 5
    assert ExchangeRecord.objects.count() == 16, "the last one says that there were too many"
    assert knock("exchange", headers={"Authorization": basic_header("front", SECRET)}).status_code == 200


def test_the_toolkit_alone_accepts_a_blank_secret():
    """The toolkit accepts a blank secret for a client without one, which our check prevents."""
    assert OAuth2Validator()._check_secret("", make_password(""))
