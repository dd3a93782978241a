"""An exchange issues ID tokens: for the calling client, about a user, and good for nothing but that (RFC 8693 §3)."""

from __future__ import annotations

import jwt
import pytest
from django.test import override_settings

from tests.worlds.signing import ISSUER, published
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

SCOPE = "openid read"


@pytest.fixture
def policy(world, openid_connect):
    """Let `front` exchange tokens of `spa` for ID tokens about their users."""
    world.target.scopes = ["openid", "read"]
    world.target.save()
    return world.policy(scopes=["openid", "read"], issued_token_types=[ACCESS_TOKEN, ID_TOKEN])


@pytest.fixture
def login(world, policy):
    """Return the access token of Alice's login with OpenID Connect."""
    world.spa.algorithm = "RS256"
    world.spa.save()
    return world.login_token(scope=SCOPE)


def read(token, audience="front"):
    """Return the claims of an ID token, verified as a client does it."""
    (key,) = published().keys
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=ISSUER)


def asked(world, login, **parameters):
    """Return the answer to a request for an ID token."""
    return world.exchange(login, **{"requested_token_type": ID_TOKEN, **parameters})


def test_tx_044_in_the_member_access_token(world, login):
    """The ID token is in `access_token`, with its type, and with the token type N_A (RFC 8693 §2.2.1)."""
    answer = asked(world, login).json()
    assert (answer["issued_token_type"], answer["token_type"]) == (ID_TOKEN, "N_A")
    assert not {"id_token", "refresh_token"} & set(answer)
    claims = read(answer["access_token"])
    assert claims["exp"] - claims["iat"] == answer["expires_in"]


def test_its_claims(world, login):
    """It is about the user, for the client that exchanged, and names who acts."""
    token = asked(world, login).json()["access_token"]
    claims = read(token)
    assert (claims["sub"], claims["aud"]) == (str(world.alice.pk), "front")
    assert claims["act"] == {"iss": claims["iss"], "sub": "client:front"}
    with pytest.raises(jwt.InvalidAudienceError):
        read(token, audience="spa")


def test_j05_it_ends_with_its_subject_token(world, login):
    """An ID token does not outlive its subject token, its policy, or the toolkit's setting."""
    assert asked(world, login).json()["expires_in"] == 300


def test_h15_only_with_the_scope_openid(world, policy, login):
    """A login without `openid` gives no ID token, and neither does a request that leaves the scope out."""
    other = world.login_token(scope="read")
    world.refused(
        lambda: asked(world, login),
        lambda: asked(world, other),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )
    world.refused(
        lambda: asked(world, login),
        lambda: asked(world, login, scope="read"),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_only_where_the_policy_lists_it(world, policy, login):
    """A policy for access tokens issues no ID token."""
    policy.issued_token_types = [ACCESS_TOKEN]
    policy.save()
    answer = asked(world, login)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_not_about_a_client(world, policy):
    """A client has no ID token."""
    world.policy(
        client=world.agent,
        subject_kind="clients",
        ways=["same_subject"],
        scopes=["openid", "read"],
        issued_token_types=[ACCESS_TOKEN, ID_TOKEN],
    )
    token = world.client_token(world.agent, scope="openid read")
    answer = asked(world, token, client=world.agent)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("declared", [ACCESS_TOKEN, ID_TOKEN, JWT])
def test_it_is_exchanged_for_nothing(world, login, policy, declared):
    """This server accepts the new ID token as no subject token, whatever type its client declares."""
    policy.subject_token_types = [ACCESS_TOKEN, ID_TOKEN, JWT]
    policy.save()
    token = asked(world, login).json()["access_token"]
    answer = world.exchange(token, subject_token_type=declared)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_it_opens_nothing(world, login):
    """The toolkit does not accept it as a bearer token, and introspection calls it inactive."""
    from django.test import RequestFactory
    from oauth2_provider.oauth2_backends import get_oauthlib_core

    world.front.algorithm = "RS256"
    world.front.save()
    token = asked(world, login).json()["access_token"]
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"}, secure=True)
    assert get_oauthlib_core().verify_request(request, scopes=[])[0] is False
    assert world.introspect(token) == {"active": False}


def test_it_leaves_a_record_and_no_row(world, policy, login):
    """The record names the policy, and no exchanged token is stored."""
    before = ExchangedToken.objects.count()
    answer = asked(world, login)
    record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
    assert (record.policy_name, record.outcome) == (policy.name, "granted")
    assert ExchangedToken.objects.count() == before


@override_settings(ROOT_URLCONF="tests.urls_stock")
def test_not_through_the_toolkits_view(world, login):
    """The toolkit's own token view cannot answer with an ID token, so there the type is unsupported."""
    answer = asked(world, login)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert world.exchange(login).status_code == 200


def test_without_openid_connect(world, signing):
    """Without OpenID Connect the type is unsupported."""
    world.policy(issued_token_types=[ACCESS_TOKEN, ID_TOKEN])
    answer = asked(world, world.login_token())
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
