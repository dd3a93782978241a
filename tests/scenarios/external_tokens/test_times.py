"""D15: a time is any JSON number of seconds, in a JWT and in the answer of a server that is asked alike."""

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
    """A function that trades a JWT whose `exp` is written so, and returns status and detail."""
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
    """The same for an opaque token, of which its server says so."""

    def trade(spelling):
        answer = json.dumps(answer_of_the_old_server(exp="EXP")).replace('"EXP"', spelt(spelling))
        old_server.introspected["token-with-an-odd-time"] = answer.encode()
        return told(world.exchange("token-with-an-odd-time"))

    return trade


def spelt(spelling):
    """The spelling with its moments in numbers."""
    return re.sub("SOON|AGO|KILO", lambda found: SPELT[found[0]], spelling)


@pytest.fixture(autouse=True)
def clock():
    """The moment of all these tests."""
    with time_machine.travel(NOW, tick=False):
        yield


def told(answer):
    """Status, and what the record holds beside the reason."""
    record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
    return answer.status_code, record.detail


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", CURRENT)
def test_a_number_in_the_future_counts(request, path, exp):
    """Fraction, exponent and a time beyond every date: it has not come yet."""
    assert request.getfixturevalue(path)(exp) == (200, "")


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", OVER)
def test_a_number_in_the_past_is_over(request, path, exp):
    """However it is written, it is compared as a number."""
    assert request.getfixturevalue(path)(exp) == (400, "expired")


@pytest.mark.parametrize("path", ["jwt", "introspected"])
@pytest.mark.parametrize("exp", NO_TIME)
def test_what_is_no_number_of_seconds_is_refused(request, path, exp):
    """Text, booleans and what lies beyond the whole numbers that every reader of JSON can tell apart."""
    assert request.getfixturevalue(path)(exp) == (400, "time_malformed")


@pytest.mark.parametrize("exp", MALFORMED)
def test_what_is_no_number_is_not_read(jwt, introspected, exp):
    """A token with a number that JSON does not have is malformed; a server that answers one has not answered."""
    assert jwt(exp)[0] == 400
    assert introspected(exp)[0] == 503


def test_a_fraction_of_a_second_is_never_given_away(world, old_server):
    """The new token ends with the old one at the latest, its seconds being whole."""
    old_server.introspected["token-with-an-odd-time"] = answer_of_the_old_server(exp=NOW + 10.75)
    answer = world.exchange("token-with-an-odd-time")
    assert answer.json()["expires_in"] == 10
    assert world.introspect(answer.json()["access_token"])["exp"] <= NOW + 10.75
    assert time.time() == NOW
