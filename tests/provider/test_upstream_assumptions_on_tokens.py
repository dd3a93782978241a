"""The toolkit and oauthlib store, issue and introspect tokens as this app assumes (see `test_upstream_assumptions`)."""

from __future__ import annotations

import json
from hashlib import sha256
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from oauth2_provider.models import get_access_token_model, get_refresh_token_model, set_token_value
from oauth2_provider.views import ConnectDiscoveryInfoView, TokenView
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.tokens import JWTToken

from token_exchange.toolkit.compat import token_database


def row_of(token):
    """Return the row of an access token, found as the toolkit finds it."""
    return get_access_token_model().objects.get(token_checksum=sha256(token.encode()).hexdigest())


def client_token(world, **parameters):
    """Return the answer to a client credentials request with these further parameters."""
    form = {"grant_type": "client_credentials", "scope": "read", **parameters}
    return world.post(form, client=world.front)


@pytest.mark.parametrize("hashed", [True, False])
def test_p24_a_token_is_found_by_its_checksum_and_may_not_be_stored(world, stock, hashed):
    """With checksums only, the token column is blank, so the app looks tokens up by SHA-256 alone."""
    stock(COMPLIANT_BCP_RFC9700_TOKEN_STORAGE=hashed)
    token = client_token(world).json()["access_token"]
    assert row_of(token).token == ("" if hashed else token)


def test_p28_revocation_deletes_the_row(world, stock):
    """A revoked token cannot be told from an unknown one, so deletions start the revocation of descendants."""
    token = world.login_token()
    world.revoke(token, client=world.spa)
    with pytest.raises(ObjectDoesNotExist):
        row_of(token)


@pytest.mark.parametrize("rotating", [True, False])
def test_p28b_a_refresh_deletes_or_rewrites_the_old_row(world, stock, rotating):
    """A refresh reuses rows for new tokens, so lineage is kept by fingerprint, never by primary key."""
    stock(ROTATE_REFRESH_TOKEN=rotating)
    granted = world.login()
    before = row_of(granted["access_token"])
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    after = row_of(world.post(form, client=world.spa).json()["access_token"])
    assert (after.pk == before.pk) is not rotating
    with pytest.raises(ObjectDoesNotExist):
        row_of(granted["access_token"])


def test_p30_the_view_fails_over_an_answer_without_a_row(db, stock, monkeypatch):
    """After a 200 the view looks up the value of access_token, so every issued token has a row."""
    answer = (None, {}, json.dumps({"access_token": "no row"}), 200)
    monkeypatch.setattr(TokenView, "create_token_response", lambda self, request: answer)
    with pytest.raises(ObjectDoesNotExist):
        Browser().post("/o/token/", {"grant_type": "client_credentials"}, secure=True)


def test_p31_the_resource_is_stored_as_the_client_asked(world, stock):
    """Most grants do not check the resource, so an exchange assigns the URIs of its targets."""
    token = client_token(world, resource="https://anything.example/").json()["access_token"]
    assert row_of(token).resource == ["https://anything.example/"]


def test_p32_no_resource_means_every_resource(stock):
    """An empty list means unrestricted, so every target has a resource."""
    unrestricted = get_access_token_model()(resource=[])
    restricted = get_access_token_model()(resource=["https://one.example/"])
    assert unrestricted.allows_audience("https://anything.example/")
    assert not restricted.allows_audience("https://anything.example/")


def test_p33_resources_are_prefixes_and_have_hosts(world, stock):
    """URNs are refused and longer paths are covered, so audience names never go into the resource."""
    token = get_access_token_model()(resource=["https://one.example/api"])
    assert token.allows_audience("https://one.example/api/orders")
    assert not token.allows_audience("https://one.example/apiary")
    assert json.loads(client_token(world, resource="urn:example:api").content)["error"] == "invalid_target"


def test_p34_the_lifetime_is_the_servers_before_the_generator_runs():
    """The generator sees the global lifetime, so an exchange assigns its own just before generating."""
    seen = []
    bearer = BearerToken(token_generator=lambda request: seen.append(request.expires_in) or "token", expires_in=36_000)
    request = Request("https://as.example/o/token/")
    request.scopes, request.expires_in, request.extra_credentials = ["read"], 60, {"issued_token_type": "x"}
    token = bearer.create_token(request)
    assert seen == [36_000]
    assert (token["expires_in"], token["issued_token_type"]) == (36_000, "x")


def test_p35_a_bearer_token_that_looks_like_a_jwt_is_taken_for_an_id_token():
    """The OpenID server treats such a token as an ID token, so an exchange issues opaque tokens."""
    request = SimpleNamespace(headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.x"})
    assert JWTToken().estimate_type(request) > 9


def test_p36_two_equal_tokens_cannot_be_stored(world, stock):
    """The checksum is unique, so an exchange must never issue the same value twice."""

    def store():
        token = get_access_token_model()(application=world.front, scope="read", expires="2100-01-01T00:00:00Z")
        set_token_value(token, "the same")
        token.save()

    store()
    with pytest.raises(IntegrityError), transaction.atomic(using=token_database()):
        store()


def test_p37_a_refresh_token_needs_a_user():
    """A client's own token cannot have one, so an exchange issues none."""
    assert get_refresh_token_model()._meta.get_field("user").null is False


def test_p42_the_toolkits_transaction_nests_in_ours(world, stock):
    """On the database of the tokens one rollback undoes both, so the unit of work uses that database."""
    before = get_access_token_model().objects.count()
    with transaction.atomic(using=token_database()):
        assert client_token(world).status_code == 200
        transaction.set_rollback(True, using=token_database())
    assert get_access_token_model().objects.count() == before


def test_p46_introspection_hides_who_acts_and_takes_tokens_from_the_url(world, stock):
    """It shows neither subject, issuer nor actor, and answers GET, so the app has a view of its own."""
    asking = {"Authorization": f"Bearer {world.client_token(scope='introspection')}"}
    token = world.login_token()
    for answer in (
        Browser().get("/o/introspect/", {"token": token}, headers=asking, secure=True),
        Browser().post("/o/introspect/", {"token": token}, headers=asking, secure=True),
    ):
        assert set(answer.json()) == {"active", "scope", "exp", "client_id", "username"}


def test_p47_discovery_does_not_list_grants(rf, stock):
    """OpenID Connect discovery does not list grants, so the app has a view of its own."""
    stock(OIDC_ENABLED=True)
    document = json.loads(ConnectDiscoveryInfoView.as_view()(rf.get("/", secure=True)).content)
    assert "grant_types_supported" not in document
