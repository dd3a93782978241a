"""Section D: a token of a trusted issuer is accepted, and each flaw in it is refused."""

from __future__ import annotations

import base64
import hmac
import json
import time
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.worlds.key_server import AUDIENCE
from token_exchange.models import ExchangeRecord, TrustedIssuer, UsedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN

ABSENT = None


@pytest.fixture
def refused(world, key_server, present):
    """Refuse a token between two valid ones, and check that it leaves nothing but its record."""

    def attempt(token, reason=None, **parameters):
        return world.refused(
            lambda: present(key_server.sign()),
            lambda: present(token, **parameters),
            error="invalid_request",
            reason=reason,
        )

    return attempt


def test_d04_an_issuer_is_compared_exactly(key_server, refused):
    """An issuer that differs in a slash, case, port, scheme, user or suffix is another issuer."""
    issuer = key_server.issuer
    for other in (
        issuer + "/",
        issuer.upper(),
        issuer.replace("https://", "http://"),
        issuer.replace("https://", "https://good@"),
        issuer + ".evil.example",
        issuer.replace("localhost", "loc%61lhost"),
    ):
        refused(key_server.sign(iss=other), "issuer_unknown")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": ABSENT}, id="D07 no audience"),
        pytest.param({"aud": "https://elsewhere.example"}, id="D08 other audience"),
        pytest.param({"aud": ""}, id="D11 empty text"),
        pytest.param({"aud": []}, id="D11 empty list"),
        pytest.param({"aud": [[AUDIENCE]]}, id="D11 nested"),
        pytest.param({"exp": ABSENT}, id="D14 no expiry"),
        pytest.param({"iat": ABSENT}, id="D17 no issue time"),
        pytest.param({"sub": ABSENT}, id="INV-8 no subject"),
        pytest.param({"iat": int(time.time()) + 3_000}, id="D17 from the future"),
        pytest.param({"iat": int(time.time()) - 7_200}, id="D17 too old"),
        pytest.param({"nbf": int(time.time()) + 3_000}, id="C13 D18 not yet"),
        pytest.param({"exp": int(time.time()) - 60}, id="D19 expired"),
    ],
)
def test_claims_that_do_not_hold(key_server, refused, claims):
    """A token is refused if its issuer, subject, audience or a time is missing, malformed or out of bounds."""
    refused(key_server.sign(**claims), "claims_invalid")


@pytest.mark.parametrize("expires", ["1", 1.5, True, -1, 10**30])
def test_d15_an_expiry_of_another_kind(key_server, refused, expires):
    """An `exp` that is not a plain number within bounds is refused."""
    refused(_signed(key_server, {"exp": expires}))


def test_d19_the_leeway_is_one_constant(key_server, present):
    """A token that expired within the leeway is refused, because the new token would not last a second."""
    assert present(key_server.sign(exp=int(time.time()) - 10)).status_code == 400


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_d21_no_signature_is_no_signature(key_server, refused, algorithm):
    """A token with the algorithm `none`, in any spelling, is refused."""
    header, payload, _signature = key_server.sign().split(".")
    forged = _encode({"alg": algorithm, "kid": "one"})
    refused(f"{forged}.{payload}.")
    refused(f"{forged}.{payload}.{_signature}")
    assert header


def test_d22_the_public_key_is_no_secret(world, key_server, refused):
    """HS256 with the issuer's public key as its secret, in any form, is refused, and no user is created."""
    public = key_server.keys["one"].public_key()
    forms = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(key_server.jwks()["keys"][0]).encode(),
    ]
    payload = key_server.sign().split(".")[1]
    for form in forms:
        signing_input = f"{_encode({'alg': 'HS256', 'kid': 'one'})}.{payload}"
        mac = hmac.new(form, signing_input.encode(), sha256).digest()
        refused(f"{signing_input}.{_base64(mac)}", "signature_invalid")


def test_d24_d25_another_key_under_a_known_name(key_server, refused):
    """A token whose `kid` names a known key, but which was signed with another key, is refused."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    refused(key_server.sign(key=stranger), "signature_invalid")


@pytest.mark.parametrize("header", [{"b64": False}, {"crit": ["x"]}, {"jwk": {}}, {"zip": "DEF"}])
def test_inv19_headers_that_lead_elsewhere(key_server, refused, header):
    """A header that contains a key or changes how the token is read is refused before any key is looked up."""
    refused(key_server.sign(header=header), "jwt_malformed")


def test_d32_the_key_of_one_issuer_never_verifies_another(world, key_server, issuer, refused):
    """A token that one trusted issuer signed with another's identifier in `iss` is refused."""
    other = TrustedIssuer.objects.create(
        name="other", issuer="https://other.example", audiences=[AUDIENCE], verification="pasted", pasted_keys=_pasted()
    )
    assert other
    refused(key_server.sign(iss="https://other.example"), "signature_invalid")


def test_d50_an_external_token_is_no_actor_token(world, key_server, present):
    """An external token is refused as actor token."""
    subject = world.login_token()
    world.policy()
    answer = world.exchange(
        subject, actor_token=key_server.sign(), actor_token_type="urn:ietf:params:oauth:token-type:jwt"
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_d52_local_tokens_go_on(world, issuer):
    """Trusting an issuer changes nothing for tokens of this server."""
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200


@pytest.mark.parametrize("declared", [ACCESS_TOKEN, ID_TOKEN])
def test_a_type_that_the_row_does_not_take(key_server, refused, declared):
    """A valid token is refused under a type that neither the policy nor the issuer's row accepts."""
    refused(key_server.sign(), subject_token_type=declared)


def test_d54_d60_single_use(world, key_server, issuer, present):
    """A single-use token is accepted once, identified by its `jti`; a token without `jti` is refused."""
    issuer.single_use = True
    issuer.save()
    token = key_server.sign()
    assert present(token).status_code == 200
    before = world.counts()
    world.assert_refusal(present(token), before, error="invalid_request", reason="token_replayed")
    before = world.counts()
    world.assert_refusal(
        present(key_server.sign(jti=ABSENT)), before, error="invalid_request", reason="token_without_id"
    )
    assert UsedToken.objects.count() == 1


def test_d59_a_store_that_fails_refuses(key_server, issuer, present, monkeypatch):
    """If the record of used tokens cannot be read, nothing is issued and the answer is a server error."""
    from django.db import OperationalError

    issuer.single_use = True
    issuer.save()

    def broken(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(UsedToken, "save", broken)
    assert present(key_server.sign()).status_code == 503


def test_d06_disabling_the_issuer_ends_its_tokens(world, key_server, issuer, present):
    """Disabling an issuer makes the tokens inactive that were issued for its tokens."""
    issued = present(key_server.sign()).json()["access_token"]
    issuer.enabled = False
    issuer.save()
    assert world.introspect(issued) == {"active": False}
    assert present(key_server.sign()).status_code == 400


def test_j09_an_expiry_in_ten_years_is_capped(key_server, present):
    """The long lifetime of an external token does not lengthen that of the new token."""
    assert present(key_server.sign(exp=int(time.time()) + 315_000_000)).json()["expires_in"] == 300


def test_f22_an_external_may_act_is_refused(key_server, refused):
    """A `may_act` of an external issuer that names a local party is refused."""
    refused(key_server.sign(may_act={"sub": "client:front"}), "chain_malformed")


@pytest.mark.scenario("TXS-014")
@pytest.mark.parametrize("confirmation", [{"jkt": "x" * 43}, {"x5t#S256": "x" * 43}, {}, "", False])
def test_txs_014_a_token_bound_to_a_key_is_no_bearer_token(key_server, refused, confirmation):
    """A token that is bound to a key is refused: exchanging it would turn a stolen one into a bearer token."""
    refused(key_server.sign(cnf=confirmation), "token_bound_to_key")


def test_listed_claims_are_copied(world, key_server, present):
    """Introspection of the new token shows the claims that the issuer's row lists, and no others."""
    TrustedIssuer.objects.update(copied_claims=["department", "absent"])
    answer = present(key_server.sign(department={"name": "sales"}, salary=7))
    told = world.introspect(answer.json()["access_token"])
    assert told["department"] == {"name": "sales"}
    assert {"salary", "absent"}.isdisjoint(told)


def test_the_record_names_the_issuer(key_server, present):
    """The record names the external issuer of the subject token."""
    present(key_server.sign())
    assert ExchangeRecord.objects.latest("pk").trusted_issuer == key_server.issuer


def _encode(header):
    return _base64(json.dumps(header).encode())


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(key_server, claims):
    """Return a correctly signed token with claims that no library would write."""
    from jwt.algorithms import RSAAlgorithm

    payload = json.loads(base64.urlsafe_b64decode(key_server.sign().split(".")[1] + "=="))
    signing_input = f"{_encode({'alg': 'RS256', 'kid': 'one'})}.{_base64(json.dumps({**payload, **claims}).encode())}"
    signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(signing_input.encode(), key_server.keys["one"])
    return f"{signing_input}.{_base64(signature)}"


def _pasted():
    from tests.worlds.key_server import public_jwk

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return json.dumps({"keys": [public_jwk(key, "one")]})
