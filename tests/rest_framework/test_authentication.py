"""`TokenExchangeAuthentication` sets user, token and actor, and refuses tokens that are not active."""

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
    """Return a function that sets the site's validator, ours or the toolkit's, after the tokens were issued."""

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
    """If anything that the token depends on becomes inactive, it is refused, with the toolkit's validator too."""
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
    """The login token of an inactive user is refused (P21), and accepted once the user is active again."""
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
    """Once the subject token is revoked, tokens exchanged from it are refused."""
    login = world.login_token()
    token = desk.token(login)
    assert ask("rest/any", token).status_code == 200
    world.revoke(login, client=world.spa)
    use_validator()
    assert [ask(f"{face}/any", token).status_code for face in FACES] == [401, 401, 401]


@pytest.mark.compliance("RFC 8707", "2")
def test_a_token_opens_only_the_resource_that_it_names(world, desk, use_validator):
    """A valid token at another host is refused with a reason; no path can be mistaken for the host."""
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
def test_an_invalid_token_gets_no_hint_about_its_address(world, desk, face):
    """For an inactive, expired or unknown token, the refusal does not say which host it was meant for."""
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
    """A token cached from another server's introspection is refused, because its actors are unknown (P25)."""
    token = desk.token()
    assert ask(f"{face}/own", world.login_token()).status_code == 200
    assert ask(f"{face}/any", token).status_code == 200
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(token))
    rows.update(application=None)
    assert ask(f"{face}/any", token).status_code == 401


def test_a_fallen_token_is_no_anonymous_request(world, desk):
    """A public view serves requests without a token or with one of another server, but not with an inactive one."""
    token = desk.token()
    assert ask("rest/open", token).json() == {"user": "alice"}
    fell_bob(world, desk)
    assert ask("rest/open", token).status_code == 401
    assert ask("rest/open").json() == ask("rest/open", "of-another-scheme").json() == {"user": None}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_authorization_header_counts(world, face, method):
    """A token in the URL or in the body is ignored (RFC 9700 §4.3.2)."""
    token = world.login_token()
    assert ask(f"{face}/any", token).status_code == 200
    answer = ask(f"{face}/any", method=method, data={"access_token": token})
    assert answer.status_code == 401
    assert "error" not in answer["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic {}", "Bearer", "Bearer {} {}", "BearerX {}", "{}"])
def test_other_authorization_headers_are_no_bearer_token(world, header):
    """A header that is not exactly `Bearer` and a token is treated like a missing one."""
    token = world.login_token()
    for face in FACES:
        answer = ask(f"{face}/any", headers={"Authorization": header.format(token, token)})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert ask("rest/any", token).status_code == 200


@pytest.mark.parametrize("face", FACES)
def test_an_id_token_is_no_access_token(openid_login, face):
    """With OpenID Connect on, an ID token and a malformed JWT are refused, without a server error."""
    assert ask(f"{face}/any", openid_login["access_token"]).status_code == 200
    for token in (openid_login["id_token"], "eyJhbGciOiJub25lIn0.e30.", "ey.ey.ey"):
        assert ask(f"{face}/any", token).status_code == 401


def test_a_json_body_does_not_get_in_the_way(world):
    """Authentication does not read the body, so a body of invalid JSON does not prevent it."""
    token = world.login_token()
    answer = ask("rest/any", token, method="post", data="{", content_type="application/json")
    assert answer.status_code == 405


def test_without_a_request_there_is_no_user():
    """Without a request, as REST framework's schema generator calls it, authentication returns None."""
    assert TokenExchangeAuthentication().authenticate(None) is None


def test_a_site_without_anonymous_users(world, settings):
    """If UNAUTHENTICATED_USER is None, the user for a client's token is None too."""
    settings.REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {world.client_token()}")
    user, token = TokenExchangeAuthentication().authenticate(request)
    assert user is None
    assert token.application == world.front
