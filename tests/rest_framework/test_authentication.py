"""`TokenExchangeAuthentication`: whom a bearer token speaks for, and which tokens have fallen."""

from __future__ import annotations

import pytest
from oauth2_provider.models import get_access_token_model
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from tests.worlds.help_desk import HelpDesk
from tests.worlds.resource_server import FACES, ask
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication
from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.urls("tests.worlds.resource_server")

OTHER_ADDRESS = "The access token is not meant for this address."
STOCK = "oauth2_provider.oauth2_validators.OAuth2Validator"


@pytest.fixture(params=["ours", "stock"])
def use_validator(request, settings):
    """Returns a function that configures the site's validator, once tokens are minted: ours, or the toolkit's own."""

    def use():
        if request.param == "stock":
            settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OAUTH2_VALIDATOR_CLASS": STOCK}

    return use


@pytest.fixture
def desk(world):
    return HelpDesk(world)


def fell_alice(world, desk):
    world.alice.is_active = False
    world.alice.save()


def fell_bob(world, desk):
    world.bob.is_active = False
    world.bob.save()


def fell_policy(world, desk):
    desk.policy.enabled = False
    desk.policy.save()


def fell_policy_by_making_it_report(world, desk):
    desk.policy.report_only = True
    desk.policy.save()


def fell_target(world, desk):
    world.target.enabled = False
    world.target.save()


FALLS = [fell_alice, fell_bob, fell_policy, fell_policy_by_making_it_report, fell_target]


@pytest.mark.parametrize("fall", FALLS)
def test_what_falls_takes_the_token_along(world, desk, use_validator, fall):
    """Whoever or whatever falls, the token opens no view any more, also where the site's validator is the stock one."""
    token, bystander = desk.token(), world.login_token(world.user("carol"))
    use_validator()
    for face in FACES:
        assert ask(f"{face}/any", token).status_code == 200
    fall(world, desk)
    for face in FACES:
        answer = ask(f"{face}/any", token)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
        assert ask(f"{face}/any", bystander).status_code == 200


def test_an_inactive_user_is_refused_with_an_ordinary_token(world, use_validator):
    """An ordinary token of a deactivated user opens nothing (P21), and opens again once the user is back."""
    token = world.login_token()
    use_validator()
    for face in FACES:
        assert ask(f"{face}/any", token).status_code == 200
        world.alice.is_active = False
        world.alice.save()
        assert ask(f"{face}/any", token).status_code == 401
        world.alice.is_active = True
        world.alice.save()
        assert ask(f"{face}/any", token).status_code == 200


def test_a_revoked_parent_takes_the_token_along(world, desk, use_validator):
    """Once the subject token is revoked, what was exchanged from it opens nothing."""
    login = world.login_token()
    token = desk.token(login)
    assert ask("rest/any", token).status_code == 200
    world.revoke(login, client=world.spa)
    use_validator()
    assert [ask(f"{face}/any", token).status_code for face in FACES] == [401, 401, 401]


@pytest.mark.compliance("RFC 8707", "2")
def test_a_token_opens_only_the_resource_that_it_names(world, desk, use_validator):
    """At another host than its target's, a good token is told so; the path cannot pass for a host either."""
    token = desk.token()
    use_validator()
    for face in FACES:
        elsewhere = ask(f"{face}/any", token, host="invoices-api.example")
        assert (elsewhere.status_code, elsewhere.json()) == (401, {"detail": OTHER_ADDRESS})
        assert 'error="invalid_token"' in elsewhere["WWW-Authenticate"]
        assert ask(f"{face}/any", token).status_code == 200
    disguised = APIRequestFactory().get(
        "/", secure=True, HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_HOST="invoices-api.example"
    )
    disguised.path = disguised.path_info = "//back-api.example/"
    with pytest.raises(AuthenticationFailed, match=OTHER_ADDRESS):
        TokenExchangeAuthentication().authenticate(disguised)


@pytest.mark.parametrize("face", FACES)
def test_a_bad_token_is_not_told_where_it_was_meant_for(world, desk, face):
    """Of a token that is inactive, expired or unknown nothing is told, at whatever host it comes."""
    token = desk.token()
    assert ask(f"{face}/any", token, host="invoices-api.example").json() == {"detail": OTHER_ADDRESS}
    desk.policy.enabled = False
    desk.policy.save()
    for bad in (token, "of-nobody"):
        answers = [ask(f"{face}/any", bad, host=f"{name}-api.example") for name in ("back", "invoices")]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert OTHER_ADDRESS not in [answer.json()["detail"] for answer in answers]


@pytest.mark.parametrize("face", FACES)
def test_a_token_of_unknown_origin_is_refused(world, desk, face):
    """What the toolkit cached of another server's introspection says nothing of actors: it is refused (P25)."""
    token = desk.token()
    assert ask(f"{face}/own", world.login_token()).status_code == 200
    assert ask(f"{face}/any", token).status_code == 200
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(token))
    rows.update(application=None)
    assert ask(f"{face}/any", token).status_code == 401


def test_a_fallen_token_is_no_anonymous_request(world, desk):
    """A view for everybody serves who brings no token, or one of somebody else's, but not one that has fallen."""
    token = desk.token()
    assert ask("rest/open", token).json() == {"user": "alice"}
    fell_bob(world, desk)
    assert ask("rest/open", token).status_code == 401
    assert ask("rest/open").json() == ask("rest/open", "of-another-scheme").json() == {"user": None}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_authorization_header_counts(world, face, method):
    """A token in the URL or in the body is not looked at (RFC 9700 §4.3.2)."""
    token = world.login_token()
    assert ask(f"{face}/any", token).status_code == 200
    answer = ask(f"{face}/any", method=method, data={"access_token": token})
    assert answer.status_code == 401
    assert "error" not in answer["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic {}", "Bearer", "Bearer {} {}", "BearerX {}", "{}"])
def test_other_authorization_headers_are_no_bearer_token(world, header):
    """What is not exactly `Bearer` and a token is answered like a request without any."""
    token = world.login_token()
    for face in FACES:
        answer = ask(f"{face}/any", headers={"Authorization": header.format(token, token)})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert ask("rest/any", token).status_code == 200


@pytest.mark.parametrize("face", FACES)
def test_an_id_token_is_no_access_token(openid_login, face):
    """With OpenID Connect on, an ID token opens nothing, and what only looks like a JWT is refused, not a failure."""
    assert ask(f"{face}/any", openid_login["access_token"]).status_code == 200
    for token in (openid_login["id_token"], "eyJhbGciOiJub25lIn0.e30.", "ey.ey.ey"):
        assert ask(f"{face}/any", token).status_code == 401


def test_a_json_body_does_not_get_in_the_way(world):
    """Authentication reads no body: JSON that cannot be parsed is the view's affair."""
    token = world.login_token()
    answer = ask("rest/any", token, method="post", data="{", content_type="application/json")
    assert answer.status_code == 405


def test_without_a_request_there_is_nobody():
    """REST framework's schema generator authenticates nobody."""
    assert TokenExchangeAuthentication().authenticate(None) is None


def test_a_site_without_anonymous_users(world, settings):
    """Where the site has set UNAUTHENTICATED_USER to None, a client's token has no user either."""
    settings.REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {world.client_token()}")
    user, token = TokenExchangeAuthentication().authenticate(request)
    assert user is None
    assert token.application == world.front
