"""RFC 6749 §2.3 and §3.2: clients authenticate at the token endpoint (C-001 to C-010)."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from tests.worlds.world import SECRET, basic_header, exchange_form

pytestmark = pytest.mark.compliance("RFC 6749", "2.3")

ASSERTION = {
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJmcm9udCJ9.c2lnbmF0dXJl",
}


@pytest.mark.parametrize(
    "second", [{"client_secret": SECRET}, {"client_id": "front", "client_secret": SECRET}, ASSERTION]
)
def test_c_001_one_authentication_method(world, alices_token, second):
    """Credentials in header and body are refused together, even if both are right."""
    world.refuses(alices_token, **second, reason="client_authenticated_twice")


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "bAsIc"])
def test_c_001_however_the_scheme_is_written(world, alices_token, scheme):
    """The name of the scheme is case-insensitive, so a second authentication is found in any case."""
    header = basic_header("front", SECRET).replace("Basic", scheme)
    form = [*exchange_form(alices_token), ("client_id", "front"), ("client_secret", SECRET)]
    world.refused(
        lambda: world.post(form),
        lambda: world.post(form, headers={"Authorization": header}),
        error="invalid_request",
        reason="client_authenticated_twice",
    )


def test_c_002_public_client_satisfies_no_policy(world, alices_token):
    """A public client cannot use a policy that names it, because others may know its client id."""
    app = world.client("app", client_type="public", grant="authorization-code")
    world.policy(client=app)
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(exchange_form(alices_token, client_id="app")),
        error="invalid_client",
        status=401,
    )


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        ("plain", "plain"),
        ("with:colon", "a:b:c"),
        ("with space", "50% of a secret"),
        ("100%", "100%25"),
        ("plus+plus", "plus+plus & more=?"),
        ("slash/", "ümläut 🎭"),
    ],
)
@pytest.mark.parametrize("basic", [True, False], ids=["basic", "body"])
def test_c_003_id_and_secret_are_form_encoded(world, client_id, secret, basic):
    """Client id and secret with any characters are accepted form-encoded."""
    application = world.client(client_id, secret=secret)
    world.policy(client=application)
    form = exchange_form(world.login_token())
    answer = world.post(form, client=application, secret=secret, basic=basic)
    # RFC 6749 Appendix A.2 has secrets in ASCII; in the body they are a parameter like any other.
    assert answer.status_code == (200 if basic or secret.isascii() else 400)
    assert world.post(form, client=application, secret=secret + "x", basic=basic).status_code in (400, 401)


def test_c_004_secret_in_the_body(world, alices_token):
    """Credentials in the body are accepted, as the toolkit accepts them."""
    assert world.post(exchange_form(alices_token), client=world.front, basic=False).status_code == 200


@pytest.mark.parametrize("name", ["client_secret", "client_id", "subject_token"])
def test_c_004_nothing_in_the_url(world, alices_token, name):
    """A secret in the URL is refused, also beside a valid request."""
    form = exchange_form(alices_token)
    world.refused(
        lambda: world.post(form, client=world.front),
        lambda: world.post(form, client=world.front, path=f"/o/token/?{name}=a+secret"),
        error="invalid_request",
        reason="query_not_allowed",
    )


def test_c_005_passwords_travel_encrypted(world, alices_token):
    """Over plain HTTP every exchange is refused, with the same answer for a right and a wrong secret."""
    form = exchange_form(alices_token)
    world.refused(
        lambda: world.post(form, client=world.front),
        lambda: world.post(form, client=world.front, secure=False),
        error="invalid_request",
        reason="transport_not_secure",
    )
    answers = [world.post(form, client=world.front, secret=secret, secure=False) for secret in (SECRET, "wrong")]
    assert answers[0].content == answers[1].content


def test_c_007_endpoint_without_fragment(db):
    """The token endpoint in the metadata has no fragment."""
    document = Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
    assert document["token_endpoint"] == "https://testserver/o/token/"


@pytest.mark.compliance("RFC 6749", "3.2")
@pytest.mark.parametrize("name", ["resource", "audience", "scope", "actor_token", "requested_token_type", "client_id"])
def test_c_008_empty_is_absent(world, alices_token, name):
    """A parameter without a value counts as absent."""
    without, empty = world.exchange(alices_token), world.exchange(alices_token, **{name: "", "actor_token_type": ""})
    assert empty.status_code == 200
    assert {**empty.json(), "access_token": ""} == {**without.json(), "access_token": ""}


@pytest.mark.compliance("RFC 6749", "3.2")
def test_c_008_unknown_is_ignored(world, alices_token):
    """An unknown parameter is ignored, also if it is repeated."""
    assert world.exchange(alices_token, foo="bar").status_code == 200
    assert world.exchange(alices_token, foo=["bar", "bar"]).status_code == 200


@pytest.mark.compliance("RFC 6749", "3.2")
@pytest.mark.parametrize("name", ["subject_token", "subject_token_type", "scope", "grant_type", "client_id"])
def test_c_009_no_parameter_twice(world, alices_token, name):
    """A repeated parameter is refused, even with the same value."""
    form = [*exchange_form(alices_token, scope="read"), ("client_id", "front")]
    twice = [*form, (name, dict(form)[name])]
    world.refused(
        lambda: world.post(form, client=world.front),
        lambda: world.post(twice, client=world.front),
        error="invalid_request",
        reason="parameter_repeated",
    )


@pytest.mark.compliance("RFC 6749", "3.2.1")
def test_c_010_confidential_clients_authenticate(world, alices_token):
    """A confidential client that only names itself is refused."""
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(exchange_form(alices_token, client_id="front")),
        error="invalid_client",
        status=401,
    )
