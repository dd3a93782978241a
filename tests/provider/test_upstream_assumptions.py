"""What this package knows of the toolkit and of oauthlib: dispatch, parameters, errors, clients.

Each test pins one behaviour, of the toolkit alone, that something in `provider/` makes good or builds on. One that
fails after an upgrade names the place to look at again; it does not mean that the upgrade is wrong.
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
    """A POST to the token endpoint as Django sees it."""
    return RequestFactory().post("/o/token/", body, content_type=FORM)


def test_p1_the_validator_asserts_that_the_grant_type_is_mapped(world, stock):
    """An unmapped grant type is an AssertionError, so ours never reaches the toolkit's own method."""
    with pytest.raises(AssertionError):
        oauth2_validators.OAuth2Validator().validate_grant_type("front", GRANT_TYPE, world.front, None)


def test_p2_an_application_has_one_grant_type_too_short_for_ours():
    """The column cannot hold our URN, so the right to exchange is having a policy."""
    column = get_application_model()._meta.get_field("authorization_grant_type")
    assert column.max_length < len(GRANT_TYPE)
    assert column.choices


@pytest.mark.parametrize(("named", "expected"), [(True, oauthlib.oauth2.Server), (False, oauthlib.openid.Server)])
def test_p3_oauth2_server_class_pushes_the_oidc_server_aside(stock, named, expected):
    """With OpenID Connect on, OAUTH2_SERVER_CLASS silently wins: hence the check E004."""
    server = {"OAUTH2_SERVER_CLASS": "oauthlib.oauth2.Server"} if named else {}
    stock(OIDC_ENABLED=True, OIDC_SERVER_CLASS="oauthlib.openid.Server", **server)
    assert TokenView.get_server_class() is expected


def test_p4_extra_server_arguments_overwrite_methods_of_the_device_grant(stock):
    """They reach one grant only, and set whatever they are called: hence nothing of ours goes that way."""
    stock(OAUTH2_SERVER_CLASS="oauthlib.oauth2.Server", EXTRA_SERVER_KWARGS={"validate_scopes": "overwritten"})
    grants = TokenView.get_server().grant_types
    assert grants[DEVICE_CODE].validate_scopes == "overwritten"
    assert grants["client_credentials"].validate_scopes != "overwritten"


def test_p5_the_core_is_made_once_for_a_view_class_and_its_heirs(stock):
    """Server, validator and grant are shared by all threads and deaf to settings; a subclass inherits the core."""
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
    """Whoever asks learns which grants there are; and our grant must look at the type itself."""
    answer = world.post({"grant_type": "urn:example:nope"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_p5c_importing_the_validators_resolves_the_models():
    """Hence neither apps.py nor models/ may import provider/."""
    assert oauth2_validators.AccessToken is get_access_token_model()


def test_p6_asking_for_no_scope_yields_every_scope(world, stock):
    """validate_scopes takes an empty grant for "not set": hence it is never called."""
    request = Request("https://as.example/o/token/")
    request.client, request.scopes = world.front, []
    GrantTypeBase(oauth2_validators.OAuth2Validator()).validate_scopes(request)
    assert set(request.scopes) == set(oauth2_settings.SCOPES)


def test_p7_of_repeated_parameters_the_last_one_is_kept():
    """All but `resource` lose their other values before oauthlib could see them."""
    body = OAuthLibCore(server=None).extract_body(posted("audience=a&audience=b&resource=c&resource=d"))
    assert body == [("audience", "b"), ("resource", "c"), ("resource", "d")]


def test_p8_parameters_become_attributes():
    """A body can pose as the user, the scopes or the resource of a request: hence all are assigned before use."""
    request = Request("https://as.example/o/token/", body="user=1&scopes=root&expires_in=9")
    assert (request.user, request.scopes, request.expires_in) == ("1", "root", "9")
    with pytest.raises(AttributeError):
        _ = request.subject_token
    assert request.decoded_body == [("user", "1"), ("scopes", "root"), ("expires_in", "9")]


@pytest.mark.parametrize(("scope", "names"), [("", [""]), ("a  b", ["a", "", "b"])])
def test_p9_an_empty_scope_is_a_scope_of_that_name(scope, names):
    """oauthlib splits at every space: hence our own split."""
    assert scope_to_list(scope) == names


def test_p10_a_query_is_refused_outside_the_grant(world, stock):
    """The refusal is right, and goes out as HTML and without no-store."""
    answer = world.post(CLIENT_CREDENTIALS, client=world.front, path="/o/token/?scope=read")
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_request")
    assert answer["Content-Type"].startswith("text/html")
    assert "Cache-Control" not in answer


def test_p12_only_password_and_secret_are_kept_from_error_reports(world, stock):
    """Subject and actor tokens would be shown: hence our own marker."""
    request = posted("grant_type=client_credentials&subject_token=secret")
    TokenView.as_view()(request)
    assert request.sensitive_post_parameters == ("password", "client_secret")


def test_p13_what_escapes_a_grant_is_answered_in_html_and_reflects_the_resource(world, stock):
    """An error raised while saving comes back with whatever was sent: hence our grant lets nothing escape."""
    answer = world.post({**CLIENT_CREDENTIALS, "resource": "<script>"}, client=world.front)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_target")
    assert answer["Content-Type"].startswith("text/html")
    assert "Cache-Control" not in answer
    assert b"<script>" in answer.content


def test_p15_a_failed_authentication_is_challenged_as_bearer_and_echoes_the_state(world, stock):
    """To a client that used Basic, too: hence our own challenge."""
    answer = world.post({**CLIENT_CREDENTIALS, "state": "echoed"}, client=world.front, secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["state"] == "echoed"


def test_p18_other_exceptions_are_not_converted(stock):
    """oauthlib catches nothing but its own errors unless told to: hence the catch-all of our grant."""
    assert TokenView.get_server().catch_errors is False


@pytest.mark.parametrize("basic", [True, False])
def test_p19_a_blank_secret_authenticates_with_none(world, stock, basic):
    """The empty password is hashed and matches: hence blank secrets are refused before they are compared."""
    blank = world.client("blank", secret="")
    assert world.post(CLIENT_CREDENTIALS, client=blank, secret="", basic=basic).status_code == 200


def test_p20_a_public_client_may_authenticate_with_its_secret(world, stock):
    """Nothing looks at the client's type: hence ours does."""
    public = world.client("public", client_type="public")
    assert world.post(CLIENT_CREDENTIALS, client=public).status_code == 200


def test_p21_deactivated_users_keep_their_tokens(world, stock):
    """Bearer use, REST framework and refresh go on: hence our validator and our authentication."""
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
    """RFC 8414 metadata repeat the setting, whatever the server can do: hence the check W001."""
    stock(OAUTH2_GRANT_TYPES_SUPPORTED=["anything"])
    request = RequestFactory().get("/", secure=True)
    document = json.loads(OAuthServerMetadataView.as_view()(request).content)
    assert document["grant_types_supported"] == ["anything"]
