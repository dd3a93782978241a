"""INV-5: an issuer is compared exactly, its keys verify its own tokens only, and no token says where keys are."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.jose.issuer import Issuer, as_json, encode
from tests.worlds.external_issuer import current, trusting
from token_exchange.sts.vocabulary import JWT

pytestmark = pytest.mark.scenario("INV-5")

few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
characters = st.characters(min_codepoint=0x20, max_codepoint=0x2FFF)
leading_elsewhere = st.sampled_from(
    ["jku", "x5u", "jwk", "x5c", "iss", "jwks_uri", "kid", "x5t", "x5t#S256", "cty", "url"]
)


@few
@given(position=st.integers(0, 40), snippet=st.text(characters, min_size=1, max_size=3), how=st.sampled_from("aid"))
def test_no_other_text_is_the_issuer(world, key_server, present, position, snippet, how):
    """A valid token is refused if one character of its issuer differs from the row's."""
    issuer = key_server.issuer
    before, after = issuer[:position], issuer[position:]
    other = before + {"a": snippet + after, "i": snippet + after[1:], "d": after[1:]}[how]
    assume(other != issuer)
    world.refused(
        lambda: present(key_server.sign()),
        lambda: present(key_server.sign(iss=other)),
        error="invalid_request",
        reason="issuer_unknown",
    )
    assert set(key_server.requests) == {"/.well-known/openid-configuration", "/keys"}


@pytest.mark.parametrize("issuer", [["https://issuer.example"], {"https://issuer.example": 1}, 1, True, None, ""])
def test_what_is_no_text_is_no_issuer(world, issuer):
    """A list that contains the issuer is refused (fast-jwt CVE-2025-30144)."""
    signer = Issuer()
    trusting(world, signer)
    world.refused(
        lambda: world.exchange(signer.token(**current()), subject_token_type=JWT),
        lambda: world.exchange(signer.sign(signer.header(), current(iss=issuer, sub="alice")), subject_token_type=JWT),
        error="invalid_request",
        reason="issuer_unknown",
    )


@pytest.mark.scenario("D32")
def test_each_issuer_speaks_for_itself(world):
    """Of nine pairs of signer and named issuer, with equal key ids, the three with the same issuer are accepted."""
    signers = {name: Issuer(name=name) for name in ("one", "two", "three")}
    for name, signer in signers.items():
        trusting(world, signer, name=name, issuer=f"https://{name}.example")

    def present(signed_by, name):
        token = signers[signed_by].token(**current(iss=f"https://{name}.example"))
        return world.exchange(token, subject_token_type=JWT)

    for signed_by in signers:
        for name in signers.keys() - {signed_by}:
            world.refused(
                lambda name=name: present(name, name),
                lambda signed_by=signed_by, name=name: present(signed_by, name),
                error="invalid_request",
                reason="signature_invalid",
            )


@few
@given(members=st.dictionaries(leading_elsewhere, st.sampled_from(["/attacker", "/keys#", "/keys?x", "x"]), min_size=1))
def test_no_header_leads_to_keys(world, key_server, present, members):
    """Keys are requested only from the two addresses of the row, whatever URLs a forged token contains."""
    attacker = Issuer(name="attacker")
    header = {"alg": "RS256", "kid": "one", **{name: key_server.issuer + path for name, path in members.items()}}
    payload = key_server.sign().split(".")[1]
    forged = attacker.sign(header).split(".")[2]
    # A name that the issuer's keys do not have may be that of a newer one, where nothing worse is wrong.
    unknown = "kid" in members and "jwk" not in members
    world.refused(
        lambda: present(key_server.sign()),
        lambda: present(f"{encode(as_json(header))}.{payload}.{forged}"),
        error="temporarily_unavailable" if unknown else "invalid_request",
        status=503 if unknown else 400,
    )
    assert set(key_server.requests) <= {"/.well-known/openid-configuration", "/keys"}
