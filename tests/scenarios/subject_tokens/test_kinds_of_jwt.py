"""C10, INV-3: a JWT of an external issuer is accepted only as its own type, if the row accepts several (T08)."""

from __future__ import annotations

import pytest

from tests.jose.issuer import Issuer
from tests.worlds.external_issuer import current, trusting
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = [
    pytest.mark.scenario("C10"),
    pytest.mark.scenario("INV-3"),
    pytest.mark.compliance("RFC 8725", "3.11"),
    pytest.mark.compliance("RFC 8725", "3.12"),
]

SIGNER = Issuer()
OTHER_KINDS = [
    "entity-statement+jwt",
    "oauth-id-jag+jwt",
    "kb+jwt",
    "JOSE+JSON",
    "application/logout+jwt",
    "APPLICATION/DPOP+JWT",
    "application/application/jwt",
    "text/jwt",
    "jwt/application",
    "application/",
    "jwt; charset=utf-8",
    "j\u017f",
]


@pytest.fixture
def present(world):
    """Return a function that presents a token of the issuer, whose row accepts all three types, as one type."""
    row = trusting(world, SIGNER, token_types=[JWT, ID_TOKEN, ACCESS_TOKEN])
    lists = {"trusted_issuers": [row]}
    world.policy(ways=["same_subject"], subject_token_types=[ID_TOKEN, ACCESS_TOKEN], lists=lists)

    def exchange(declared, typ="JWT", **claims):
        header = {name: value for name, value in SIGNER.header(typ=typ).items() if value is not ...}
        token = SIGNER.sign(header, {**current(iss=row.issuer, sub="alice"), **claims})
        return world.exchange(token, subject_token_type=declared)

    return exchange


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "AT+JWT"])
def test_an_access_token_that_says_so_is_no_id_token(world, present, typ):
    """A JWT with the type `at+jwt`, in either spelling, is accepted as access token only (RFC 9068 §2.1)."""
    world.refused(
        lambda: present(ACCESS_TOKEN, typ),
        lambda: present(ID_TOKEN, typ),
        error="invalid_request",
        reason="token_type_not_taken_from_issuer",
    )


@pytest.mark.compliance("RFC 7515", "4.1.9")
@pytest.mark.parametrize("declared", [JWT, ID_TOKEN, ACCESS_TOKEN])
@pytest.mark.parametrize("typ", ["jwt", "application/jwt", "Application/JWT", "JOSE", "jose", "application/jose", ...])
def test_a_type_that_means_any_jwt_is_accepted(present, declared, typ):
    """The type is a media type: its case and `application/` are ignored, and `JOSE` fits every kind."""
    assert present(declared, typ).status_code == 200


@pytest.mark.parametrize("claim", ["at_hash", "c_hash", "s_hash"])
@pytest.mark.parametrize("typ", ["JWT", ..., "at+jwt"])
def test_an_id_token_is_no_access_token(world, present, claim, typ):
    """A JWT with claims of ID tokens (OpenID Connect Core §3.1.3.6, §3.3.2.11) is refused as access token."""
    marked = {claim: "ngDXJ5l5gWzX2jZ0"}
    world.refused(
        lambda: present(ACCESS_TOKEN, typ),
        lambda: present(ACCESS_TOKEN, typ, **marked),
        error="invalid_request",
        reason="token_type_not_taken_from_issuer",
    )
    assert present(ID_TOKEN, **marked).status_code == 200


@pytest.mark.parametrize("declared", [JWT, ID_TOKEN, ACCESS_TOKEN])
@pytest.mark.parametrize("typ", ["logout+jwt", "secevent+jwt", "dpop+jwt", "id+jwt", "at+jwt+", *OTHER_KINDS])
def test_another_kind_is_none_of_them(world, present, declared, typ):
    """A logout token, a security event or a proof of possession is refused as every type."""
    world.refused(
        lambda: present(declared),
        lambda: present(declared, typ),
        error="invalid_request",
        reason="token_type_not_taken_from_issuer",
    )
