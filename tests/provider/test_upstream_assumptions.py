"""The toolkit and oauthlib handle requests, parameters, errors and clients as `provider/` assumes.

Each test pins one behaviour of the toolkit alone that `provider/` corrects or relies on. If one fails after an
upgrade, it names the place to check; the upgrade itself may be right.
"""

from __future__ import annotations

import json

import oauthlib.oauth2
import oauthlib.openid
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from oauth2_provider import oauth2_validators
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import get_access_token_model, get_application_model
from oauth2_provider.oauth2_backends import OAuthLibCore, get_oauthlib_core
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import OAuthServerMetadataView, TokenView
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase
from oauthlib.oauth2.rfc6749.utils import scope_to_list

from token_exchange.sts.vocabulary import FORM, GRANT_TYPE

CLIENT_CREDENTIALS = {"grant_type": "client_credentials", "scope": "read"}
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def posted(body):
    """Return a POST request to the token endpoint, as Django creates it."""
    return RequestFactory().post("/o/token/", body, content_type=FORM)


def test_p1_the_validator_asserts_that_the_grant_type_is_mapped(world, stock):
    """An unmapped grant type raises AssertionError, so our validator must not pass ours to the toolkit's method."""
    with pytest.raises(AssertionError):
        oauth2_validators.OAuth2Validator().validate_grant_type("front", GRANT_TYPE, world.front, None)


def test_p2_an_application_has_one_grant_type_too_short_for_ours():
    """The column is too short for our URN, so a policy, not the column, gives the right to exchange."""
    column = get_application_model()._meta.get_field("authorization_grant_type")
    assert column.max_length < len(GRANT_TYPE)
    assert column.choices


@pytest.mark.parametrize(("named", "expected"), [(True, oauthlib.oauth2.Server), (False, oauthlib.openid.Server)])
def test_p3_oauth2_server_class_pushes_the_oidc_server_aside(stock, named, expected):
    """With OpenID Connect on, the toolkit prefers OAUTH2_SERVER_CLASS without a warning, so check E004 reports it."""
    server = {"OAUTH2_SERVER_CLASS": "oauthlib.oauth2.Server"} if named else {}
    stock(OIDC_ENABLED=True, OIDC_SERVER_CLASS="oauthlib.openid.Server", **server)
    assert TokenView.get_server_class() is expected


def test_p4_extra_server_arguments_overwrite_methods_of_the_device_grant(stock):
    """Extra arguments become attributes of the device grant, whatever their names, so the app passes none."""
    stock(OAUTH2_SERVER_CLASS="oauthlib.oauth2.Server", EXTRA_SERVER_KWARGS={"validate_scopes": "overwritten"})
    grants = TokenView.get_server().grant_types
    assert grants[DEVICE_CODE].validate_scopes == "overwritten"
    assert grants["client_credentials"].validate_scopes != "overwritten"


def test_p5_the_core_is_made_once_for_a_view_class_and_its_subclasses(stock):
    """All threads and subclasses of a view share server, validator and grant, and later settings do not reach them."""
    stock(ALWAYS_RELOAD_OAUTHLIB_CORE=False)

    class Parent(TokenView):
        pass

    class Heir(Parent):
        pass

    core = Parent.get_oauthlib_core()
    stock(ALWAYS_RELOAD_OAUTHLIB_CORE=False, OAUTH2_SERVER_CLASS="oauthlib.openid.Server")
    assert Parent.get_oauthlib_core() is core
    assert Heir.get_oauthlib_core() is core


def test_p5b_unknown_grants_go_to_the_code_grant_before_anyone_has_authenticated(world, stock):
    """An unauthenticated caller learns which grants exist, and our grant must check the grant type itself."""
    answer = world.post({"grant_type": "urn:example:nope"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_p5c_importing_the_validators_resolves_the_models():
    """The import needs loaded models, so neither apps.py nor models/ may import provider/."""
    assert oauth2_validators.AccessToken is get_access_token_model()


def test_p6_asking_for_no_scope_yields_every_scope(world, stock):
    """validate_scopes treats an empty list like a missing one and grants every scope, so the app never calls it."""
    request = Request("https://as.example/o/token/")
    request.client, request.scopes = world.front, []
    GrantTypeBase(oauth2_validators.OAuth2Validator()).validate_scopes(request)
    assert set(request.scopes) == set(oauth2_settings.SCOPES)


def test_p7_of_repeated_parameters_the_last_one_is_kept():
    """All parameters but `resource` lose their other values before oauthlib sees them."""
    body = OAuthLibCore(server=None).extract_body(posted("audience=a&audience=b&resource=c&resource=d"))
    assert body == [("audience", "b"), ("resource", "c"), ("resource", "d")]


def test_p8_parameters_become_attributes():
    """A body can set the user, scopes or resource of a request, so the app assigns them before it uses them."""
    request = Request("https://as.example/o/token/", body="user=1&scopes=root&expires_in=9")
    assert (request.user, request.scopes, request.expires_in) == ("1", "root", "9")
    with pytest.raises(AttributeError):
        _ = request.subject_token
    assert request.decoded_body == [("user", "1"), ("scopes", "root"), ("expires_in", "9")]


@pytest.mark.parametrize(("scope", "names"), [("", [""]), ("a  b", ["a", "", "b"])])
def test_p9_an_empty_scope_is_a_scope_of_that_name(scope, names):
    """oauthlib splits scopes at every single space, so the app splits them itself."""
    assert scope_to_list(scope) == names


def test_p10_a_query_is_refused_outside_the_grant(world, stock):
    """oauthlib refuses the query, but Django answers it in HTML and without no-store."""
    answer = world.post(CLIENT_CREDENTIALS, client=world.front, path="/o/token/?scope=read")
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_request")
    assert answer["Content-Type"].startswith("text/html")
    assert "Cache-Control" not in answer


def test_p12_only_password_and_secret_are_kept_from_error_reports(world, stock):
    """Error reports would show subject and actor tokens, so the app marks all parameters as sensitive."""
    request = posted("grant_type=client_credentials&subject_token=secret")
    TokenView.as_view()(request)
    assert request.sensitive_post_parameters == ("password", "client_secret")


def test_p13_what_escapes_a_grant_is_answered_in_html_and_reflects_the_resource(world, stock):
    """An error raised while saving reflects the request in HTML, so our grant lets no exception out."""
    answer = world.post({**CLIENT_CREDENTIALS, "resource": "<script>"}, client=world.front)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_target")
    assert answer["Content-Type"].startswith("text/html")
    assert "Cache-Control" not in answer
    assert b"<script>" in answer.content


def test_p15_a_failed_authentication_is_challenged_as_bearer_and_echoes_the_state(world, stock):
    """The challenge is Bearer even to a client that used Basic, so our grant writes its own."""
    answer = world.post({**CLIENT_CREDENTIALS, "state": "echoed"}, client=world.front, secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["state"] == "echoed"


def test_p18_other_exceptions_are_not_converted(stock):
    """oauthlib converts only its own errors, so our grant catches all others."""
    assert TokenView.get_server().catch_errors is False


@pytest.mark.parametrize("basic", [True, False])
def test_p19_a_blank_secret_authenticates_with_none(world, stock, basic):
    """The hash of the empty text matches a blank secret, so the app refuses blank secrets before comparing."""
    blank = world.client("blank", secret="")
    assert world.post(CLIENT_CREDENTIALS, client=blank, secret="", basic=basic).status_code == 200


def test_p20_a_public_client_may_authenticate_with_its_secret(world, stock):
    """The toolkit ignores the type of the client, so the app checks it."""
    public = world.client("public", client_type="public")
    assert world.post(CLIENT_CREDENTIALS, client=public).status_code == 200


def test_p21_deactivated_users_keep_their_tokens(world, stock):
    """Bearer use, REST framework and refresh accept them, so our validator and authentication refuse them."""
    granted = world.login()
    world.alice.is_active = False
    world.alice.save()
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {granted['access_token']}"})
    request.user = AnonymousUser()
    assert get_oauthlib_core().verify_request(request, scopes=["read"])[0]
    assert OAuth2Authentication().authenticate(request)[0] == world.alice
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert world.post(form, client=world.spa).status_code == 200


def test_p47_the_list_of_grants_is_a_plain_setting(world, stock):
    """RFC 8414 metadata copy the setting, whether or not it is right, so check W001 compares it with ENABLED."""
    stock(OAUTH2_GRANT_TYPES_SUPPORTED=["anything"])
    request = RequestFactory().get("/", secure=True)
    document = json.loads(OAuthServerMetadataView.as_view()(request).content)
    assert document["grant_types_supported"] == ["anything"]
