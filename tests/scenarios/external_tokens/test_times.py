"""D15: a time may be any JSON number of seconds, in a JWT and in the answer of an introspection endpoint."""

from __future__ import annotations

import json
import re
import time

import pytest
import time_machine

from tests.jose.issuer import as_json
from tests.worlds.old_server import answer_of_the_old_server
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import JWT

pytestmark = [
    pytest.mark.scenario("D15"),
    pytest.mark.compliance("RFC 7519", "2"),
    pytest.mark.usefixtures("world"),  # asked for by name only below, where nobody opens the databases for it
]

NOW = int(time.time()) // 1_000 * 1_000
"""A moment of which the last digits are zeros, so that an exponent can say it."""
SPELT = {"SOON": str(NOW + 300), "AGO": str(NOW - 300), "KILO": str(NOW // 1_000 + 1)}

CURRENT = ["SOON", "SOON.0", "SOON.25", "SOON.25e0", "KILOe3", "KILO.3E+3", "4e9", "9e15", "9007199254740992"]
OVER = ["AGO", "AGO.75", "1.6e9", "1", "0", "0.5", "-0.0", "-1", "-6.2135596800e10"]
NO_TIME = ['"SOON"', '"4e9"', "true", "null", "[SOON]", '{"t": SOON}', "9007199254740994", "1e16"]
MALFORMED = ["1e999", "NaN", "Infinity", "99999999999999999999"]


@pytest.fixture
def jwt(world):
    """Return a function that exchanges a JWT with this spelling of `exp`, and returns status and detail."""
    external = PastedIssuer(world, single_use=True)
    external.policy()

    def trade(spelling):
        exp = spelt(spelling)
        claims = {"iss": external.row.issuer, "sub": "alice", "aud": external.row.audiences, "iat": NOW, "jti": exp}
        payload = as_json(claims)[:-1] + b',"exp":' + exp.encode() + b"}"
        return told(world.exchange(external.signer.sign(external.signer.header(), payload), subject_token_type=JWT))

    return trade


@pytest.fixture
def introspected(world, old_server):
    """Return a function that does the same for an opaque token whose server answers with this `exp`."""

    def trade(spelling):
        answer = json.dumps(answer_of_the_old_server(exp="EXP")).replace('"EXP"', spelt(spelling))
        old_server.introspected["token-with-an-odd-time"] = answer.encode()
        return told(world.exchange("token-with-an-odd-time"))

    return trade


def spelt(spelling):
    """Replace the moments in a spelling by numbers."""
    return re.sub("SOON|AGO|KILO", lambda found: SPELT[found[0]], spelling)


@pytest.fixture(autouse=True)
def clock():
    """Return the moment at which all these tests take place."""
    with time_machine.travel(NOW, tick=False):
        yield


def told(answer):
    """Return the status, and the detail in the record."""
    record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
    return answer.status_code, record.detail


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", CURRENT)
def test_a_number_in_the_future_counts(request, path, exp):
    """A time in the future is accepted with a fraction, an exponent, or beyond the last date of Python."""
    assert request.getfixturevalue(path)(exp) == (200, "")


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", OVER)
def test_a_number_in_the_past_is_over(request, path, exp):
    """A time in the past is refused as expired, in every spelling of the number."""
    assert request.getfixturevalue(path)(exp) == (400, "expired")


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", NO_TIME)
def test_what_is_no_number_of_seconds_is_refused(request, path, exp):
    """A text, a boolean, and a number beyond the whole numbers that every JSON reader keeps exact are refused."""
    assert request.getfixturevalue(path)(exp) == (400, "time_malformed")


@pytest.mark.parametrize("exp", MALFORMED)
def test_what_is_no_number_is_not_read(jwt, introspected, exp):
    """A number that JSON does not have makes a token malformed, and a server's answer unreadable."""
    assert jwt(exp)[0] == 400
    assert introspected(exp)[0] == 503


def test_a_fraction_of_a_second_is_never_given_away(world, old_server):
    """The new token, which lasts whole seconds, does not expire after the old one."""
    old_server.introspected["token-with-an-odd-time"] = answer_of_the_old_server(exp=NOW + 10.75)
    answer = world.exchange("token-with-an-odd-time")
    assert answer.json()["expires_in"] == 10
    assert world.introspect(answer.json()["access_token"])["exp"] <= NOW + 10.75
    assert time.time() == NOW
