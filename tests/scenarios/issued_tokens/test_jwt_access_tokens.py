"""An exchange issues access tokens as JWTs, for a target that needs them and on request (RFC 9068)."""

from __future__ import annotations

import json

import jwt
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_backends import get_oauthlib_core

from tests.worlds.client_chain import ClientChain
from tests.worlds.help_desk import HelpDesk, value_of
from tests.worlds.signing import ISSUER, new_key, published, verified
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.toolkit.signing_keys import signing_keys

REQUIRED = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}


@pytest.fixture
def policy(world):
    return world.policy()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_at_001_signed_with_each_algorithm(world, policy, jwt_target, settings, algorithm):
    """A JWT is signed with the algorithm of the site's first key, and any JWT library verifies it."""
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [new_key(algorithm)]}
    header, _claims = verified(world.issued(world.login_token()))
    assert header == {"alg": algorithm, "typ": "at+jwt", "kid": header["kid"]}


def test_at_002_its_type_is_in_the_header(world, policy, jwt_target):
    """The header names the type, so that no ID token can be taken for an access token."""
    assert verified(world.issued(world.login_token()))[0]["typ"] == "at+jwt"


def test_at_003_its_claims(world, policy, jwt_target):
    """A JWT has every required claim, all as introspection says, and its issuer is that of the metadata."""
    token = world.issued(world.login_token())
    _header, claims = verified(token)
    assert set(claims) >= REQUIRED
    told = world.introspect(token, client=world.back)
    of_introspection = {"active": True, "username": "alice", "token_type": "Bearer"}
    assert {**claims, **of_introspection} == told
    metadata = Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
    assert (claims["iss"], metadata["jwks_uri"]) == (metadata["issuer"], f"{ISSUER}/.well-known/jwks.json")


def test_at_004_a_client_as_its_subject(world, jwt_target):
    """The JWT of a client names the client as its subject, with a prefix that no user has."""
    world.policy(subject_kind="clients", ways=["same_subject"])
    _header, claims = verified(world.issued(world.client_token()))
    assert (claims["sub"], claims["client_id"]) == ("client:front", "front")


def test_at_005_the_original_authentication(world, present, key_server, signing):
    """`auth_time`, `acr` and `amr` are those of the first login, also after another exchange."""
    world.target.token_format = "at+jwt"
    world.target.save()
    first = value_of(present(key_server.sign(auth_time=1_700_000_000, acr="gold", amr=["pwd", "otp"])))
    world.policy(client=world.back, ways=["client_acts"], issued_to=[world.front], subject_token_types=[ACCESS_TOKEN])
    second = world.issued(first, client=world.back)
    for token in (first, second):
        _header, claims = verified(token)
        assert (claims["auth_time"], claims["acr"], claims["amr"]) == (1_700_000_000, "gold", ["pwd", "otp"])


def test_at_006_its_scope(world, policy, jwt_target):
    """The claim `scope` is one text with the granted scopes."""
    _header, claims = verified(world.issued(world.login_token(), scope="read"))
    assert claims["scope"] == "read"


def test_at_009_its_audience(world, policy, jwt_target):
    """The audience is the target's name, and the resource URIs that the client requested."""
    _header, claims = verified(world.issued(world.login_token(), resource="https://back-api.example/"))
    assert claims["aud"] == ["back-api", "https://back-api.example/"]


def test_at_010_a_target_by_default(world, policy, jwt_target):
    """A client that requests no target gets a token for the policy's only target, never an unrestricted one."""
    assert verified(world.issued(world.login_token()))[1]["aud"][0] == "back-api"
    world.refuses(world.login_token(), error="invalid_target", audience="unknown")


def test_at_014_each_target_has_its_audience(world, jwt_target):
    """A JWT for one target does not verify for another."""
    world.policy(targets=[world.target, world.other_target], scopes=["read"])
    token = world.issued(world.login_token(), audience="back-api")
    with pytest.raises(jwt.InvalidAudienceError):
        verified(token, audience="invoices-api")


def test_its_actor(world, jwt_target):
    """The claim `act` names the actors, the current one outermost (RFC 8693 §4.1)."""
    desk = HelpDesk(world)
    _header, claims = verified(desk.token())
    assert claims["act"] == {"iss": ISSUER, "sub": str(world.bob.pk)}
    assert (claims["way"], claims["policy"]) == ("delegation", desk.policy.name)


def test_on_request(world, on_request):
    """A client that requests a JWT gets one where the policy lists the type, and an opaque token otherwise."""
    opaque, asked = world.exchange(world.login_token()), world.exchange(world.login_token(), requested_token_type=JWT)
    assert (opaque.json()["issued_token_type"], asked.json()["issued_token_type"]) == (ACCESS_TOKEN, JWT)
    assert asked.json()["token_type"] == "Bearer"
    assert "." not in value_of(opaque)
    verified(value_of(asked))


def test_not_on_request_where_the_policy_does_not_list_it(world, policy, signing, alices_token):
    """A client cannot request a JWT of a policy that lists access tokens only."""
    world.refuses(alices_token, reason="not_permitted_by_any_policy", requested_token_type=JWT)


def test_an_access_token_for_a_target_that_needs_jwts(world, policy, jwt_target):
    """A JWT that the target needs is issued as an access token, which is what the client requested (RFC 8693 §3)."""
    answer = world.exchange(world.login_token(), requested_token_type=ACCESS_TOKEN)
    assert answer.json()["issued_token_type"] == ACCESS_TOKEN
    verified(value_of(answer))


def test_it_has_a_row_and_a_record(world, policy, jwt_target):
    """A JWT has the rows of every access token, so that it can be revoked, and no record holds it."""
    token = world.issued(world.login_token())
    exchanged = ExchangedToken.objects.get(token_id=verified(token)[1]["jti"])
    assert get_access_token_model().objects.filter(token_checksum=exchanged.fingerprint).exists()
    record = ExchangeRecord.objects.latest("pk")
    assert token.split(".")[2] not in json.dumps(str(vars(record)))


def test_l19_a_revoked_jwt_is_inactive(world, policy, jwt_target):
    """Introspection calls a revoked JWT inactive; an API that only verifies it accepts it until it expires."""
    token = world.issued(world.login_token())
    assert world.introspect(token)["active"]
    assert world.revoke(token, client=world.front).status_code == 200
    assert world.introspect(token) == {"active": False}
    verified(token)


@pytest.mark.parametrize("declared", [ACCESS_TOKEN, JWT])
def test_as_a_subject_token(world, jwt_target, declared):
    """A JWT of this server is exchanged as an access token and as a JWT, with its actors and its lineage."""
    world.policy()
    world.policy(client=world.back, issued_to=[world.front], max_chain_depth=2, subject_token_types=[ACCESS_TOKEN, JWT])
    first = world.issued(world.login_token())
    second = world.issued(first, client=world.back, subject_token_type=declared)
    assert verified(second)[1]["act"]["act"]["sub"] == "client:front"
    world.revoke(first, client=world.front)
    assert world.introspect(second, client=world.back) == {"active": False}


@pytest.mark.parametrize("declared", [ACCESS_TOKEN, JWT])
def test_as_an_actor_token(world, jwt_target, declared):
    """A client that exchanged its own token for a JWT may present it as its actor token."""
    world.policy(client=world.agent, ways=["same_subject"], subject_kind="clients")
    acting = world.issued(world.client_token(world.agent), client=world.agent)
    world.policy(client=world.agent, ways=["delegation"], lists={"actor_clients": [world.agent]})
    token = world.issued(world.login_token(), client=world.agent, actor_token=acting, actor_token_type=declared)
    assert verified(token)[1]["act"]["sub"] == "client:agent"


def test_c23_a_jwt_without_its_row(world, jwt_target):
    """A JWT with a valid signature is refused when its row is gone."""
    world.policy(client=world.front, issued_to=[world.spa, world.front], max_chain_depth=2, ways=["client_acts"])
    kept, deleted = (world.issued(world.login_token()) for _number in range(2))
    get_access_token_model().objects.filter(token_checksum=fingerprint_of(deleted)).delete()
    verified(deleted)
    assert world.introspect(kept)["active"]
    assert world.introspect(deleted) == {"active": False}


def test_a_jwt_with_other_claims(world, jwt_target, signing):
    """A JWT that someone signed with this server's key, but that it did not issue, is refused."""
    world.policy(subject_token_types=[ACCESS_TOKEN, JWT], issued_to=[world.front], max_chain_depth=3)
    world.policy(issued_to=[world.spa])
    token = world.issued(world.login_token())
    header, claims = verified(token)
    forged = jwt.encode({**claims, "sub": str(world.bob.pk)}, signing, algorithm="ES256", headers=header)
    for declared in (ACCESS_TOKEN, JWT):
        answer = world.exchange(forged, subject_token_type=declared)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_an_opaque_token_is_no_jwt(world, alices_token, signing):
    """An opaque access token is refused if the client declares it a JWT."""
    world.policy(subject_token_types=[ACCESS_TOKEN, JWT])
    world.refuses(alices_token, reason="jwt_malformed", subject_token_type=JWT)


def test_j01_it_ends_with_its_subject_token(world, jwt_target):
    """A JWT expires with the token that it was exchanged for."""
    world.policy(max_lifetime=86_400)
    login = world.login_token()
    ends = get_access_token_model().objects.get(token_checksum=fingerprint_of(login)).expires.timestamp()
    assert verified(world.issued(login))[1]["exp"] <= ends


def test_a_rotation_with_overlap(world, policy, jwt_target, settings):
    """While keys are replaced step by step, every token of both keys verifies with the keys published at its time."""
    old, new = new_key("ES256"), new_key("EdDSA")
    tokens = []
    for keys in ([old], [old, new], [new, old]):
        settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": keys}
        tokens.append(world.issued(world.login_token()))
        for token in tokens:
            verified(token)
    assert [jwt.get_unverified_header(token)["alg"] for token in tokens] == ["ES256", "ES256", "EdDSA"]
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [new]}
    assert jwt.get_unverified_header(tokens[0])["kid"] not in {key.key_id for key in published().keys}
    verified(tokens[2])


def test_without_a_key(world, policy, jwt_target, settings):
    """Without a key to sign with, nothing is issued, and the record names the failure."""
    settings.TOKEN_EXCHANGE = {}
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_RSA_PRIVATE_KEY": ""}
    before = ExchangedToken.objects.count()
    answer = world.exchange(world.login_token())
    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")
    assert ExchangedToken.objects.count() == before
    assert ExchangeRecord.objects.latest("pk").reason == "server_failure"


def test_the_toolkits_key_by_default(world, policy, settings, openid_connect):
    """Without SIGNING_KEYS, the toolkit's key for ID tokens signs, and it is published once."""
    world.target.token_format = "at+jwt"
    world.target.save()
    header, _claims = verified(world.issued(world.login_token()))
    assert header["alg"] == "RS256"
    assert len(published().keys) == 1


def test_bearer_use_with_openid_connect(world, policy, jwt_target, openid_connect):
    """With OpenID Connect on, the toolkit accepts a JWT access token as a bearer token and not as an ID token."""
    token = world.issued(world.login_token(), scope="read")
    request = RequestFactory().get(
        "/", headers={"Authorization": f"Bearer {token}"}, secure=True, SERVER_NAME="back-api.example"
    )
    valid, found = get_oauthlib_core().verify_request(request, scopes=["read"])
    assert (valid, found.user) == (True, world.alice)
    assert found.access_token.exchange.actor.client_id == "front"


def test_pairwise_subjects(world, signing):
    """Two targets with pairwise subjects see two names of one user, and the same name in every token (TX-089)."""
    for target in (world.target, world.other_target):
        target.token_format, target.pairwise_subjects = "at+jwt", True
        target.save()
    world.policy(targets=[world.target, world.other_target], scopes=["read"], ways=["without_actor"])
    login = world.login_token()
    told = [verified(world.issued(login, audience=name), name)[1] for name in ("back-api", "back-api", "invoices-api")]
    subjects = [claims["sub"] for claims in told]
    assert subjects[0] == subjects[1]
    assert len({*subjects, str(world.alice.pk)}) == 3


def test_the_life_of_a_chain(world, jwt_target):
    """JWTs of several hops are revoked together, like opaque tokens."""
    chain = ClientChain(world, 3)
    tokens = chain.tokens(3)
    assert chain.alive(tokens) == "++++"
    world.revoke(tokens[1], client=chain.clients[0])
    assert chain.alive(tokens) == "+---"


def test_times_are_whole_seconds(world, policy, jwt_target):
    """`iat`, `nbf` and `exp` are whole numbers, and `exp` agrees with `expires_in`."""
    with time_machine.travel(timezone.now(), tick=False):
        answer = world.exchange(world.login_token())
    claims = verified(value_of(answer))[1]
    assert all(type(claims[name]) is int for name in ("iat", "nbf", "exp"))
    assert claims["exp"] - claims["iat"] == answer.json()["expires_in"]


def test_no_error_report_shows_a_key(settings, signing):
    """A second key that cannot be read raises an error, and a report of it shows the variables, but no key."""
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [signing, "/nowhere/key.pem"]}
    with pytest.raises(ImproperlyConfigured) as raised:
        signing_keys()
    # Without the frame of this test, whose variables hold the key.
    report = ExceptionReporter(None, raised.type, raised.value, raised.tb.tb_next)
    shown = report.get_traceback_html() + report.get_traceback_text()
    assert "(hidden)" in shown
    assert not any(line in shown for line in signing.splitlines()[1:-1])


def test_a_row_with_a_reserved_claim(present, issuer, key_server, jwt_target):
    """A reserved claim is not copied, even where the row of an issuer lists it past the form."""
    issuer.copied_claims = ["department", "cnf", "azp", "username"]
    issuer.save()
    _header, claims = verified(value_of(present(key_server.sign(department="sales", azp="other", username="root"))))
    assert claims["department"] == "sales"
    assert not {"azp", "username"} & set(claims)


def claims_of_the_site(token):
    """Return more claims for a new token, as a site does."""
    return {"tenant": token.client.client_id, "for": sorted(token.audience)}


def claims_that_are_reserved(token):
    """Return a claim that only the server sets."""
    return {"sub": "1"}


def long_claims(token):
    """Return a claim that makes a token too long for any endpoint."""
    return {"long": "x" * 20_000}


def test_claims_of_the_site(world, policy, jwt_target, settings):
    """The function of the site adds claims, which introspection shows as well."""
    settings.TOKEN_EXCHANGE = {**settings.TOKEN_EXCHANGE, "ACCESS_TOKEN_CLAIMS": f"{__name__}.claims_of_the_site"}
    token = world.issued(world.login_token())
    assert (verified(token)[1]["tenant"], verified(token)[1]["for"]) == ("front", ["back-api"])
    assert world.introspect(token)["tenant"] == "front"


@pytest.mark.parametrize("function", ["claims_that_are_reserved", "long_claims"])
def test_claims_that_no_token_may_have(world, policy, jwt_target, settings, function):
    """A reserved claim, and claims that make the token too long, are an error of the server: nothing is issued."""
    settings.TOKEN_EXCHANGE = {**settings.TOKEN_EXCHANGE, "ACCESS_TOKEN_CLAIMS": f"{__name__}.{function}"}
    before = ExchangedToken.objects.count()
    assert world.exchange(world.login_token()).status_code == 500
    assert ExchangedToken.objects.count() == before


def test_the_issuer_that_the_site_names(world, policy, jwt_target, settings):
    """With ISSUER, the metadata and the tokens name that issuer, so that an API can compare the two (RFC 9068 §4)."""
    settings.TOKEN_EXCHANGE = {**settings.TOKEN_EXCHANGE, "ISSUER": "https://login.example.org"}
    token = world.issued(world.login_token())
    metadata = Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
    named = jwt.decode(token, options={"verify_signature": False})["iss"]
    assert (named, metadata["issuer"]) == ("https://login.example.org", "https://login.example.org")


@pytest.mark.parametrize("value", ["eyJ0eXAiOiJhdCtqd3QifQ.e30.x", "ey..", "eyJhbGciOiJub25lIn0.e30."])
def test_text_that_looks_like_a_jwt(openid_connect, db, value):
    """With OpenID Connect on, a bearer token that only looks like a JWT is refused, without an exception."""
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {value}"}, secure=True)
    assert get_oauthlib_core().verify_request(request, scopes=[])[0] is False
