"""Test the checks of signed claims."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.jose.issuer import NOW, claims
from tests.jose.refusing import flaw_of
from token_exchange.jose.claims import CheckedClaims, check
from token_exchange.jose.refusal import Flaw
from token_exchange.jose.strict_json import parse_object
from token_exchange.sts.vocabulary import LEEWAY

ISSUER, API = "https://issuer.example", "https://api.example"
END_OF_TIME = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
NO_TIMES = [
    *(None, True, False, "", "1750000000", [NOW], {}, {"$date": NOW}),
    *(float("nan"), float("inf"), -float("inf"), 2**53 + 1, -(2**53) - 1, 2**63 - 1, 1e300),
]
NO_IDENTIFIERS = [None, True, 1, [], ["alice"], {}, "", " ", "alice ", " alice", "ali\nce", "a\u200bb", "a" * 256]


def checked(now=NOW, audiences=frozenset({API}), issuer=ISSUER, **changes):
    """Return what `check` returns for the claims of an honest token with these changes."""
    return check(claims(**changes), issuer=issuer, audiences=audiences, now=now, max_age=3_600)


def test_honest_claims_hold():
    """Issuer, subject, audiences, times and identifier are those of the token."""
    assert checked(jti="1", email="a@b.example") == CheckedClaims(
        issuer=ISSUER,
        subject="alice",
        audiences=frozenset({API}),
        expires=NOW + 300,
        issued_at=NOW,
        token_id="1",
        claims=claims(jti="1", email="a@b.example"),
    )
    assert checked().token_id is None


@pytest.mark.scenario("D04")
@pytest.mark.parametrize(
    "issuer",
    [
        "https://issuer.example/",
        "https://Issuer.example",
        "HTTPS://issuer.example",
        "http://issuer.example",
        "https://issuer.example:443",
        "https://issuer.example#",
        "https://issuer.example?",
        "https://issuer.example@evil.example",
        "https://issuer.example.evil.example",
        "https://%69ssuer.example",
        "https://\u0456ssuer.example",
        " https://issuer.example",
        "",
        [ISSUER],
        {ISSUER: 1},
        None,
        True,
        ...,
    ],
    ids=repr,
)
def test_the_issuer_is_one_exact_string(issuer):
    """Another slash, port or letter case, or a list around it, makes another issuer."""
    assert flaw_of(checked, iss=issuer) is Flaw.ISSUER_WRONG


def test_an_empty_issuer_matches_no_token():
    """An empty issuer accepts no token, not even one without issuer."""
    assert flaw_of(checked, issuer="", iss="") is Flaw.ISSUER_WRONG


@pytest.mark.parametrize("subject", [*NO_IDENTIFIERS, ...], ids=repr)
def test_the_subject_is_short_printable_text(subject):
    """The subject must be a text that can be shown, stored and compared."""
    is_long = isinstance(subject, str) and len(subject) > 255
    assert flaw_of(checked, sub=subject) is (Flaw.SUBJECT_TOO_LONG if is_long else Flaw.SUBJECT_MALFORMED)


@pytest.mark.parametrize("identifier", NO_IDENTIFIERS, ids=repr)
def test_an_identifier_is_text_like_that_too(identifier):
    """`jti` may be missing, but if present it must be as strict as the subject, because single use depends on it."""
    assert flaw_of(checked, jti=identifier) is Flaw.TOKEN_ID_MALFORMED


def test_the_longest_names_that_count():
    """255 characters of subject, 1,024 of audience and 32 audiences pass."""
    others = ["a" * 1_024, *map(str, range(30))]
    holds = checked(sub="ä b" + "a" * 252, jti="a" * 255, aud=[*others, API])
    assert len(holds.subject) == 255
    assert len(holds.audiences) == 32


@pytest.mark.scenario("D11")
@pytest.mark.parametrize(
    "audience",
    [
        *("", [], None, 1, True, {}, {API: 1}, "a\n", ...),
        *([[API]], [API, ""], [API, 1], [API, None], ["a" * 1_025], [API] * 33),
    ],
    ids=range(15),
)
def test_the_audience_is_text_or_a_list_of_text(audience):
    """A missing, empty, null, numeric or nested audience is refused, even beside a valid one."""
    assert flaw_of(checked, aud=audience) is Flaw.AUDIENCE_MALFORMED


@pytest.mark.compliance("RFC 8725", "3.9")
@pytest.mark.scenario("D08")
@pytest.mark.parametrize("audience", ["other", ["other"], API + "/", API.upper(), API[:-1], f"{API} {API}"])
def test_the_audience_is_one_of_ours_exactly(audience):
    """Another audience, or one that only looks similar, is refused."""
    assert flaw_of(checked, aud=audience) is Flaw.AUDIENCE_WRONG


def test_any_of_our_audiences_will_do():
    """A token may name other audiences beside an accepted one."""
    assert checked(aud=["other", "b"], audiences=frozenset({"a", "b"})).audiences == {"other", "b"}


@pytest.mark.scenario("D12")
def test_no_audience_of_ours_lets_nothing_in():
    """An issuer without accepted audiences accepts no token."""
    assert flaw_of(checked, audiences=frozenset()) is Flaw.AUDIENCE_WRONG


@pytest.mark.scenario("D15")
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", NO_TIMES, ids=repr)
def test_what_is_no_number_of_seconds_is_no_time(name, value):
    """A time must be a finite number that every JSON parser reads alike: no text, boolean or object."""
    assert flaw_of(checked, **{name: value}) is Flaw.TIME_MALFORMED


@pytest.mark.compliance("RFC 7519", "2")
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("written", ["1750000000", "1750000000.0", "1750000000.25", "1.75e9", "1750000000e0", "175E+7"])
def test_a_time_is_any_json_number(name, written):
    """A time may have a fraction or an exponent, and the fraction counts."""
    value = parse_object(f'{{"time": {written}}}'.encode())["time"]
    holds = checked(now=NOW, **{name: value})
    assert {"exp": holds.expires, "iat": holds.issued_at}.get(name, NOW) - float(written) == 0 or name == "nbf"


@pytest.mark.scenario("INV-8")
@given(
    name=st.sampled_from(["exp", "iat", "nbf"]),
    value=st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53) | st.floats(NOW - 4_000, NOW + 400),
)
@example(name="nbf", value=-62_135_596_800)  # the year 1, which .NET writes where nothing was set
@example(name="exp", value=2**53)
def test_any_number_of_seconds_is_compared_and_nothing_else(name, value):
    """A time is accepted or refused by its size alone, whether whole, fractional, negative or far away."""
    expected = {
        "exp": value + LEEWAY > NOW,
        "iat": NOW - 3_600 - LEEWAY <= value <= NOW + LEEWAY,
        "nbf": value <= NOW + LEEWAY,
    }[name]
    if expected:
        assert checked(**{name: value})
    else:
        assert flaw_of(checked, **{name: value}) in {Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.TOO_OLD}


@pytest.mark.parametrize("expires", [END_OF_TIME, END_OF_TIME + 1, 2**53, 9e15])
def test_a_time_may_lie_beyond_every_date(expires):
    """An `exp` after the last possible date, as in milliseconds, becomes the last second of that date."""
    assert checked(exp=expires).expires == END_OF_TIME


@pytest.mark.scenario("D14")
@pytest.mark.parametrize("name", ["exp", "iat"])
def test_expiry_and_issue_are_required(name):
    """A token without `exp` or without `iat` is refused."""
    assert flaw_of(checked, **{name: ...}) is Flaw.TIME_MALFORMED


@pytest.mark.scenario("D19")
def test_a_token_is_over_when_its_leeway_is():
    """A token is accepted until the leeway after `exp` has passed, and refused from then on."""
    assert checked(now=NOW + 300 + LEEWAY - 1)
    assert checked(now=NOW + 300 + LEEWAY - 0.001)
    assert flaw_of(checked, now=NOW + 300 + LEEWAY) is Flaw.EXPIRED
    assert flaw_of(checked, now=NOW + 300 + LEEWAY + 1) is Flaw.EXPIRED


@pytest.mark.scenario("D18")
def test_a_token_begins_a_leeway_early():
    """`nbf` may be ahead by the leeway, and not a second more."""
    assert checked(nbf=NOW + LEEWAY)
    assert flaw_of(checked, nbf=NOW + LEEWAY + 1) is Flaw.NOT_YET_VALID
    assert flaw_of(checked, nbf=NOW + 300) is Flaw.NOT_YET_VALID


@pytest.mark.scenario("D17")
def test_a_token_is_neither_from_the_future_nor_too_old():
    """`iat` may be ahead by the leeway, and behind by the accepted age and the leeway."""
    assert checked(iat=NOW + LEEWAY)
    assert flaw_of(checked, iat=NOW + LEEWAY + 1) is Flaw.NOT_YET_VALID
    assert checked(iat=NOW - 3_600 - LEEWAY)
    assert flaw_of(checked, iat=NOW - 3_600 - LEEWAY - 1) is Flaw.TOO_OLD


@pytest.mark.scenario("D47")
@pytest.mark.parametrize("skew", [-LEEWAY - 1, -LEEWAY, 0, LEEWAY - 1, LEEWAY, LEEWAY + 1])
def test_two_clocks_may_differ_by_the_leeway(skew):
    """A token that is issued and expires this second is accepted if the clocks differ by less than the leeway."""
    token = {"iat": NOW, "nbf": NOW, "exp": NOW}
    if -LEEWAY <= skew < LEEWAY:
        assert checked(now=NOW + skew, **token)
    else:
        assert flaw_of(checked, now=NOW + skew, **token) in {Flaw.EXPIRED, Flaw.NOT_YET_VALID}


def test_the_leeway_is_thirty_seconds():
    """The leeway is 30 seconds."""
    assert LEEWAY == 30


def test_nothing_of_a_token_is_shown():
    """The representation shows the checked claims and no others."""
    assert "email" not in repr(checked(email="alice@issuer.example"))
